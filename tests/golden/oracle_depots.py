"""What was expected, received and decided in each period, from the deliveries written: no SQL."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipeline.periods import Periode

CADENCES = ("trimestre", "semestre", "annee")
TRIMESTRES = {"trimestre": 1, "semestre": 2, "annee": 4}
SUIVIS = (
    "sne/demandes",
    "sne/radiations",
    "bailleurs/attributions",
    "bailleurs/mises_a_disposition",
    "cotation/points",
)

STOCK_DU_PARC = "rpls/"
"""The RPLS describes the stock of dwellings on 1 January; the other flows go to the end of their period."""

Row = Mapping[str, Any]


def count_deposits(depots: Iterable[Row]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Expected mart_completude_depots: an absent delivery is not a zero (règle B13)."""
    every = [(row, Periode.parse(row["periode"])) for row in depots]
    expected = {}
    for periode in _periods(every):
        for flux, fournisseur in {(row["flux"], row["fournisseur"]) for row, _ in every}:
            own = [held for held in every if (held[0]["flux"], held[0]["fournisseur"]) == (flux, fournisseur)]
            expected[periode.code, flux, fournisseur] = _count(periode, own)
    return expected


def describe_periods(depots: Iterable[Row], flux: Iterable[str], bascule: date) -> dict[str, Row]:
    """Expected metadata of each period in a mart that rests on these flows (règle B13).

    `rupture_qpv`: the map of QPV changes in the period.
    """
    followed = set(flux)
    every = list(depots)
    counts = count_deposits(every)
    ends = [
        told.premier_jour if row["flux"].startswith(STOCK_DU_PARC) else told.dernier_jour
        for row in every
        if row["flux"] in followed and row["decision"] != "refuse"
        for told in [Periode.parse(row["periode"])]
    ]
    described = {}
    for code in {code for code, _, _ in counts}:
        here = [row for key, row in counts.items() if key[0] == code and key[1] in followed]
        periode = Periode.parse(code)
        described[code] = {
            "arrete_au": max(ends),
            "completude": sum(row["nombre_recus"] for row in here)
            / sum(row["nombre_attendus"] for row in here),
            "rupture_qpv": periode.premier_jour <= bascule <= periode.dernier_jour,
        }
    return described


def _periods(every: list[tuple[Row, Periode]]) -> set[Periode]:
    """Every period of the flows followed, and those of the accepted files that describe a state."""
    accepted = [(row, told) for row, told in every if row["decision"] != "refuse"]
    quarters = {quarter for row, told in accepted if row["flux"] in SUIVIS for quarter in _quarters(told)}
    followed = {Periode.de(quarter.premier_jour, cadence) for quarter in quarters for cadence in CADENCES}
    return followed | {told for _, told in accepted}


def _count(periode: Periode, own: list[tuple[Row, Periode]]) -> dict[str, Any]:
    here = [
        row["decision"]
        for row, told in own
        if told.premier_jour <= periode.dernier_jour and told.dernier_jour >= periode.premier_jour
    ]
    covered = {
        quarter
        for row, told in own
        for quarter in _quarters(told)
        if row["decision"] != "refuse" and periode.contient(quarter)
    }
    expected = TRIMESTRES[periode.cadence]
    return {
        "nombre_attendus": expected,
        "nombre_recus": len(covered),
        "nombre_acceptes": sum(decision != "refuse" for decision in here),
        "nombre_refuses": sum(decision == "refuse" for decision in here),
        "completude": len(covered) / expected,
    }


def _quarters(periode: Periode) -> list[Periode]:
    """Règle B13: the quarters a delivery covers."""
    quarters = [Periode.de(periode.premier_jour, "trimestre")]
    while quarters[-1].dernier_jour < periode.dernier_jour:
        quarters.append(quarters[-1].suivante)
    return quarters
