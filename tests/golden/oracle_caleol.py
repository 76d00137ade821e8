"""How the households answer, and how often the CALEOL sit, from the truth of the commissions: no SQL."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise, product
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle import CADENCES, ENSEMBLE, Oracle
from tests.golden.oracle_mesures import Key, measure_delays, percentile_cont
from tests.golden.oracle_parametres import NON_RENSEIGNE

REFUS, SANS_REPONSE = "REFUS", "SANSREP"

Row = Mapping[str, Any]


def delais_par_reservataire(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_delai_par_reservataire."""
    cells: dict[Key, list[int | None]] = defaultdict(list)
    for periode, leases in oracle.par_periode.items():
        for held in leases:
            axes = (held.code_bailleur, held.code_reservataire, held.type_demande)
            for codes in product(*((code, ENSEMBLE) for code in axes)):
                cells[periode.code, held.code_epci, *codes].append(held.delai_jours)
    return {key: measure_delays(days) for key, days in cells.items()}


def refus(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_refus: each proposal counts in the periods of its creation."""
    made: dict[Key, list[Row]] = defaultdict(list)
    rows = oracle.territoire.propositions.to_dicts()
    for row in _followed(oracle, rows):
        for periode, *codes in _cells(row, row["date_creation"], (row["siren"], row["reservataire"])):
            made[periode, row["code_epci"], *codes].append(row)
    costly = _costly_scores(oracle)
    again = _repeated(rows)
    expected = {}
    for key, held in made.items():
        refused = [row for row in held if row["etat"] == REFUS]
        for reason in {ENSEMBLE, *(row["motif_refus"] or NON_RENSEIGNE for row in refused)}:
            same = [row for row in refused if reason in (ENSEMBLE, row["motif_refus"] or NON_RENSEIGNE)]
            days = sorted(gap for row in same if (gap := _days(row)) is not None)
            after = [_cost(costly.get(row["candidat"], []), row["date_reponse"]) for row in same]
            expected[*key, reason] = {
                "nombre_propositions": len(held),
                "nombre_sans_reponse": sum(row["etat"] == SANS_REPONSE for row in held),
                "nombre_refus": len(same),
                "part_refus": len(same) / len(held),
                "nombre_delais_refus": len(days),
                "delai_refus_moyen_jours": sum(days) / len(days) if days else None,
                "delai_refus_median_jours": percentile_cont(days, 0.5) if days else None,
                "nombre_refus_repetes": sum(_name(row) in again for row in same),
                "nombre_refus_recotes": sum(cost is not None for cost in after),
                "nombre_refus_decotes": sum(cost is True for cost in after),
            }
    return expected


def rythme_caleol(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_rythme_caleol: one séance of a bailleur a day, which examines one dwelling or several."""
    sittings: dict[tuple[str, str], dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in _followed(oracle, oracle.territoire.candidatures.to_dicts()):
        sittings[row["code_epci"], row["siren"]][row["date_caleol"]].append(row)
    cells: dict[Key, list[tuple[list[Row], int | None]]] = defaultdict(list)
    for (code_epci, siren), days in sittings.items():
        ordered = sorted(days)
        gaps = dict(
            zip(ordered[1:], ((after - before).days for before, after in pairwise(ordered)), strict=True)
        )
        for day in ordered:
            for cadence, code in product(CADENCES, (siren, ENSEMBLE)):
                cells[Periode.de(day, cadence).code, code_epci, code].append((days[day], gaps.get(day)))
    expected = {}
    for key, held in cells.items():
        dwellings = sum(len({row["identifiant"] for row in rows}) for rows, _ in held)
        candidates = sum(len(rows) for rows, _ in held)
        gaps_known = [gap for _, gap in held if gap is not None]
        expected[key] = {
            "nombre_seances": len(held),
            "nombre_commissions": dwellings,
            "logements_par_seance": dwellings / len(held),
            "nombre_candidatures": candidates,
            "nombre_candidatures_sans_logement": 0,
            "candidats_par_logement": candidates / dwellings,
            "nombre_intervalles": len(gaps_known),
            "jours_entre_seances_moyen": sum(gaps_known) / len(gaps_known) if gaps_known else None,
        }
    return expected


def _followed(oracle: Oracle, rows: Iterable[Row]) -> Iterator[Row]:
    known = set(oracle.parametres.epci_des_communes.values())
    return (row for row in rows if row["code_epci"] in known)


def _cells(row: Row, day: date, codes: tuple[str | None, ...]) -> Iterator[tuple[str, ...]]:
    named = [(code or NON_RENSEIGNE, ENSEMBLE) for code in codes]
    for cadence, combination in product(CADENCES, product(*named)):
        yield (Periode.de(day, cadence).code, *combination)


def _costly_scores(oracle: Oracle) -> dict[int, list[tuple[date, bool]]]:
    """Give the days of each household's scores, and whether a criterion takes points that day."""
    found: dict[int, dict[date, bool]] = defaultdict(dict)
    for row in oracle.verite_de("scores"):
        held = found[row["menage"]]
        held[row["date_points"]] = held.get(row["date_points"], False) or row["points"] < 0
    return {household: sorted(days.items()) for household, days in found.items()}


def _cost(scores: list[tuple[date, bool]], day: date) -> bool | None:
    return next((costs for scored, costs in scores if scored >= day), None)


def _repeated(rows: Iterable[Row]) -> set[str]:
    """Name the refusals of a household that had refused in the twelve months before."""
    refused: dict[tuple[int, str], list[tuple[date, str]]] = defaultdict(list)
    for row in rows:
        if row["etat"] == REFUS:
            refused[row["candidat"], row["code_epci"]].append((row["date_reponse"], _name(row)))
    return {
        name
        for held in refused.values()
        for (before, _), (day, name) in pairwise(sorted(held))
        if before >= day.replace(year=day.year - 1)
    }


def _days(row: Row) -> int | None:
    days = (row["date_reponse"] - row["date_creation"]).days
    return days if days >= 0 else None


def _name(row: Row) -> str:
    return f"{row['siren']}/P{row['bail']}-{row['rang']}"
