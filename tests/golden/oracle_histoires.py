"""What the deliveries of the SNE say of each household: first filing, absences, last line in a stock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from pipeline.periods import Periode

ATTRIBUTION, DERADIATION = "RADATT", ""

Row = Mapping[str, Any]
Event = tuple[date, str]
Absence = tuple[date, date | None]
"""The day a household left and the day it came back, None if it never did."""


@dataclass(frozen=True)
class Histoires:
    """The first filing date, the absences, the last stock line and the first day of each household."""

    creations: Mapping[int, date]
    absences: Mapping[int, tuple[Absence, ...]]
    lignes: Mapping[int, Row] = field(default_factory=dict)
    entrees: Mapping[int, date] = field(default_factory=dict)

    def is_away(self, household: int, periode: Periode) -> bool:
        """Règle A16: not filed by the last day, or gone before the first and not back by the last."""
        entered = self.entrees.get(household)
        return (entered is not None and entered > periode.dernier_jour) or any(
            left < periode.premier_jour and (back is None or back > periode.dernier_jour)
            for left, back in self.absences.get(household, ())
        )

    @classmethod
    def lire(cls, radiations: Iterable[Row], stock: Iterable[Row] = ()) -> "Histoires":
        """Replay the events of each household, then what the stocks say of them."""
        creations: dict[int, date] = {}
        events: dict[int, dict[Event, date]] = defaultdict(dict)
        lines: dict[int, dict[date, Row]] = defaultdict(dict)
        for row in stock:
            _keep_first_filing(creations, row)
            lines[row["menage"]][Periode.parse(row["periode"]).dernier_jour] = row
        for row in radiations:
            if row["vu"]:
                _keep_first_filing(creations, row)
                # Règle A2: the same (demande, date, motif) twice counts once.
                told = Periode.parse(row["periode"]).dernier_jour
                events[row["menage"]].setdefault((row["date_radiation"], row["motif"]), told)
        days = sorted({day for held in lines.values() for day in held})
        absences = {
            household: (*_radiated(events[household], lines[household]), *_unseen(lines[household], days))
            for household in events.keys() | lines.keys()
        }
        last = {household: held[max(held)] for household, held in lines.items() if held}
        # A filing written after an exit: the household was there on the day of the exit.
        entries = {
            household: min([filed, *(day for day, _ in events[household])])
            for household, filed in creations.items()
        }
        return cls(creations, absences, last, entries)


def _keep_first_filing(creations: dict[int, date], row: Row) -> None:
    """Règle A6: the first filing date is never later than one seen before."""
    filed = row["date_creation"]
    if filed is not None:
        creations[row["menage"]] = min(filed, creations.get(row["menage"], filed))


def _radiated(events: Mapping[Event, date], lines: Mapping[date, Row]) -> Iterator[Absence]:
    """Yield the absences between each radiation and what undid it: a déradiation (règle R0.7) or a stock."""
    open_ones: list[tuple[date, str, date]] = []
    for (day, motif), told in sorted(events.items()):
        if motif != DERADIATION:
            open_ones.append((day, motif, told))
        elif open_ones:
            yield open_ones.pop()[0], day
    for left, motif, told in open_ones:
        # Règle A4: in the stock of the same delivery, an attribution wins, the stock over any other motive.
        undone = any(held > told or (held == told and motif != ATTRIBUTION) for held in lines)
        # Règle A5: back on the first day of the first quarter that holds it again.
        back = min(held for held in lines if held >= left) if undone else None
        yield left, back and _first_day(back)


def _unseen(lines: Mapping[date, Row], days: list[date]) -> Iterator[Absence]:
    """Règles A8 and A9: gone in the first quarter whose stock lacks it, back in the next that holds it."""
    held = [day for day in days if day in lines]
    for before, after in pairwise(held):
        if after != days[days.index(before) + 1]:
            yield _first_day(days[days.index(before) + 1]), _first_day(after)
    if held and held[-1] != days[-1]:
        yield _first_day(days[days.index(held[-1]) + 1]), None


def _first_day(day: date) -> date:
    return Periode.de(day, "trimestre").premier_jour
