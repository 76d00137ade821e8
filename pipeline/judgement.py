"""The judgement of deliveries: the only module where intake and quality meet.

A delivery is read and conformed aside, then its suite runs on that copy. Nothing is written but in
the folder given, and the register is not even read: a judgement may be made in another process.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DeliveryRefusedError, PpgdError, where_from
from pipeline.feeds import Feed
from pipeline.intake.correspondences import load_correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.lots import last_of_each_feed
from pipeline.intake.pseudonyms import SHORTEST_KEY, Pseudonymiser, load_pseudonymiser
from pipeline.intake.reasons import tell_codes, tell_faults, tell_headers, tell_rejected
from pipeline.quality.results import CheckResult
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.intake.batches import References
    from pipeline.intake.conform import Conformed
    from pipeline.quality.anomalies import Anomaly, Earlier, Repeated
    from pipeline.rapport.report import Report

_NEXT_STEP = "Corrigez le fichier ou demandez un nouvel envoi, puis déposez-le à nouveau"
_REPORT = "Signalez-la sans donnée personnelle ; une fois corrigée, déposez le fichier à nouveau"


@dataclass(frozen=True)
class Case:
    """A delivery to judge, with all that the register knows of it; instants are UTC.

    `closed` says why nothing can enter any more for that period.
    """

    delivery: Delivery
    fingerprint: str
    octets: int
    modified_ns: int
    received: datetime
    treated: datetime
    rules_version: str
    previous_rows: int | None
    closed: str | None = None
    earlier: "tuple[Earlier, ...]" = ()


@dataclass(frozen=True)
class Outcome:
    """What the judge found: a decision, why, and in `folder` the conformed copy, the rejects, the report.

    `stop` is what refused the file as a whole; `anomalies` counts all that is wrong with it.
    """

    folder: Path
    decision: str
    reasons: tuple[str, ...]
    checks: tuple[CheckResult, ...] = ()
    conformed: "Conformed | None" = None
    stop: "Anomaly | None" = None
    anomalies: "tuple[Repeated, ...]" = ()

    @property
    def is_accepted(self) -> bool:
        """Tell whether the delivery may enter."""
        return self.decision != "refuse"


@dataclass(frozen=True)
class Judge:
    """Judges deliveries by the rules of their feeds and the choices of the EPCI.

    `on_trial`, nothing is kept: pseudonyms come from a key drawn at random and forgotten.
    """

    settings: Settings
    feeds: Mapping[str, Feed]
    on_trial: bool = False

    def judge_together(self, cases: Sequence[Case], folder: Path) -> list[Outcome]:
        """Judge the deliveries of one group, in their order; one refused, the others are with it.

        Raises MisuseError without the key, or when a suite is wrong; OSError when the disk refuses.
        """
        references: References = {}
        outcomes = []
        for rank, case in enumerate(cases):
            outcome = self._judge_or_refuse(case, folder / str(rank), references)
            references = {**references, **self._references(case, outcome)}
            outcomes.append(outcome)
        binding = last_of_each_feed(case.delivery for case in cases)
        refused = [
            case.delivery
            for case, outcome in zip(cases, outcomes, strict=True)
            if case.delivery in binding and not outcome.is_accepted
        ]
        if refused and len(cases) > 1:
            outcomes = [_with_its_lot(outcome, refused) for outcome in outcomes]
        return [self._reported(*judged) for judged in zip(cases, outcomes, strict=True)]

    def judge_on_trial(self, case: Case, folder: Path) -> "tuple[Outcome, Report]":
        """Judge one delivery alone; returns what was found and its report, which is also in `folder`."""
        outcome = self._judge_or_refuse(case, folder, {})
        report = self._report(case, outcome)
        self._write(report, case, outcome.folder)
        return outcome, report

    def _reported(self, case: Case, outcome: Outcome) -> Outcome:
        """Count the anomalies, write the report; without it the decision stands, and the lack is told."""
        from pipeline.quality.anomalies import added_up

        try:
            report = self._report(case, outcome)
            outcome = replace(outcome, anomalies=added_up(report.repeated))
            if not case.closed:
                self._write(report, case, outcome.folder)
        except (PpgdError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the delivery is decided
            lacking = f"Rapport de dépôt non écrit ({where_from(error)}). Signalez-le sans donnée personnelle"
            return replace(outcome, reasons=(*outcome.reasons, lacking))
        return outcome

    def _report(self, case: Case, outcome: Outcome) -> "Report":
        from pipeline.rapport.report import Findings, read_report

        feed = self.feeds[case.delivery.feed_key]
        findings = Findings(
            feed=feed,
            delivery=case.delivery,
            received=case.received.date(),
            decision=outcome.decision,
            stop=outcome.stop,
            conformed=outcome.conformed,
            checks=outcome.checks,
            earlier=case.earlier,
            days=None if self.on_trial else self.settings.jours_pour_corriger,
        )
        return read_report(findings, outcome.folder)

    def _write(self, report: "Report", case: Case, folder: Path) -> None:
        from pipeline.rapport.files import write_report

        feed = self.feeds[case.delivery.feed_key]
        write_report(report, folder, load_correspondences(self.settings.correspondances, feed).headers)

    def _judge_or_refuse(self, case: Case, folder: Path, references: "References") -> Outcome:
        """Refuse a delivery that meets an unforeseen error, told without its text: it may quote a value."""
        try:
            return self._judge(case, folder, references)
        except (PpgdError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the other deliveries go on
            told = f"Erreur imprévue ({where_from(error)}). {_REPORT}"
            return _refused(folder, "erreur_imprevue", told, told)

    def _judge(self, case: Case, folder: Path, references: "References") -> Outcome:
        feed = self.feeds[case.delivery.feed_key]
        if case.closed:
            return _refused(folder, "periode_close", case.closed, case.closed)
        folder.mkdir(parents=True)
        try:
            conformed = self._conform(feed, case, folder, references)
        except DeliveryRefusedError as refusal:
            return _refused(folder, refusal.code, refusal.constat, str(refusal), refusal.remede)
        reserves = _tell_reserves(feed, conformed)
        if conformed.share_at_fault > self.settings.seuil_lignes_fautives:
            told = _too_many(conformed, self.settings)
            stopped = _refused(folder, "trop_de_lignes_en_defaut", told, told)
            return replace(stopped, reasons=(told, *reserves), conformed=conformed)
        checks = _run_suite(feed, case, conformed)
        failed = [check for check in checks if not check.success and not _is_confirmed(check, conformed)]
        told = (*(_tell_check(check) for check in failed), *reserves)
        if any(check.severity == "critical" for check in failed):
            return Outcome(folder, "refuse", (*told, _NEXT_STEP), checks, conformed)
        return Outcome(folder, "accepte_avec_reserves" if told else "accepte", told, checks, conformed)

    def _conform(self, feed: Feed, case: Case, folder: Path, references: "References") -> "Conformed":
        from pipeline.intake.conform import Conformer

        return Conformer(self._pseudonymiser, folder, tuple(self.feeds.values())).conform_delivery(
            feed,
            case.delivery,
            received=case.received.date(),
            correspondences=load_correspondences(self.settings.correspondances, feed),
            references=references,
            footer={
                "ppgd.empreinte": case.fingerprint,
                "ppgd.version_schema": case.rules_version,
                "ppgd.decision": "acceptee",
            },
        )

    def _references(self, case: Case, outcome: Outcome) -> "References":
        feed = self.feeds[case.delivery.feed_key]
        if feed.references is None or outcome.conformed is None or not outcome.is_accepted:
            return {}
        from pipeline.intake.conform import read_references

        return read_references(feed, outcome.conformed.parquet)

    @cached_property
    def _pseudonymiser(self) -> Pseudonymiser:
        if self.on_trial:
            return Pseudonymiser(secrets.token_hex(SHORTEST_KEY).encode())
        return load_pseudonymiser(self.settings)


def _run_suite(feed: Feed, case: Case, conformed: "Conformed") -> tuple[CheckResult, ...]:
    from pipeline.quality.controls import run_suite

    return tuple(run_suite(feed, conformed.parquet, previous_rows=case.previous_rows))


def _with_its_lot(outcome: Outcome, refused: Sequence[Delivery]) -> Outcome:
    """Refuse with its lot a delivery that was good by itself."""
    if not outcome.is_accepted:
        return outcome
    named = ", ".join(delivery.feed_key for delivery in refused)
    reason = (
        f"Refusé avec sa livraison : {named} ne passe pas. Corrigez ce fichier, le reste sera relu avec lui"
    )
    refused_with = _refused(outcome.folder, "lot_refuse", reason, reason)
    return replace(outcome, decision="refuse", reasons=(reason, *outcome.reasons), stop=refused_with.stop)


def _refused(folder: Path, code: str, found: str, told: str, remedy: str = "") -> Outcome:
    """Refuse a file as a whole."""
    from pipeline.rapport.catalogue import file_anomaly

    return Outcome(folder, "refuse", (told,), stop=file_anomaly(code, found, remedy))


def _is_confirmed(check: CheckResult, conformed: "Conformed") -> bool:
    from pipeline.quality.anomalies import is_settled

    return is_settled(check, conformed.confirmed_lines)


def _tell_reserves(feed: Feed, conformed: "Conformed") -> tuple[str, ...]:
    return (
        *tell_rejected(conformed.rows_rejected, conformed.rows_ignored, conformed.rows_read),
        *tell_faults(conformed.faults),
        *tell_codes(feed, conformed.codes, conformed.quotable),
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
