"""The decision on a delivery: the only module where intake and quality meet.

A delivery is read and conformed aside, its suite runs on that copy, and only if nothing critical
fails is it promoted into the entrepôt. A refused delivery changes nothing that was there.
"""

import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.errors import DeliveryRefusedError
from pipeline.feeds import Feed, load_feeds
from pipeline.intake.correspondences import correspondences_fingerprint, load_correspondences
from pipeline.intake.deliveries import Delivery, Misplaced, accepted_path, discover_deliveries
from pipeline.intake.encodings import file_fingerprint
from pipeline.intake.lots import Group, group_by_lot, last_of_each_feed
from pipeline.intake.promotion import Entry, Promotion
from pipeline.intake.pseudonyms import Pseudonymiser, load_pseudonymiser
from pipeline.intake.reasons import tell_codes, tell_faults, tell_headers, tell_rejected
from pipeline.intake.register import DepotRecord, Register
from pipeline.quality.results import CheckResult
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.intake.batches import References
    from pipeline.intake.conform import Conformed

REPORTS = ".depots"


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

    def recover(self) -> None:
        """Finish the promotion that a kill cut; only under the build lock."""
        Promotion(self.settings.entrepot, self.register).finish()

    def decide(self, group: Group) -> list[Decision]:
        """Accept or refuse together the deliveries of a group, and write it in the register.

        Raises MisuseError without the key.
        """
        with self._workspace() as workspace:
            outcomes = self._judge_together(group, workspace)
            decisions, entries = [], []
            for delivery, (outcome, receipt) in outcomes.items():
                self._keep_rejects(delivery, receipt.workspace)
                record = self._record(delivery, outcome, receipt)
                decisions.append(Decision(delivery, record, outcome.checks))
                copy = outcome.conformed.parquet if outcome.conformed and outcome.is_accepted else None
                entries.append(Entry(record, outcome.checks, copy, accepted_path(self.settings, delivery)))
            Promotion(self.settings.entrepot, self.register).commit(entries)
        return decisions

    def _judge_together(self, group: Group, workspace: Path) -> "dict[Delivery, tuple[_Outcome, _Receipt]]":
        references: References = {}
        judged = {}
        for rank, delivery in enumerate(group):
            receipt = self._receive(delivery, workspace / str(rank))
            outcome = self._judge(delivery, receipt, references)
            references = {**references, **self._references(delivery, outcome)}
            judged[delivery] = (outcome, receipt)
        binding = last_of_each_feed(group)
        refused = [d for d, (outcome, _) in judged.items() if d in binding and not outcome.is_accepted]
        if not refused or len(group) == 1:
            return judged
        return {d: (_with_its_lot(outcome, refused), receipt) for d, (outcome, receipt) in judged.items()}

    def _references(self, delivery: Delivery, outcome: "_Outcome") -> "References":
        feed = self.feeds[delivery.feed_key]
        if feed.references is None or outcome.conformed is None or not outcome.is_accepted:
            return {}
        from pipeline.intake.conform import read_references

        return read_references(feed, outcome.conformed.parquet)

    def _receive(self, delivery: Delivery, workspace: Path) -> "_Receipt":
        workspace.mkdir()
        now, fingerprint = datetime.now(UTC), file_fingerprint(delivery.path)
        received = self.register.first_reception(self._place(delivery), fingerprint) or now
        return _Receipt(workspace, fingerprint, received, now)

    def _judge(self, delivery: Delivery, receipt: "_Receipt", references: "References") -> "_Outcome":
        from pipeline.intake.conform import Conformer

        feed = self.feeds[delivery.feed_key]
        try:
            conformed = Conformer(self._pseudonymiser, receipt.workspace).conform_delivery(
                feed,
                delivery,
                received=receipt.received.date(),
                correspondences=load_correspondences(self.settings.correspondances, feed),
                references=references,
                footer={
                    "ppgd.empreinte": receipt.fingerprint,
                    "ppgd.version_schema": self._rules_version(delivery),
                    "ppgd.decision": "acceptee",
                },
            )
        except DeliveryRefusedError as refusal:
            return _Outcome("refuse", (str(refusal),))
        reserves = _tell_reserves(feed, conformed)
        if conformed.share_at_fault > self.settings.seuil_lignes_fautives:
            return _Outcome("refuse", (_too_many(conformed, self.settings), *reserves), conformed=conformed)
        checks = self._run_suite(feed, delivery, conformed)
        failed = [check for check in checks if not check.success]
        told = (*(_tell_check(check) for check in failed), *reserves)
        if any(check.severity == "critical" for check in failed):
            return _Outcome("refuse", told, checks, conformed)
        return _Outcome("accepte_avec_reserves" if told else "accepte", told, checks, conformed)

    def _run_suite(self, feed: Feed, delivery: Delivery, conformed: "Conformed") -> tuple[CheckResult, ...]:
        from pipeline.quality.controls import run_suite

        previous = self.register.previous_rows(delivery.feed_key, delivery.periode, delivery.fournisseur)
        return tuple(run_suite(feed, conformed.parquet, previous_rows=previous))

    def _keep_rejects(self, delivery: Delivery, workspace: Path) -> None:
        """Put the rejects beside the delivery, in a folder that is never taken for one."""
        from pipeline.intake.rejects import REJECTS, has_rejects

        report = delivery.path.parent / REPORTS / delivery.fournisseur / REJECTS
        if has_rejects(workspace / REJECTS):
            report.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(workspace / REJECTS, report)
        else:
            report.unlink(missing_ok=True)

    def _record(self, delivery: Delivery, outcome: "_Outcome", receipt: "_Receipt") -> DepotRecord:
        facts, conformed = delivery.path.stat(), outcome.conformed
        return DepotRecord(
            flux=delivery.feed_key,
            periode=delivery.periode,
            fournisseur=delivery.fournisseur,
            fichier=self._place(delivery),
            empreinte=receipt.fingerprint,
            octets=facts.st_size,
            modifie_ns=facts.st_mtime_ns,
            recu_le=receipt.received,
            traite_le=receipt.treated,
            lignes_lues=conformed.rows_read if conformed else 0,
            lignes_acceptees=conformed.rows_accepted if conformed else 0,
            lignes_rejetees=conformed.rows_rejected if conformed else 0,
            lignes_ignorees=conformed.rows_ignored if conformed else 0,
            decision=outcome.decision,
            motifs=outcome.reasons,
            version_schema=self._rules_version(delivery),
            version_code=__version__,
            en_vigueur=outcome.is_accepted,
        )

    @contextmanager
    def _workspace(self) -> Generator[Path]:
        """Give an empty private folder; what a kill leaves there goes with the next delivery."""
        workspace = self.settings.travail / "depot"
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir(parents=True)
        yield workspace
        shutil.rmtree(workspace)

    @cached_property
    def _pseudonymiser(self) -> Pseudonymiser:
        pseudonymiser = load_pseudonymiser(self.settings)
        self.register.check_key(pseudonymiser)
        return pseudonymiser

    def _new_ones(self, present: Sequence[Delivery]) -> list[Delivery]:
        known = self.register.last_by_file()
        return [delivery for delivery in present if self._is_new(delivery, known)]

    def _is_new(self, delivery: Delivery, known: Mapping[str, DepotRecord]) -> bool:
        last = known.get(self._place(delivery))
        if last is None or last.version_schema != self._rules_version(delivery):
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


@dataclass(frozen=True)
class _Outcome:
    decision: str
    reasons: tuple[str, ...]
    checks: tuple[CheckResult, ...] = ()
    conformed: "Conformed | None" = None

    @property
    def is_accepted(self) -> bool:
        return self.decision != "refuse"


@dataclass(frozen=True)
class _Receipt:
    workspace: Path
    fingerprint: str
    received: datetime
    treated: datetime


def _with_its_lot(outcome: _Outcome, refused: Sequence[Delivery]) -> _Outcome:
    """Refuse with its lot a delivery that was good by itself."""
    if not outcome.is_accepted:
        return outcome
    named = ", ".join(delivery.feed_key for delivery in refused)
    reason = (
        f"Refusé avec sa livraison : {named} ne passe pas. Corrigez ce fichier, le reste sera relu avec lui"
    )
    return replace(outcome, decision="refuse", reasons=(reason, *outcome.reasons))


def _tell_reserves(feed: Feed, conformed: "Conformed") -> tuple[str, ...]:
    return (
        *tell_rejected(conformed.rows_rejected, conformed.rows_ignored, conformed.rows_read),
        *tell_faults(conformed.faults),
        *tell_codes(feed, conformed.codes),
        *tell_headers(conformed.unknown_headers),
    )


def _too_many(conformed: "Conformed", settings: Settings) -> str:
    at_fault = conformed.rows_rejected + conformed.rows_set_aside
    return (
        f"Trop de lignes en défaut : {at_fault} sur {conformed.rows_read} "
        f"(seuil {settings.seuil_lignes_fautives:.0%}). Corrigez le fichier et déposez-le à nouveau"
    )


def _tell_check(check: CheckResult) -> str:
    lines = f" (lignes {', '.join(map(str, check.lines[:5]))}…)" if check.lines else ""
    return (
        f"{check.description.rstrip('.')}{lines}" if not check.error else f"{check.description} {check.error}"
    )
