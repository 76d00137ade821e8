"""Releases: a folder complete before anything points to it, then the pointer, then the readers' file.

Each replacement is one rename: whatever is killed, and whenever, readers find a whole release.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline import __version__
from pipeline.errors import BuildFailedError
from pipeline.intake.register import Register
from pipeline.publication.contents import (
    MENTIONS,
    PROFIL,
    Depots,
    Publication,
    TableFacts,
    contents_fingerprint,
    write_manifest_content,
)
from pipeline.publication.durable import aside, copy_private, make_durable, read_json, sync, write_json
from pipeline.publication.exports import Exports
from pipeline.publication.kept import DATABASE, INSTANT, release_folders
from pipeline.publication.manifest import MANIFEST, POINTER, STORE, last_manifest, note_build
from pipeline.publication.revisions import Comparison, changed_depots
from pipeline.publication.snapshot import (
    copy_rows,
    cut_off_date,
    describe_tables,
    open_build,
    several_at_once,
    write_snapshot,
)

if TYPE_CHECKING:
    from pipeline.settings import Settings

_REGISTER = Path("registre", "depots", "actuel", "registre.parquet")
_DRAFT = ".en-cours"
_DISCARDED = ".a-supprimer"


@dataclass(frozen=True)
class Release:
    """A published release; `created` is False when readers already had these contents."""

    publication_id: str
    folder: Path
    created: bool
    manifest: Mapping[str, Any]


def publish_release(
    settings: "Settings",
    build: Path,
    *,
    input_fingerprint: str,
    force: bool = False,
    feeds_of: Mapping[str, frozenset[str]] | None = None,
) -> Release:
    """Publish the build, unless the last release holds the same contents and `force` is False.

    `feeds_of` gives the feeds that each mart reads: what moved is told with the deliveries of those.
    The caller holds the build lock. Raises BuildFailedError when the build holds no table or the disk
    refuses; what was published stays.
    """
    store = settings.marts / STORE
    try:
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        store.chmod(0o700)
        _sweep(settings, store)
        release = _release(settings, store, build, input_fingerprint, feeds_of or {}, force=force)
        moved = _point_to(settings, release)
        _prune(settings, store)
        _forget_cut_links(settings)
        note_build(settings, release.publication_id, input_fingerprint)
    except (OSError, duckdb.IOException) as error:
        raise BuildFailedError(
            f"La publication n'a pas pu s'écrire : {error}.",
            remede="La précédente reste en place. Libérez de la place ou corrigez les droits, puis relancez.",
        ) from error
    return replace(release, created=moved)


def _sweep(settings: "Settings", store: Path) -> None:
    """Remove what a cut publication left: nothing ever pointed to it."""
    for pattern in (_DRAFT, f"{_DISCARDED}-*"):
        for folder in store.glob(pattern):
            shutil.rmtree(folder)
    for path in (settings.marts / POINTER, settings.observatoire):
        aside(path).unlink(missing_ok=True)


def _release(
    settings: "Settings",
    store: Path,
    build: Path,
    input_fingerprint: str,
    feeds_of: Mapping[str, frozenset[str]],
    *,
    force: bool,
) -> Release:
    """Return the newest whole release if it holds these contents, pointed to or not yet; else make one."""
    draft = store / _DRAFT
    with open_build(build) as connection:
        tables = describe_tables(connection)
        depots = Depots.read(connection, settings.entrepot / _REGISTER)
        origin = "fictive" if settings.est_fictif else "reelle"
        fingerprint = contents_fingerprint(tables, origin, depots)
        newest = _newest(store)
        if newest and newest.manifest["empreinte"] == fingerprint and not force:
            return newest
        instant = _instant_after(release_folders(store))
        publication = _publication(instant, fingerprint, origin, depots, cut_off_date(connection, tables))
        draft.mkdir(mode=0o700)
        comparison = _comparison(newest, depots, feeds_of)
        with write_snapshot(connection, draft / DATABASE, publication):
            tables = _write_tables(connection, draft, tables, publication, comparison)
    manifest = write_manifest_content(publication, tables, depots, input_fingerprint, draft)
    write_json(draft / MANIFEST, manifest)
    make_durable(draft)
    folder = draft.replace(store / publication.publication_id)
    sync(store)
    return Release(publication.publication_id, folder, created=True, manifest=manifest)


def _comparison(newest: Release | None, depots: Depots, feeds_of: Mapping[str, frozenset[str]]) -> Comparison:
    if newest is None:
        return Comparison(None, {}, (), feeds_of)
    fingerprints = {table["nom"]: table["empreinte"] for table in newest.manifest["tables"]}
    before = [tuple(depot.values()) for depot in newest.manifest["depots"]]
    return Comparison(newest.folder, fingerprints, changed_depots(before, depots.in_force), feeds_of)


def _write_tables(
    connection: duckdb.DuckDBPyConnection,
    draft: Path,
    tables: Sequence[TableFacts],
    publication: Publication,
    comparison: Comparison,
) -> tuple[TableFacts, ...]:
    """Copy, export and compare every table, several at once; return them with the one of revisions."""
    exports = Exports.open(draft, publication.metadata)
    comparison.open(connection)

    def write(cursor: duckdb.DuckDBPyConnection, table: TableFacts) -> None:
        copy_rows(cursor, table)
        exports.write(cursor, table)
        comparison.add(cursor, table)

    several_at_once(connection, write, tables)
    revisions = comparison.facts(connection)
    exports.write(connection, revisions)
    return (*tables, revisions)


def _publication(
    instant: datetime, fingerprint: str, origin: str, depots: Depots, cut_off: date | None
) -> Publication:
    return Publication(
        publication_id=f"{instant:{INSTANT}}-{fingerprint[:8]}",
        publie_le=instant.replace(tzinfo=None),
        origine=origin,
        mention_origine=MENTIONS[origin],
        profil=PROFIL,
        arrete_au=cut_off,
        version_code=__version__,
        version_duckdb=duckdb.__version__,
        version_dbt=version("dbt-core"),
        nombre_depots_acceptes=len(depots.in_force),
        nombre_depots_refuses=depots.refused,
        empreinte=fingerprint,
    )


def _newest(store: Path) -> Release | None:
    """Return the last whole release: the one pointed to, or one cut just before the pointer moved."""
    for folder in sorted(release_folders(store), reverse=True):
        if manifest := read_json(folder / MANIFEST):
            return Release(folder.name, folder, created=False, manifest=manifest)
    return None


def _instant_after(folders: Sequence[Path]) -> datetime:
    """Return now, or one second after the last release if the clock went back: names sort by time."""
    now = datetime.now(UTC).replace(microsecond=0)
    if not folders:
        return now
    last = max(folder.name for folder in folders).split("-")[0]
    return max(now, datetime.strptime(last, INSTANT).replace(tzinfo=UTC) + timedelta(seconds=1))


def _point_to(settings: "Settings", release: Release) -> bool:
    """Move the pointer, then the readers' file, each at once; tell whether the pointer had to move."""
    pointer = settings.marts / POINTER
    moves = (last_manifest(settings) or {}).get("publication_id") != release.publication_id
    if moves:
        aside(pointer).symlink_to(Path(STORE, release.publication_id))
        aside(pointer).replace(pointer)
        sync(settings.marts)
    if _published_id(settings.observatoire) != release.publication_id:
        copy_private(release.folder / DATABASE, aside(settings.observatoire))
        aside(settings.observatoire).replace(settings.observatoire)
        sync(settings.marts)
    return moves


def _published_id(database: Path) -> str | None:
    if not database.exists():
        return None
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            rows = connection.execute("SELECT publication_id FROM marts.publication").fetchall()
    except duckdb.Error:
        return None
    return rows[0][0] if rows else None


def releases_before(settings: "Settings", publication_id: str) -> list[str]:
    """Return the releases up to that one that still hold one row per demande."""
    store = settings.marts / STORE
    folders = release_folders(store) if store.exists() else []
    return sorted(
        folder.name for folder in folders if folder.name <= publication_id and (folder / DATABASE).exists()
    )


def _forget_cut_links(settings: "Settings") -> None:
    """Take the former pseudonyms out of the releases made before the last purge; their marts stay."""
    if not settings.registre.exists():
        return
    with Register.open(settings.registre) as register:
        cut = [purge.publication for purge in register.purges() if purge.lignes]
    pointed = (settings.marts / POINTER).resolve().name
    for name in releases_before(settings, max(cut, default="")):
        if name == pointed:
            continue
        folder = settings.marts / STORE / name
        manifest = read_json(folder / MANIFEST) or {}
        files = [entry for entry in manifest["fichiers"] if entry["chemin"] != DATABASE]
        write_json(folder / MANIFEST, manifest | {"fichiers": files, "est_sans_detail": True})
        (folder / DATABASE).unlink()


def _prune(settings: "Settings", store: Path) -> None:
    """Keep the newest releases, and always the one pointed to."""
    pointed = (settings.marts / POINTER).resolve().name
    for folder in sorted(release_folders(store), reverse=True)[max(settings.publications_conservees, 1) :]:
        if folder.name != pointed:
            shutil.rmtree(folder.replace(store / f"{_DISCARDED}-{folder.name}"))
