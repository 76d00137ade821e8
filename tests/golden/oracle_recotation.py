"""What the fictitious grids give to a household, and why a list of points differs from it: no SQL, no YAML.

It reads the facts and the declared points of the build, and knows the grids by heart.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle import CADENCES, ENSEMBLE
from tests.golden.oracle_mesures import Key

TOTAL, ECRETEMENT = "TOTAL", "priorites_nationales"
CODE, PLAFOND = "EXEMPLE_CINOR_FICTIF", 60
DECLAREE, SUIVANTE, EN_TEST = f"{CODE}/1", f"{CODE}/2", f"{CODE}/essai-mutation-100"
BASCULE = date(2025, 1, 1)
MUTATIONS = {DECLAREE: 10, SUIVANTE: 15, EN_TEST: 100}
NATIONALES = ("DALO", "L441_1", "HANDICAP")
BLOCS = dict.fromkeys((*NATIONALES, ECRETEMENT), "priorites_nationales")
BLOCS |= dict.fromkeys(("MUTATION", "SUROCC", "RESSOURCES", "SEPARATION", "DISTANCE"), "priorites_locales")
BLOCS |= dict.fromkeys(("ANCIENNETE", "DELAI_LONG", "PASSAGE_CALEOL", "REFUS"), "historique")
BLOCS[TOTAL] = "total"
LABELS = {"HEBERGEMENT", "MALLOGE", "EXPULSION", "VIOLENCES"}
PALIERS = ((5, 15), (3, 10), (2, 5), (1, 2))
ANNEE = 365.25
Faits = Mapping[str, Any]
Points = dict[str, int]


REGLES: Mapping[str, tuple[str, Callable[[Any], int]]] = {
    "DALO": ("est_dalo", lambda held: 50 * held),
    "L441_1": ("labels_syplo", lambda labels: 30 * bool(LABELS & set(labels))),
    "HANDICAP": ("nombre_personnes_handicapees", lambda count: 20 * (count >= 1)),
    "SUROCC": ("personnes_moins_pieces", lambda more: 10 * (more >= 0)),
    "RESSOURCES": ("montant_ressources_uc_annuelles_eur", lambda euros: 10 * (euros <= 6300)),
    "SEPARATION": ("situation_familiale", lambda code: 5 * (code in {"D", "S"})),
    "ANCIENNETE": (
        "anciennete_jours",
        lambda days: next((points for years, points in PALIERS if days / ANNEE >= years), 0),
    ),
    "DELAI_LONG": ("est_delai_anormalement_long", lambda held: 5 * held),
    "PASSAGE_CALEOL": ("dates_caleol", lambda days: 5 * bool(days)),
    "REFUS": ("dates_refus_proposition", lambda days: -10 * bool(days)),
}
FAITS = {code: fact for code, (fact, _) in REGLES.items()} | {"MUTATION": "type_demande"}


def score(faits: Faits, version: str) -> Points:
    """Give the points of each criterion that gives some; what is unknown gives none."""
    given = {code: rule(faits[fact]) for code, (fact, rule) in REGLES.items() if faits[fact] is not None}
    given["MUTATION"] = MUTATIONS[version] * (faits["type_demande"] == "mutation")
    national = sum(given.get(code, 0) for code in NATIONALES)
    given[ECRETEMENT] = min(PLAFOND - national, 0)
    return {code: points for code, points in given.items() if points}


@dataclass(frozen=True)
class Ecart:
    """A criterion, or the total, of one declared score."""

    critere: str
    declare: int
    recalcule: int
    cause: str


@dataclass(frozen=True)
class Confronte:
    """A household, the day of its declared score and, when it can be scored again, its differences."""

    demande: str
    jour: date
    ecarts: Sequence[Ecart]


def compare(declared: Points, around: Sequence[Faits | None], day: date) -> Iterator[Ecart]:
    """Yield the criteria to which one side gives points, then the total; facts before, of the day, after."""
    version = SUIVANTE if day >= BASCULE else DECLAREE
    _, facts, _ = around
    assert facts is not None
    here = score(facts, version)
    causes = _causes(declared, here, around, version)
    for code in declared.keys() | here.keys():
        told, given = declared.get(code, 0), here.get(code, 0)
        if told or given:
            yield Ecart(code, told, given, causes.get(code, "aucun_ecart"))
    told, given = sum(declared.values()), sum(here.values())
    kinds = set(causes.values())
    single = kinds.pop() if len(kinds) == 1 else "plusieurs_causes"
    yield Ecart(TOTAL, told, given, "aucun_ecart" if told == given else single)


def _causes(declared: Points, here: Points, around: Sequence[Faits | None], version: str) -> dict[str, str]:
    """Name the cause of each difference."""
    codes = [code for code in declared.keys() | here.keys() if declared.get(code, 0) != here.get(code, 0)]
    if not codes:
        return {}
    earlier, facts, later = around
    assert facts is not None
    former = score(facts, DECLAREE) if version != DECLAREE else None
    sides = [None if side is None else score(side, version) for side in (earlier, later)]
    causes = {}
    for code in codes:
        known = [None if side is None else side.get(code, 0) for side in (former, *sides)]
        causes[code] = _cause(code, declared.get(code, 0), here.get(code, 0), known, facts)
    return causes


def _cause(code: str, told: int, given: int, known: Sequence[int | None], facts: Faits) -> str:
    """Name the first cause that fits; `known`: points by the declared version, at the date before, after."""
    old, before, after = known
    reasons = {
        "version_de_grille": told == old,
        "non_disponible": code == "DISTANCE",
        "fait_inconnu": code in FAITS and facts[FAITS[code]] is None,
        "plafond": code == ECRETEMENT,
        "fait_modifie_depuis": told == before,
        "fait_connu_plus_tard": told == after,
        "absent_du_declare": told == 0,
        "absent_du_recalcul": given == 0,
        "points_differents": True,
    }
    return next(name for name, fits in reasons.items() if fits)


def expected_gaps(confrontes: Sequence[Confronte], code_epci: str, since: date) -> dict[Key, dict[str, Any]]:
    """Expected mart_ecarts_cotation for the periods since a day: the last score of each household in each."""
    last: dict[tuple[str, str], Confronte] = {}
    for held in sorted(confrontes, key=lambda item: item.jour):
        for cadence in CADENCES:
            if (periode := Periode.de(held.jour, cadence)).premier_jour >= since:
                last[periode.code, held.demande] = held
    declared = Counter(periode for periode, _ in last)
    cells: dict[Key, list[Ecart]] = defaultdict(list)
    for (periode, _), held in last.items():
        for ecart in held.ecarts:
            for cause in (ecart.cause, ENSEMBLE):
                cells[periode, code_epci, DECLAREE, ecart.critere, cause].append(ecart)
    return {
        key: {"bloc": BLOCS[key[3]], "nombre_demandes_declarees": declared[key[0]], **_measures(ecarts)}
        for key, ecarts in cells.items()
    }


def _measures(ecarts: Sequence[Ecart]) -> dict[str, Any]:
    told = sum(ecart.declare for ecart in ecarts)
    given = sum(ecart.recalcule for ecart in ecarts)
    different = sum(ecart.declare != ecart.recalcule for ecart in ecarts)
    return {
        "nombre_demandes_comparees": len(ecarts),
        "nombre_demandes_egales": len(ecarts) - different,
        "nombre_demandes_differentes": different,
        "points_declares_somme": told,
        "points_recalcules_somme": given,
        "ecart_points_moyen": (told - given) / different if different else None,
    }


@dataclass(frozen=True)
class Candidat:
    """A household scored by the grid in test for a dwelling: its rank, its points, why it was chosen."""

    examen: tuple[str, str]
    jour: date
    rang: int | None
    points: int
    motif: str


def expected_trial(candidats: Sequence[Candidat], code_epci: str) -> dict[Key, dict[str, Any]]:
    """Expected mart_suivi_phase_test, for a grid whose period of test nobody declared."""
    cells: dict[Key, list[tuple[Candidat, int | None, bool]]] = defaultdict(list)
    for _, group in groupby(sorted(candidats, key=lambda item: item.examen), key=lambda item: item.examen):
        held = list(group)
        ranked = [item for item in held if item.rang is not None]
        for item in held:
            gap, leads = None, False
            if len(ranked) > 1 and item.rang is not None:
                ranks = _places([other.rang for other in ranked], item.rang)
                points = _places([-other.points for other in ranked], -item.points)
                gap = max(ranks[0] - points[1], points[0] - ranks[1], 0)
                leads = points[0] == 1
            for motif in (item.motif, ENSEMBLE):
                cells[f"{item.jour:%Y-%m}", code_epci, EN_TEST, motif].append((item, gap, leads))
    return {key: _trial(rows) for key, rows in cells.items()}


def _places(values: Sequence[Any], own: Any) -> tuple[int, int]:
    """Give the first and last places that a value holds, its equals sharing them."""
    return 1 + sum(value < own for value in values), sum(value <= own for value in values)


def _trial(rows: Sequence[tuple[Candidat, int | None, bool]]) -> dict[str, Any]:
    compared = [(item, gap, leads) for item, gap, leads in rows if gap is not None]
    firsts = [leads for item, _, leads in compared if item.rang == 1]
    return {
        "periode": Periode.de(rows[0][0].jour, "trimestre").code,
        "perimetre_test": "AUCUN",
        "nombre_commissions": len({item.examen for item, _, _ in rows}),
        "nombre_commissions_en_periode_de_test": None,
        "nombre_commissions_comparees": len({item.examen for item, _, _ in compared}),
        "nombre_candidats_cotes": len(rows),
        "nombre_candidats_compares": len(compared),
        "nombre_rangs_identiques": sum(gap == 0 for _, gap, _ in compared),
        "nombre_rangs_differents": sum(gap > 0 for _, gap, _ in compared),
        "ecart_rang_moyen": sum(gap for _, gap, _ in compared) / len(compared) if compared else None,
        "nombre_premiers": len(firsts),
        "part_premiers_en_tete": sum(firsts) / len(firsts) if firsts else None,
    }
