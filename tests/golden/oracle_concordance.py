"""How the CALEOL followed the points, as règle F11 reads it, from the truth of the commissions: no SQL."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle import CADENCES, ENSEMBLE, Oracle
from tests.golden.oracle_mesures import Key

PREMIER_RANG, LEAST_COMPARED = 1, 2


@dataclass(frozen=True)
class Candidat:
    """A household examined for a dwelling: its rank, its points that day, and whether it signed."""

    rang: int
    points: Decimal
    a_signe: bool = False
    est_ancien: bool = False


@dataclass(frozen=True)
class Commission:
    """A dwelling examined: where, when, for whom, and its scored and ranked candidates."""

    code_epci: str
    jour: date
    code_bailleur: str
    code_reservataire: str
    candidats: Sequence[Candidat]


@dataclass
class Compte:
    """What the commissions of a cell add up to."""

    commissions: int = 0
    candidats: list[Candidat] = field(default_factory=list)
    comparees: int = 0
    ecarts_premiers: list[int] = field(default_factory=list)
    ecarts_attributaires: list[int] = field(default_factory=list)
    paires: list[tuple[int, int]] = field(default_factory=list)

    def add(self, candidats: Sequence[Candidat]) -> None:
        """Count a commission; fewer than two candidates are not compared."""
        self.commissions += 1
        if len(candidats) < LEAST_COMPARED:
            return
        self.comparees += 1
        self.candidats += candidats
        self.ecarts_premiers += _gap(candidats, (item for item in candidats if item.rang == PREMIER_RANG))
        self.ecarts_attributaires += _gap(candidats, (item for item in candidats if item.a_signe))
        self.paires += compare(candidats)

    def measures(self) -> dict[str, Any]:
        """Give the measures of the mart."""
        return {
            "nombre_commissions": self.commissions,
            "nombre_commissions_comparees": self.comparees,
            "nombre_candidats_compares": len(self.candidats),
            "part_scores_anciens": _mean([item.est_ancien for item in self.candidats]),
            "nombre_premiers": len(self.ecarts_premiers),
            "part_premiers_en_tete": _mean([gap == 0 for gap in self.ecarts_premiers]),
            "ecart_rang_moyen_premiers": _mean(self.ecarts_premiers),
            "nombre_attributaires": len(self.ecarts_attributaires),
            "part_attributaires_en_tete": _mean([gap == 0 for gap in self.ecarts_attributaires]),
            "ecart_rang_moyen_attributaires": _mean(self.ecarts_attributaires),
            "nombre_paires": len(self.paires),
            "nombre_paires_concordantes": sum(rank * points == 1 for rank, points in self.paires),
            "nombre_paires_discordantes": sum(rank * points == -1 for rank, points in self.paires),
            "nombre_paires_egales_points": sum(rank != 0 and not points for rank, points in self.paires),
            "nombre_paires_egales_rang": sum(points != 0 and not rank for rank, points in self.paires),
            "tau_kendall": tau_b(self.paires),
        }


def compare(candidats: Iterable[Candidat]) -> list[tuple[int, int]]:
    """Give for each pair the sign of the ranks and of the points: 1, the first is better.

    >>> compare([Candidat(1, Decimal(5)), Candidat(2, Decimal(5))])
    [(1, 0)]
    """
    return [
        (_sign(other.rang - one.rang), _sign(one.points - other.points))
        for one, other in combinations(candidats, 2)
    ]


def tau_b(paires: Sequence[tuple[int, int]]) -> float | None:
    """Give Kendall's tau-b as a correlation of signs, None when one side is all ties.

    >>> tau_b([(1, 1), (1, 1), (1, -1), (1, 0)])
    0.2886751345948129
    """
    ranked = sum(rank * rank for rank, _ in paires)
    scored = sum(points * points for _, points in paires)
    if not ranked or not scored:
        return None
    return sum(rank * points for rank, points in paires) / math.sqrt(ranked * scored)


def read_commissions(oracle: Oracle) -> Iterator[Commission]:
    """Yield each commission and dwelling of the territory (règle F11)."""
    examined: dict[tuple[str, date, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in oracle.territoire.candidatures.to_dicts():
        examined[row["siren"], row["date_caleol"], row["identifiant"]].append(row)
    for (siren, day, _), rows in examined.items():
        (code_epci,) = {row["code_epci"] for row in rows}
        (reservataire,) = {row["reservataire"] for row in rows}
        yield Commission(code_epci, day, siren, reservataire, list(_scored(oracle, rows)))


def concordance(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_concordance_caleol."""
    cells: dict[Key, Compte] = defaultdict(Compte)
    for held in read_commissions(oracle):
        codes = (held.code_bailleur, ENSEMBLE), (held.code_reservataire, ENSEMBLE)
        for cadence, combination in product(CADENCES, product(*codes)):
            cells[Periode.de(held.jour, cadence).code, held.code_epci, *combination].add(held.candidats)
    return {key: held.measures() for key, held in cells.items()}


def _scored(oracle: Oracle, rows: Iterable[Mapping[str, Any]]) -> Iterator[Candidat]:
    for row in rows:
        score = oracle.cotation.last(row["candidat"], row["date_caleol"])
        if score is not None and row["rang"] is not None:
            old = score.is_old(row["date_caleol"])
            yield Candidat(row["rang"], score.points, row["signataire"], old)


def _gap(candidats: Iterable[Candidat], chosen: Iterable[Candidat]) -> list[int]:
    best = max((item.points for item in chosen), default=None)
    return [] if best is None else [sum(item.points > best for item in candidats)]


def _sign(value: int | Decimal) -> int:
    return (value > 0) - (value < 0)


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None
