"""Scores, reference populations and bounds, as the rules read them: plain Python, no SQL."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle_histoires import Histoires
from tests.golden.oracle_parametres import NON_RENSEIGNE, ORDRE_DES_BLOCS, Parametres

QUARTILES = ("C1", "C2", "C3", "C4")


@dataclass(frozen=True)
class Score:
    """A score on a day: its points, and the first bloc where it has some (règles C8, C12)."""

    jour: date
    points: Decimal
    sous_groupe: str

    def is_old(self, day: date) -> bool:
        """Règle C1: more than twelve months before the day; twelve months exactly are not.

        >>> Score(date(2023, 2, 28), Decimal(0), "aucun").is_old(date(2024, 2, 29))
        False
        """
        leap_day = (day.month, day.day) == (2, 29)
        return self.jour < day.replace(year=day.year - 1, day=28 if leap_day else day.day)


@dataclass(frozen=True)
class Bornes:
    """The reference population of a period, its three discrete bounds; `anciens`: points of old scores."""

    points: tuple[Decimal, ...]
    p25: Decimal
    p50: Decimal
    p75: Decimal
    anciens: tuple[Decimal, ...] = ()

    @classmethod
    def de(cls, points: Iterable[Decimal], anciens: Iterable[Decimal] = ()) -> "Bornes":
        """Règle C6: percentile_disc.

        >>> Bornes.de([Decimal(n) for n in (0, 0, 5, 10)]).p50
        Decimal('0')
        """
        ordered = tuple(sorted(points))
        return cls(ordered, *(percentile_disc(ordered, share) for share in (25, 50, 75)), tuple(anciens))

    def quartile(self, points: Decimal) -> str:
        """C1 ≤ p25 < C2 ≤ p50 < C3 ≤ p75 < C4."""
        return QUARTILES[sum(points > bound for bound in (self.p25, self.p50, self.p75))]

    @cached_property
    def classes(self) -> dict[str, tuple[Decimal, ...]]:
        """The points of the population that fall in each class, least first; a class may be empty."""
        held: dict[str, list[Decimal]] = {quartile: [] for quartile in QUARTILES}
        for points in self.points:
            held[self.quartile(points)].append(points)
        return {quartile: tuple(points) for quartile, points in held.items()}

    def part_anciens(self, quartile: str) -> float | None:
        """Règle C1: the share of old scores in a class, None when the class is empty."""
        old = sum(self.quartile(points) == quartile for points in self.anciens)
        return old / len(self.classes[quartile]) if self.classes[quartile] else None


def percentile_disc(ordered: Sequence[Decimal], percent: int) -> Decimal:
    """Return the first value whose rank reaches the share.

    >>> percentile_disc([Decimal(n) for n in (1, 2, 3, 4, 5)], 25)
    Decimal('2')
    """
    return ordered[max(math.ceil(percent * len(ordered) / 100), 1) - 1]


@dataclass(frozen=True)
class Cotation:
    """Every score of every household of one EPCI, oldest first."""

    scores: Mapping[int, tuple[Score, ...]]

    @classmethod
    def lire(cls, lines: Iterable[Mapping[str, Any]], parametres: Parametres) -> "Cotation":
        """Sum the criteria of each (household, date), by bloc."""
        sums: dict[tuple[int, date], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for line in lines:
            sums[line["menage"], line["date_points"]][parametres.blocs[line["critere"]]] += line["points"]
        scores: dict[int, list[Score]] = defaultdict(list)
        for (household, day), blocs in sorted(sums.items()):
            first = next((bloc for bloc in ORDRE_DES_BLOCS if blocs.get(bloc, 0) > 0), "aucun")
            scores[household].append(Score(day, sum(blocs.values(), Decimal(0)), first))
        return cls({household: tuple(dated) for household, dated in scores.items()})

    def last(self, household: int, day: date) -> Score | None:
        """Règle C1: the last score dated on or before the day."""
        dated = self.scores.get(household, ())
        rank = bisect_right(dated, day, key=lambda score: score.jour)
        return dated[rank - 1] if rank else None

    def bornes(self, periode: Periode, histoires: Histoires) -> Bornes | None:
        """Règles C3 and C4: each household scored and not away all along the period, by its last score."""
        points, old = [], []
        for household in self.scores:
            score = self.last(household, periode.dernier_jour)
            if score is not None and not histoires.is_away(household, periode):
                points.append(score.points)
                if score.is_old(histoires.last_day(household, periode)):
                    old.append(score.points)
        return Bornes.de(points, old) if points else None


@dataclass(frozen=True)
class Classement:
    """How one attribution is classed in one period."""

    quartile_cotation: str
    tranche_points: str
    sous_groupe: str


def classify(score: Score | None, bornes: Bornes | None, parametres: Parametres) -> Classement:
    """Règle C7: no score is not zero."""
    if score is None or bornes is None:
        return Classement(NON_RENSEIGNE, NON_RENSEIGNE, NON_RENSEIGNE)
    return Classement(bornes.quartile(score.points), parametres.tranche(score.points), score.sous_groupe)
