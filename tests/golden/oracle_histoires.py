"""What the deliveries of the SNE say of each household: first filing, absences, last line in a stock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from pipeline.periods import Periode

ATTRIBUTION, DERADIATION = "RADATT", ""
JOURS_DE_RAPPROCHEMENT = 183

Row = Mapping[str, Any]
Event = tuple[date, str]
Absence = tuple[date, date | None]
"""The day a household left and the day it came back, None if it never did."""
Filing = tuple[date, bool, date]
"""The delivery that says a filing date, whether a radiation says it, and of which day it speaks."""
Filings = Mapping[int, Mapping[Filing, date | None]]


@dataclass(frozen=True)
class Radiation:
    """An exit told, and what undid it: a déradiation (règle R0.7), or a later stock that holds it again.

    `en_stock`: the stock of the same delivery still holds the household (règle A4).
    """

    jour: date
    motif: str
    livraison: date
    deradiation: date | None
    retour: date | None
    en_stock: bool

    @property
    def est_annulee(self) -> bool:
        """Tell whether the household came back."""
        return self.deradiation is not None or self.retour is not None


@dataclass(frozen=True)
class Histoires:
    """What the SNE tells of each household.

    Its first filing date, absences, last stock line, first day, radiations; and whether its last line
    restarts the filing date (règle A6).
    """

    creations: Mapping[int, date]
    absences: Mapping[int, tuple[Absence, ...]]
    lignes: Mapping[int, Row] = field(default_factory=dict)
    entrees: Mapping[int, date] = field(default_factory=dict)
    radiations: Mapping[int, tuple[Radiation, ...]] = field(default_factory=dict)
    remises_a_zero: frozenset[int] = frozenset()

    def is_away(self, household: int, periode: Periode) -> bool:
        """Règle A16: not filed by the last day, or gone before the first and not back by the last."""
        entered = self.entrees.get(household)
        return (entered is not None and entered > periode.dernier_jour) or any(
            left < periode.premier_jour and (back is None or back > periode.dernier_jour)
            for left, back in self.absences.get(household, ())
        )

    def last_day(self, household: int, periode: Periode) -> date:
        """Règle C1: the exit of a household that is gone on the last day of the period, else that day."""
        last = periode.dernier_jour
        left = (
            left
            for left, back in self.absences.get(household, ())
            if left <= last and (back is None or back > last)
        )
        return min(left, default=last)

    @classmethod
    def lire(cls, radiations: Iterable[Row], stock: Iterable[Row] = ()) -> "Histoires":
        """Replay the events of each household, then what the stocks say of them."""
        filings: dict[int, dict[Filing, date | None]] = defaultdict(dict)
        events: dict[int, dict[Event, date]] = defaultdict(dict)
        lines: dict[int, dict[date, Row]] = defaultdict(dict)
        for row in stock:
            day = Periode.parse(row["periode"]).dernier_jour
            filings[row["menage"]][day, False, day] = row["date_creation"]
            lines[row["menage"]][day] = row
        for row in radiations:
            if row["vu"]:
                # Règle A2: the same (demande, date, motif) twice counts once, as last delivered.
                told = Periode.parse(row["periode"]).dernier_jour
                event = (row["date_radiation"], row["motif"])
                events[row["menage"]][event] = max(told, events[row["menage"]].get(event, told))
                filings[row["menage"]][told, True, row["date_radiation"]] = row["date_creation"]
        days = sorted({day for held in lines.values() for day in held})
        exits = {household: _replay(events[household], lines[household]) for household in filings}
        creations = dict(_first_filings(filings))
        return cls(
            creations,
            {household: _absences(exits[household], lines[household], days) for household in filings},
            {household: held[max(held)] for household, held in lines.items() if held},
            # A filing written after an exit: the household was there on the day of the exit.
            {
                household: min([filed, *(day for day, _ in events[household])])
                for household, filed in creations.items()
            },
            exits,
            frozenset(_resets(filings, creations)),
        )


def supersede(radiations: Iterable[Radiation]) -> frozenset[Radiation]:
    """Règles A2, B3: the attributions that another, less than 183 days away, corrects: the last delivered."""
    kept: list[Radiation] = []
    superseded = set()
    attributions = [item for item in radiations if item.motif == ATTRIBUTION]
    attributions.sort(key=lambda item: item.livraison, reverse=True)
    for item in sorted(attributions, key=lambda item: item.est_annulee):
        if any(abs((item.jour - other.jour).days) <= JOURS_DE_RAPPROCHEMENT for other in kept):
            superseded.add(item)
        else:
            kept.append(item)
    return frozenset(superseded)


def _first_filings(filings: Filings) -> Iterator[tuple[int, date]]:
    """Règle A6: the first filing date is never later than one seen before."""
    for household, dated in filings.items():
        known = [filed for filed in dated.values() if filed is not None]
        if known:
            yield household, min(known)


def _resets(filings: Filings, creations: Mapping[int, date]) -> Iterator[int]:
    """Règle A6: the households whose last line gives a later date than the first."""
    for household, first in creations.items():
        dated = filings[household]
        if (dated[max(dated)] or first) > first:
            yield household


def _replay(events: Mapping[Event, date], lines: Mapping[date, Row]) -> tuple[Radiation, ...]:
    """Give each radiation with what undid it."""
    undone: dict[Event, date] = {}
    open_ones: list[Event] = []
    for event in sorted(events):
        if event[1] != DERADIATION:
            open_ones.append(event)
        elif open_ones:
            undone[open_ones.pop()] = event[0]
    return tuple(
        _describe(event, events[event], undone.get(event), lines)
        for event in sorted(events)
        if event[1] != DERADIATION
    )


def _describe(event: Event, told: date, undone: date | None, lines: Mapping[date, Row]) -> Radiation:
    left, motif = event
    # Règle A4: in the stock of the same delivery, an attribution wins, the stock over any other motive.
    back = any(held > told or (held == told and motif != ATTRIBUTION) for held in lines)
    # Règle A5: back on the first day of the first quarter that holds it again.
    return Radiation(
        jour=left,
        motif=motif,
        livraison=told,
        deradiation=undone,
        retour=_first_day(min(held for held in lines if held >= left)) if back else None,
        en_stock=told in lines and (undone is None or undone > told),
    )


def _absences(
    radiations: Iterable[Radiation], lines: Mapping[date, Row], days: list[date]
) -> tuple[Absence, ...]:
    exits = [item for item in radiations if item not in supersede(radiations)]
    radiated = [(item.jour, item.deradiation or item.retour) for item in exits]
    return (*radiated, *_unseen(radiated, lines, days))


def _unseen(radiated: list[Absence], lines: Mapping[date, Row], days: list[date]) -> Iterator[Absence]:
    """Règles A8 and A9: gone in the first quarter whose stock lacks it, back in the next that holds it.

    A radiation told of that absence dates the exit (règle A1): nothing is added to it.
    """
    held = [day for day in days if day in lines]
    gaps: list[tuple[date, date | None]] = [
        (days[days.index(before) + 1], after)
        for before, after in pairwise(held)
        if after != days[days.index(before) + 1]
    ]
    if held and held[-1] != days[-1]:
        gaps.append((days[days.index(held[-1]) + 1], None))
    for missing, after in gaps:
        if not any(
            (back is None or back > missing) and (after is None or left < after) for left, back in radiated
        ):
            yield _first_day(missing), after and _first_day(after)


def _first_day(day: date) -> date:
    return Periode.de(day, "trimestre").premier_jour
