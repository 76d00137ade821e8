"""One shape for all that can be wrong with a delivery, from the file to the cell."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.quality.results import CheckResult

Gravity = Literal["bloquant", "a_confirmer", "information"]
Stage = Literal["fichier", "entetes", "blocages", "confirmations", "informations"]

STAGES: tuple[Stage, ...] = ("fichier", "entetes", "blocages", "confirmations", "informations")
"""The order in which questions are asked: each supposes that those before it are settled."""

GRAVITIES: dict[Gravity, str] = {
    "bloquant": "bloquant",
    "a_confirmer": "à confirmer",
    "information": "information",
}
STAGE_OF: dict[Gravity, Stage] = {
    "bloquant": "blocages",
    "a_confirmer": "confirmations",
    "information": "informations",
}
_SYSTEMATIC = 0.5


@dataclass(frozen=True)
class Anomaly:
    """One thing wrong; `rank` is the column of the delivered file, from 0, and `line` its line, from 1.

    `value` is quoted as delivered, for the report alone.
    """

    code: str
    gravity: Gravity
    stage: Stage
    explanation: str
    line: int | None = None
    column: str | None = None
    rank: int | None = None
    value: str | None = None
    correction: str | None = None


@dataclass(frozen=True)
class Repeated:
    """How often the same thing is wrong in a column; `share` is of the rows read."""

    code: str
    gravity: Gravity
    stage: Stage
    explanation: str
    column: str | None
    times: int
    share: float
    correction: str | None = None

    @property
    def is_systematic(self) -> bool:
        """Tell whether one gesture would put right half of the rows or more."""
        return self.share >= _SYSTEMATIC


def added_up(anomalies: Iterable[Repeated]) -> tuple[Repeated, ...]:
    """Return one line per code, gravity and column, in the order met.

    >>> twice = [Repeated("doublon", "bloquant", "blocages", "", None, times, 0.1) for times in (2, 3)]
    >>> [(item.times, item.share) for item in added_up(twice)]
    [(5, 0.2)]
    """
    together: dict[tuple[str, Gravity, str | None], Repeated] = {}
    for item in anomalies:
        key = item.code, item.gravity, item.column
        first = together.get(key)
        together[key] = (
            replace(first, times=first.times + item.times, share=min(1.0, first.share + item.share))
            if first
            else item
        )
    return tuple(together.values())


def is_settled(check: CheckResult, confirmed: frozenset[int]) -> bool:
    """Tell whether a control that only asks has all its lines confirmed by who delivers them."""
    named = set(check.lines)
    return check.severity == "warning" and len(named) == check.rows_at_fault > 0 and named <= confirmed


@dataclass(frozen=True)
class Earlier:
    """An earlier delivery of the same feed and provider: its period and its share of valid rows."""

    periode: str
    part_valide: float
