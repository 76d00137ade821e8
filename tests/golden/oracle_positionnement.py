"""Who waits with more, as many or fewer points, and mutations without a priority criterion: no SQL."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle import ENSEMBLE, GRILLE_VERSION, Oracle
from tests.golden.oracle_cotation import percentile_disc
from tests.golden.oracle_mesures import Key, measure_delays
from tests.golden.oracle_points import points_by_criterion, waiting_households
from tests.golden.oracle_stock import TRIMESTRES_PAR_AN

MUTATION, CRITERE_DE_MUTATION, HISTORIQUE = "mutation", "MUTATION", "historique"
AVEC, SANS, SANS_SCORE = (
    "mutation_avec_critere_prioritaire",
    "mutation_sans_critere_prioritaire",
    "mutation_sans_score",
)


@dataclass
class Secteur:
    """A commune and a typologie of an EPCI on the last day of a quarter."""

    points: list[Decimal] = field(default_factory=list)
    sans_score: int = 0
    loges: list[Decimal] = field(default_factory=list)
    delais: list[int | None] = field(default_factory=list)


def positionnement(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_positionnement."""
    expected: dict[Key, dict[str, Any]] = {}
    quarters = {quarter.code: quarter for quarter in oracle.stocks.actifs}
    for key, sector in _sectors(oracle, quarters).items():
        complete = _is_complete(oracle, quarters[key[0]])
        held, housed = sorted(sector.points), sorted(sector.loges)
        delays = measure_delays(sector.delais)
        delays["nombre_attributions_12_mois"] = delays.pop("nombre_attributions")
        for points in set(held):
            expected[*key[:2], GRILLE_VERSION, *key[2:], points] = {
                "nombre_demandes_plus_de_points": len(held) - bisect_right(held, points),
                "nombre_demandes_autant_de_points": held.count(points),
                "nombre_demandes_moins_de_points": bisect_left(held, points),
                "nombre_demandes_sans_score": sector.sans_score,
                "nombre_attributions_points_au_plus": bisect_right(housed, points) if complete else None,
                **(delays if complete else dict.fromkeys(delays)),
            }
    return expected


def _sectors(oracle: Oracle, quarters: dict[str, Periode]) -> dict[Key, Secteur]:
    sectors: dict[Key, Secteur] = defaultdict(Secteur)
    for household in waiting_households(oracle):
        if household.periode in quarters:
            typologie = household.profil["typologie_recherchee"]
            for place in product((household.commune, ENSEMBLE), (typologie, ENSEMBLE)):
                sector = sectors[household.periode, household.code_epci, *place]
                if household.points is None:
                    sector.sans_score += 1
                else:
                    sector.points.append(household.points)
    for quarter in quarters.values():
        for lease in oracle.attributions:
            if _window_start(quarter) <= lease.date_attribution <= quarter.dernier_jour:
                score = oracle.cotation.last(lease.menage, lease.date_reference)
                for place in product((lease.commune, ENSEMBLE), (lease.typologie, ENSEMBLE)):
                    sector = sectors[quarter.code, lease.code_epci, *place]
                    sector.delais.append(lease.delai_jours)
                    sector.loges += [] if score is None else [score.points]
    return sectors


def _window_start(quarter: Periode) -> date:
    """Return the first day of the twelve months that end with the quarter (règle F4)."""
    day = quarter.dernier_jour
    return Periode.de(date(day.year - 1, day.month, 1), "trimestre").suivante.premier_jour


def _is_complete(oracle: Oracle, quarter: Periode) -> bool:
    known = (
        _window_start(quarter) <= held.premier_jour <= quarter.dernier_jour for held in oracle.stocks.actifs
    )
    return sum(known) == TRIMESTRES_PAR_AN


@dataclass
class Situation:
    """The households of one situation: points of those waiting, delays of those housed."""

    demandes: list[Decimal | None] = field(default_factory=list)
    delais: list[int | None] = field(default_factory=list)


def mutations_sans_critere(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_mutations_sans_critere."""
    prioritised = {
        held
        for held, given in points_by_criterion(oracle).items()
        if any(
            points > 0 and code != CRITERE_DE_MUTATION and oracle.parametres.blocs[code] != HISTORIQUE
            for code, points in given.items()
        )
    }
    cells: dict[Key, Situation] = defaultdict(Situation)
    for household in waiting_households(oracle):
        kind = household.profil["type_demande"]
        situation = _situation(kind, household.menage, household.date_points, prioritised)
        for code in (situation, ENSEMBLE):
            cells[household.periode, household.code_epci, code].demandes.append(household.points)
    for periode, leases in oracle.par_periode.items():
        for lease in leases:
            score = oracle.cotation.last(lease.menage, lease.date_reference)
            day = score and score.jour
            situation = _situation(lease.type_demande, lease.menage, day, prioritised)
            for code in (situation, ENSEMBLE):
                cells[periode.code, lease.code_epci, code].delais.append(lease.delai_jours)
    return {key: _measures(key, held, cells) for key, held in cells.items()}


def _situation(kind: str, household: int, day: date | None, prioritised: set[tuple[int, date]]) -> str:
    if kind != MUTATION:
        return kind
    if day is None:
        return SANS_SCORE
    return AVEC if (household, day) in prioritised else SANS


def _measures(key: Key, held: Situation, cells: dict[Key, Situation]) -> dict[str, Any]:
    whole = cells[*key[:2], ENSEMBLE]
    mutations = sum(
        len(cells[*key[:2], code].demandes) for code in (AVEC, SANS, SANS_SCORE) if (*key[:2], code) in cells
    )
    points = sorted(value for value in held.demandes if value is not None)
    is_mutation = key[2].startswith(MUTATION)
    return {
        "nombre_demandes": len(held.demandes),
        "part_demandes": len(held.demandes) / len(whole.demandes) if whole.demandes else None,
        "part_mutations": len(held.demandes) / mutations if is_mutation and mutations else None,
        "nombre_demandes_cotees": len(points),
        "points_moyens": float(sum(points, Decimal(0))) / len(points) if points else None,
        "points_medians": percentile_disc(points, 50) if points else None,
        "part_attributions": len(held.delais) / len(whole.delais) if whole.delais else None,
        **measure_delays(held.delais),
    }
