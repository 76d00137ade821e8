"""The report of one delivery: its facts, what is wrong with it, and the decision."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.feeds import Column, Feed
from pipeline.intake.deliveries import Delivery
from pipeline.intake.faults import EXPLANATIONS, FAULT_ROWS
from pipeline.intake.reasons import counted, shown
from pipeline.intake.tables import LINE
from pipeline.quality.anomalies import STAGE_OF, STAGES, Anomaly, Earlier, Gravity, Repeated, is_settled
from pipeline.quality.results import CheckResult
from pipeline.rapport.catalogue import CATALOGUE, CONTROL_REMEDY, remedy_of
from pipeline.rapport.corrections import proposed_correction

if TYPE_CHECKING:
    from pipeline.intake.conform import Conformed

MOST_TOLD = 10_000
_DECISIONS = {"accepte": "accepté", "accepte_avec_reserves": "accepté avec réserves"}
_MOST_HEADERS = 50


@dataclass(frozen=True)
class Findings:
    """What the judge found of a delivery, as the report needs it.

    `stop` is what refused the file before or beyond its rows; `days` is the time given to correct it.
    """

    feed: Feed
    delivery: Delivery
    received: date
    decision: str
    stop: Anomaly | None
    conformed: "Conformed | None"
    checks: Sequence[CheckResult]
    earlier: Sequence[Earlier] = ()
    days: int | None = None


@dataclass(frozen=True)
class Report:
    """The findings with the anomalies they hold, those that stop first."""

    findings: Findings
    rejects: pl.DataFrame

    @property
    def decision(self) -> str:
        """Say what was decided."""
        found = self.findings
        if found.decision in _DECISIONS:
            return _DECISIONS[found.decision]
        if found.days is None:
            return "à corriger"
        return f"à corriger avant le {found.received + timedelta(days=found.days):%d/%m/%Y}"

    @property
    def share_valid(self) -> float | None:
        """Return the share of rows that are not rejected; None when none was read."""
        conformed = self.findings.conformed
        return (
            1 - conformed.rows_rejected / conformed.rows_read if conformed and conformed.rows_read else None
        )

    @cached_property
    def repeated(self) -> tuple[Repeated, ...]:
        """Return how often each thing is wrong: by stage, systematic ones first, then the most frequent."""
        found = [*self._repeated_whole(), *self._repeated_rows(), *self._repeated_checks()]
        return tuple(
            sorted(found, key=lambda item: (STAGES.index(item.stage), not item.is_systematic, -item.times))
        )

    @cached_property
    def times(self) -> Counter[Gravity]:
        """Return the number of anomalies by gravity."""
        total: Counter[Gravity] = Counter()
        for item in self.repeated:
            total[item.gravity] += item.times
        return total

    @cached_property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """Return the anomalies one by one, by stage then by line, at most MOST_TOLD."""
        found = [*self._whole(), *self._of_rows(), *self._of_checks()]
        found.sort(key=lambda item: (STAGES.index(item.stage), item.line or 0, item.rank or 0))
        return tuple(found[:MOST_TOLD])

    def title_of(self, name: str) -> str | None:
        """Return the title of a column; None for the whole row."""
        return self._columns[name].title if name in self._columns else None

    @cached_property
    def _columns(self) -> Mapping[str, Column]:
        stored = {"demande_id": "numero_unique", "numero_unique_conforme": "numero_unique"}
        columns = {column.name: column for column in self.findings.feed.columns}
        columns |= {column.becomes: column for column in columns.values() if column.becomes}
        return columns | {name: columns[kept] for name, kept in stored.items() if kept in columns}

    def _rank(self, name: str) -> int | None:
        conformed, column = self.findings.conformed, self._columns.get(name)
        return conformed.ranks.get(column.name) if conformed and column else None

    def _whole(self) -> Iterator[Anomaly]:
        found = self.findings
        if found.stop:
            yield found.stop
        if found.conformed is None:
            return
        for header in found.conformed.unknown_headers[:_MOST_HEADERS]:
            yield _information("entete_ignore", column=shown(header))
        if ignored := found.conformed.rows_ignored:
            meaning = CATALOGUE["lignes_ignorees"].meaning
            told = f"{counted(ignored, 'ligne ignorée', 'lignes ignorées')}. {meaning}"
            yield _information("lignes_ignorees", explanation=told)

    def _repeated_whole(self) -> Iterator[Repeated]:
        for item in self._whole():
            yield Repeated(
                item.code, item.gravity, item.stage, item.explanation, item.column, 1, 0, item.correction
            )

    def _of_rows(self) -> Iterator[Anomaly]:
        proposals: dict[tuple[str, str, str | None], str | None] = {}
        blocking = pl.col("rejetee") == "oui"
        for line, code, name, value, rejected in (
            self.rejects.sort(~blocking, LINE)
            .head(MOST_TOLD)
            .select(LINE, "motif", "colonne", "valeur", "rejetee")
            .iter_rows()
        ):
            asked = (code, name, value)
            if asked not in proposals:
                proposals[asked] = self._correction(*asked)
            gravity: Gravity = "bloquant" if rejected == "oui" else "a_confirmer"
            yield Anomaly(
                code=code,
                gravity=gravity,
                stage=STAGE_OF[gravity],
                explanation=EXPLANATIONS[code],
                line=line,
                column=self.title_of(name),
                rank=self._rank(name),
                value=value,
                correction=proposals[asked],
            )

    def _correction(self, code: str, name: str, value: str | None) -> str | None:
        column = self._columns.get(name)
        return proposed_correction(code, column, value) if column else None

    def _repeated_rows(self) -> Iterator[Repeated]:
        groups = self.rejects.group_by("motif", "colonne", "rejetee", maintain_order=True).len()
        for code, name, rejected, times in groups.iter_rows():
            gravity: Gravity = "bloquant" if rejected == "oui" else "a_confirmer"
            yield Repeated(
                code=code,
                gravity=gravity,
                stage=STAGE_OF[gravity],
                explanation=EXPLANATIONS[code],
                column=self.title_of(name),
                times=times,
                share=self._share(times),
                correction=remedy_of(code, gravity),
            )

    def _share(self, times: int) -> float:
        conformed = self.findings.conformed
        return times / conformed.rows_read if conformed and conformed.rows_read else 0.0

    def _failed(self) -> list[CheckResult]:
        """Return the failed controls, without those whose every line is confirmed."""
        confirmed = self.findings.conformed.confirmed_lines if self.findings.conformed else frozenset()
        return [
            check for check in self.findings.checks if not check.success and not is_settled(check, confirmed)
        ]

    def _of_checks(self) -> Iterator[Anomaly]:
        for check in self._failed():
            gravity: Gravity = "bloquant" if check.severity == "critical" else "a_confirmer"
            for line in check.lines or (None,):
                yield Anomaly(
                    code=check.code,
                    gravity=gravity,
                    stage=STAGE_OF[gravity],
                    explanation=check.error or check.description,
                    line=line,
                    column=self.title_of(check.column or ""),
                    rank=self._rank(check.column or ""),
                )

    def _repeated_checks(self) -> Iterator[Repeated]:
        for check in self._failed():
            gravity: Gravity = "bloquant" if check.severity == "critical" else "a_confirmer"
            yield Repeated(
                code=check.code,
                gravity=gravity,
                stage=STAGE_OF[gravity],
                explanation=check.error or check.description,
                column=self.title_of(check.column or ""),
                times=max(check.rows_at_fault, 1),
                share=self._share(check.rows_at_fault),
                correction=CONTROL_REMEDY,
            )


def _information(code: str, *, explanation: str = "", column: str | None = None) -> Anomaly:
    kind = CATALOGUE[code]
    told = explanation or kind.meaning
    return Anomaly(code, "information", kind.stage, told, column=column, correction=kind.remedy)


def _read_rejects(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, separator=";", schema=dict(FAULT_ROWS.schema)).with_columns(
        pl.col("colonne").fill_null("")
    )


def read_report(findings: Findings, folder: Path) -> Report:
    """Return the report of a delivery judged in a folder."""
    from pipeline.intake.rejects import REJECTS

    return Report(findings, _read_rejects(folder / REJECTS) if findings.conformed else FAULT_ROWS.clear())
