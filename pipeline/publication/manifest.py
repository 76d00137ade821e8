"""What a release was built from and what it holds; light, because `ppgd` asks it before anything else.

The manifest is the release's own, immutable; the note of the last build is kept beside the accepted
deliveries, because a build that changes nothing makes no release.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.intake.register import Register
from pipeline.publication.durable import read_json, write_json
from pipeline.settings import ROOT, Settings

MANIFEST = "manifeste.json"
POINTER = "derniere"
STORE = "publications"
DBT_PROJECT = ROOT / "dbt_project"
_LAST_BUILD = "derniere-construction.json"
_DBT_SUFFIXES = {".sql", ".yml", ".csv", ".md"}
_DBT_OUTPUTS = {"target", "logs"}


def last_manifest(settings: Settings) -> dict[str, Any] | None:
    """Return the manifest of the release the pointer names, or None before the first one."""
    return read_json(settings.marts / POINTER / MANIFEST)


def is_up_to_date(settings: Settings) -> bool:
    """Tell whether the release in place was built from the inputs as they are now."""
    build, manifest = read_json(settings.entrepot / _LAST_BUILD), last_manifest(settings)
    return (
        build is not None
        and manifest is not None
        and settings.observatoire.exists()
        and build["publication_id"] == manifest["publication_id"]
        and build["empreinte_entrees"] == input_fingerprint(settings)
    )


def note_build(settings: Settings, publication_id: str, fingerprint: str) -> None:
    """Remember from which inputs the release in place comes."""
    write_json(
        settings.entrepot / _LAST_BUILD,
        {"publication_id": publication_id, "empreinte_entrees": fingerprint},
    )


def input_fingerprint(settings: Settings) -> str:
    """Return a SHA-256 over all a build depends on: deliveries, register, models, settings, version."""
    digest = hashlib.sha256()
    choices = (settings.est_fictif, settings.seuil_q1_inclus, settings.qpv_vide_hors_qpv)
    digest.update(repr((__version__, choices)).encode())
    digest.update(dbt_fingerprint().encode())
    for line in (*_accepted_files(settings), *_register_state(settings)):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def dbt_fingerprint(project: Path = DBT_PROJECT) -> str:
    """Return a SHA-256 over the models, properties, seeds and macros of the dbt project."""
    digest = hashlib.sha256()
    for path in sorted(_dbt_sources(project)):
        digest.update(f"{path.relative_to(project)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _dbt_sources(project: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(project):
        folders[:] = [name for name in folders if name not in _DBT_OUTPUTS and not name.startswith(".")]
        visible = (name for name in names if not name.startswith("."))
        yield from (Path(folder, name) for name in visible if Path(name).suffix in _DBT_SUFFIXES)


def _accepted_files(settings: Settings) -> Iterator[str]:
    """Yield path, size and time of each accepted Parquet: it is replaced whole, never edited."""
    for path in sorted(settings.entrepot.glob("*/*/*/*.parquet")):
        place = path.relative_to(settings.entrepot)
        if place.parts[0] != "registre" and not place.parts[0].startswith("."):
            facts = path.stat()
            yield f"{place} {facts.st_size} {facts.st_mtime_ns}"


def _register_state(settings: Settings) -> Iterator[str]:
    """Yield what the register says of each delivery; refusals are published too."""
    if not settings.registre.exists():
        return
    with Register.open(settings.registre) as register:
        for record in register.records():
            place = (record.flux, record.periode, record.fournisseur, record.empreinte)
            yield repr((*place, record.decision, record.motifs, record.en_vigueur))
        for purge in register.purges():
            yield repr(purge)
