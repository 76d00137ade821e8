"""`ppgd purger`: cuts the links of the demandes ended for long, and keeps every figure (règle R0.2).

Everything is made aside and proved first. The transaction of the register is the point of no return:
before it nothing changed; after it the next start ends what a kill cut.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from pipeline.acceptation import Door
from pipeline.dbt_runs import build_file
from pipeline.errors import MisuseError
from pipeline.feeds import Feed
from pipeline.intake.closures import Closures, Place
from pipeline.intake.promotion import Promotion
from pipeline.intake.register_lines import PurgeRecord
from pipeline.lock import build_lock
from pipeline.periods import Periode
from pipeline.publication.inputs import input_fingerprint
from pipeline.publication.manifest import is_up_to_date, last_manifest
from pipeline.publication.releases import publish_release, releases_before
from pipeline.retention.expiry import Expired, delete_files, find_expired, months_before
from pipeline.retention.trial import Trial
from pipeline.retention.unlinking import CUT, Links
from pipeline.settings import Settings
from pipeline.transformation import build_tables

OnEvent = Callable[[str, str], None]
PURGE = "Purge"


@dataclass(frozen=True)
class PurgeReport:
    """What a purge did, or would do: counts and files, never a pseudonym."""

    au: date
    limite: date
    demandes: int
    lignes: int
    depots: int
    later: tuple[str, ...]
    sans_fin_connue: int
    expired: Expired
    publications: tuple[str, ...]
    is_simulated: bool
    raw_deleted: bool


def run_purge(
    settings: Settings,
    au: date,
    *,
    simulate: bool,
    delete_raw: bool,
    on_event: OnEvent,
) -> PurgeReport:
    """Cut the links of the demandes ended by that day less the duration kept, then delete what expired.

    Raises MisuseError when deliveries wait or the release is not up to date, BuildFailedError when a
    figure would move; nothing changed then.
    """
    with build_lock(settings), Door.open(settings) as door:
        door.recover()
        _check_up_to_date(door)
        on_event(PURGE, "état des demandes")
        build_tables(settings)
        limite = months_before(au, settings.demandes_conservees_mois)
        ended, unknown = _ended(build_file(settings), limite)
        links = Links(settings.entrepot, door.feeds, ended)
        purge = _Purge(door, au, limite, links)
        report = purge.report(unknown, simulated=simulate, raw_deleted=delete_raw and not simulate)
        if simulate:
            return report
        if purge.is_needed:
            purge.cut(on_event)
        delete_files((*report.expired.rejets, *report.expired.journaux))
        if delete_raw:
            delete_files(report.expired.bruts)
        return report


def _check_up_to_date(door: Door) -> None:
    waiting, _ = door.waiting()
    if waiting or not is_up_to_date(door.settings):
        told = "Des dépôts attendent." if waiting else "La publication n'est pas à jour."
        raise MisuseError(told, remede="Lancez « ppgd construire », puis relancez la purge.")


def _ended(build: Path, limite: date) -> tuple[list[bytes], int]:
    """Return the demandes ended by that day and still linked, and how many have no known end nor event."""
    with duckdb.connect(str(build), read_only=True) as connection:
        rows = connection.execute(
            "FROM intermediate.int_conservations__echeances SELECT demande_id "
            f"WHERE date_fin <= DATE '{limite.isoformat()}' ORDER BY demande_id"
        ).fetchall()
        [(unknown,)] = connection.execute(
            "FROM intermediate.int_conservations__echeances SELECT count(*) WHERE etat = 'inconnu'"
        ).fetchall()
    return [one.bytes for (one,) in rows if not one.bytes.startswith(CUT)], unknown


@dataclass(frozen=True)
class _Purge:
    door: Door
    au: date
    limite: date
    links: Links

    @property
    def is_needed(self) -> bool:
        """Tell whether there is a link to cut or a period to close."""
        until = self.door.register.closures().until
        return bool(self.links.rows) or until is None or until < self.limite

    def report(self, unknown: int, *, simulated: bool, raw_deleted: bool) -> PurgeReport:
        closures = self._closures_after()
        publication = self._last_publication
        return PurgeReport(
            au=self.au,
            limite=self.limite,
            demandes=self.links.demandes,
            lignes=sum(self.links.rows.values()),
            depots=len(self.links.rows),
            later=self._closed_after_the_limit(),
            sans_fin_connue=unknown,
            expired=find_expired(self.door, self.au, closures),
            publications=tuple(releases_before(self.door.settings, publication)) if self.links.rows else (),
            is_simulated=simulated,
            raw_deleted=raw_deleted,
        )

    def cut(self, on_event: OnEvent) -> None:
        settings, register = self.door.settings, self.door.register
        reference = build_file(settings)
        with Trial.open(settings, self.links) as trial:
            on_event(PURGE, "mêmes indicateurs avant et après ?")
            after = trial.check_same_marts(reference)
            on_event(PURGE, "coupure des liens")
            purge = PurgeRecord(
                au=self.au,
                limite=self.limite,
                faite_le=datetime.now(UTC),
                demandes=self.links.demandes,
                lignes=sum(self.links.rows.values()),
                depots=len(self.links.rows),
                publication=self._last_publication,
            )
            Promotion(settings.entrepot, register).commit_purge(purge, self._touched, trial.copies)
            trial.follow_the_moves()
            on_event(PURGE, "publication")
            publish_release(settings, after, input_fingerprint=input_fingerprint(settings))
        reference.unlink()

    @property
    def _last_publication(self) -> str:
        return str((last_manifest(self.door.settings) or {})["publication_id"])

    @property
    def _touched(self) -> list[Place]:
        """Return the deliveries rewritten, with those decided together with them."""
        return sorted(
            (feed.key, *file.place[1:])
            for file in self.links.rows
            for feed in self.door.feeds.values()
            if feed is file.feed or _same_lot(feed, file.feed)
        )

    def _closures_after(self) -> Closures:
        before = self.door.register.closures()
        until = max(filter(None, (before.until, self.limite)))
        return replace(
            before, until=until, purged_on=self.au, touched=before.touched | frozenset(self._touched)
        )

    def _closed_after_the_limit(self) -> tuple[str, ...]:
        """Name by feed and period the later deliveries that spoke of these demandes."""
        places = {place[:2] for place in self._touched}
        later = {(flux, code) for flux, code in places if Periode.parse(code).dernier_jour > self.limite}
        return tuple(f"{flux} {code}" for flux, code in sorted(later))


def _same_lot(left: Feed, right: Feed) -> bool:
    return left.lot is not None and left.lot == right.lot
