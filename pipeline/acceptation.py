"""The decision on each delivery: judged aside, then promoted and written in the register, or refused.

A refused delivery changes nothing that was there.
"""

import shutil
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from pipeline import __version__
from pipeline.feeds import Feed, load_feeds
from pipeline.intake.closures import Closures
from pipeline.intake.correspondences import correspondences_fingerprint
from pipeline.intake.deliveries import Delivery, Misplaced, accepted_path, discover_deliveries
from pipeline.intake.encodings import file_fingerprint
from pipeline.intake.lots import Group, chain_of, group_by_lot
from pipeline.intake.promotion import Entry, Promotion
from pipeline.intake.pseudonyms import load_pseudonymiser
from pipeline.intake.register import Register
from pipeline.intake.register_lines import DepotRecord
from pipeline.judgement import Case, Judge, Outcome
from pipeline.judges import IN_PLACE, Judges
from pipeline.periods import Periode
from pipeline.quality.anomalies import Earlier
from pipeline.quality.results import CheckResult
from pipeline.rapport.names import REPORT_FILES
from pipeline.settings import Settings

REPORTS = ".depots"
_COMPARED = 2


@dataclass(frozen=True)
class Decision:
    """What was decided on a delivery, as the register keeps it."""

    delivery: Delivery
    record: DepotRecord
    checks: tuple[CheckResult, ...]

    @property
    def is_refused(self) -> bool:
        """Tell whether the delivery was refused."""
        return self.record.decision == "refuse"


@dataclass(frozen=True)
class Door:
    """The door of one data root: what waits before it, and the decision on each delivery."""

    settings: Settings
    register: Register
    feeds: Mapping[str, Feed]

    @classmethod
    @contextmanager
    def open(cls, settings: Settings) -> Generator["Door"]:
        """Open the door of a data root, with the feeds of expectations/."""
        with Register.open(settings.registre) as register:
            yield cls(settings, register, load_feeds())

    def waiting(self) -> tuple[list[Delivery], list[Misplaced]]:
        """Return the deliveries whose bytes or rules are new, oldest first, and the misplaced files."""
        present, misplaced = discover_deliveries(self.settings, self.feeds)
        return self._new_ones(present), misplaced

    def waiting_groups(self) -> list[Group]:
        """Return the waiting deliveries by groups decided together: a lot, or a delivery alone."""
        present, _ = discover_deliveries(self.settings, self.feeds)
        return group_by_lot(self._new_ones(present), present, self.feeds)

    def closed_depots(self) -> frozenset[int]:
        """Return the lines in force of the periods that a purge closed."""
        closures = self.register.closures()
        return frozenset(
            record.depot_id
            for record in self.register.records()
            if record.en_vigueur
            and record.flux in self.feeds
            and closures.hold(self.feeds[record.flux], record.periode, record.fournisseur)
        )

    def recover(self) -> None:
        """Finish the promotion that a kill cut, drop what it was reading; only under the build lock."""
        Promotion(self.settings.entrepot, self.register).finish()
        shutil.rmtree(self.settings.travail_brut, ignore_errors=True)

    def decide_each(self, groups: Sequence[Group], judges: Judges = IN_PLACE) -> Generator[list[Decision]]:
        """Start at once; accept or refuse each group as a whole, and write it in the register.

        The deliveries of a provider are judged in turn, each compared with the one before. Raises
        MisuseError without the key.
        """
        self.register.check_key(load_pseudonymiser(self.settings))
        judged = judges.judge_each(
            Judge(self.settings, self.feeds),
            groups,
            chain_of=partial(chain_of, feeds=self.feeds),
            cases_of=self._cases,
            workspace=self._empty_workspace(),
        )
        return self._promote_each(judged)

    def _promote_each(
        self, judged: Iterable[tuple[Sequence[Case], list[Outcome]]]
    ) -> Generator[list[Decision]]:
        promotion = Promotion(self.settings.entrepot, self.register)
        for cases, outcomes in judged:
            entries = [self._entry(*both) for both in zip(cases, outcomes, strict=True)]
            promotion.commit(entries)
            yield [
                Decision(case.delivery, entry.record, entry.checks)
                for case, entry in zip(cases, entries, strict=True)
            ]
        shutil.rmtree(self.settings.travail_brut, ignore_errors=True)

    def _cases(self, group: Group) -> list[Case]:
        return [self._case(delivery) for delivery in group]

    def _case(self, delivery: Delivery) -> Case:
        # Read before the bytes: a file that changes afterwards is new at the next look.
        facts = delivery.path.stat()
        now, fingerprint = datetime.now(UTC), file_fingerprint(delivery.path)
        return Case(
            delivery=delivery,
            fingerprint=fingerprint,
            octets=facts.st_size,
            modified_ns=facts.st_mtime_ns,
            received=self.register.first_reception(self._place(delivery), fingerprint) or now,
            treated=now,
            rules_version=self._rules_version(delivery),
            previous_rows=self.register.previous_rows(
                delivery.feed_key, delivery.periode, delivery.fournisseur
            ),
            earlier=self._earlier(delivery),
            closed=self.register.closures().reason(
                self.feeds[delivery.feed_key], delivery.periode, delivery.fournisseur
            ),
        )

    def _earlier(self, delivery: Delivery) -> tuple[Earlier, ...]:
        """Return how valid the last two deliveries of earlier periods were, the latest first."""
        limit = Periode.parse(delivery.periode)
        before = {
            record.periode: record
            for record in self.register.records(delivery.feed_key, delivery.fournisseur)
            if record.lignes_lues and Periode.parse(record.periode) < limit
        }
        latest = sorted(before, key=Periode.parse, reverse=True)[:_COMPARED]
        return tuple(
            Earlier(code, 1 - before[code].lignes_rejetees / before[code].lignes_lues) for code in latest
        )

    def _entry(self, case: Case, outcome: Outcome) -> Entry:
        if case.closed is None:
            self._keep_report(case.delivery, outcome.folder)
        copy = outcome.conformed.parquet if outcome.conformed and outcome.is_accepted else None
        target = accepted_path(self.settings, case.delivery)
        return Entry(self._record(case, outcome), outcome.checks, outcome.anomalies, copy, target)

    def _keep_report(self, delivery: Delivery, workspace: Path) -> None:
        """Put the report and the rejects beside the delivery, in a folder that is never taken for one."""
        from pipeline.intake.rejects import REJECTS, has_rejects

        folder = delivery.path.parent / REPORTS / delivery.fournisseur
        for name in (REJECTS, *REPORT_FILES):
            made = workspace / name
            if has_rejects(made) if name == REJECTS else made.exists():
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(made, folder / name)
            else:
                (folder / name).unlink(missing_ok=True)

    def _record(self, case: Case, outcome: Outcome) -> DepotRecord:
        delivery, conformed = case.delivery, outcome.conformed
        return DepotRecord(
            flux=delivery.feed_key,
            periode=delivery.periode,
            fournisseur=delivery.fournisseur,
            fichier=self._place(delivery),
            empreinte=case.fingerprint,
            octets=case.octets,
            modifie_ns=case.modified_ns,
            recu_le=case.received,
            traite_le=case.treated,
            lignes_lues=conformed.rows_read if conformed else 0,
            lignes_acceptees=conformed.rows_accepted if conformed else 0,
            lignes_rejetees=conformed.rows_rejected if conformed else 0,
            lignes_ignorees=conformed.rows_ignored if conformed else 0,
            decision=outcome.decision,
            motifs=outcome.reasons,
            version_schema=case.rules_version,
            version_code=__version__,
            en_vigueur=outcome.is_accepted,
        )

    def _empty_workspace(self) -> Path:
        """Return a private folder of data/raw, emptied; what a kill leaves there goes at the next start."""
        shutil.rmtree(self.settings.travail_brut, ignore_errors=True)
        return self.settings.travail_brut

    def _new_ones(self, present: Sequence[Delivery]) -> list[Delivery]:
        known, closures = self.register.last_by_file(), self.register.closures()
        return [delivery for delivery in present if self._is_new(delivery, known, closures)]

    def _is_new(self, delivery: Delivery, known: Mapping[str, DepotRecord], closures: Closures) -> bool:
        last = known.get(self._place(delivery))
        if last is None:
            return True
        is_closed = closures.hold(self.feeds[delivery.feed_key], delivery.periode, delivery.fournisseur)
        if last.version_schema != self._rules_version(delivery) and not is_closed:
            return True
        facts = delivery.path.stat()
        if (facts.st_size, facts.st_mtime_ns) == (last.octets, last.modifie_ns):
            return False
        if file_fingerprint(delivery.path) != last.empreinte:
            return True
        self.register.touch(last, facts.st_size, facts.st_mtime_ns)
        return False

    def _place(self, delivery: Delivery) -> str:
        return str(delivery.path.relative_to(self.settings.raw))

    def _rules_version(self, delivery: Delivery) -> str:
        feed = self.feeds[delivery.feed_key]
        suite = sha256(feed.suite_path.read_bytes()).hexdigest()[:8]
        own = correspondences_fingerprint(self.settings.correspondances, feed)
        return "-".join(filter(None, (feed.version, feed.schema_fingerprint, suite, own)))
