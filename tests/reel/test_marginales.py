"""RPLS au 1er janvier 2019, 13 EPCI: rooms, periods, types and energy labels, in QPV and in all."""

import csv
from pathlib import Path

import pytest

from pipeline.publication.consultation import query_observatoire
from pipeline.settings import Settings

AXES = {
    "nbpiece": "typologie",
    "periode": "periode_construction",
    "typeconst": "type_construction",
    "dpeenergie": "etiquette_energie",
}
MODALITES = {
    "nbpiece": {"1": ("T1",), "2": ("T2",), "3": ("T3",), "4": ("T4",), "5 et plus": ("T5", "T6P")},
    "typeconst": {"Logements collectifs": ("C",), "Logements individuels": ("I",)},
    "dpeenergie": {"Inconnu": ("non_renseigne",)},
}
EPCI = 13

pytestmark = pytest.mark.reel


@pytest.fixture(scope="module")
def marginales(donnees_reelles: Path) -> list[dict[str, str]]:
    path = donnees_reelles / "rpls" / "marginales_rpls2019_13epci.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["var"] in AXES]


@pytest.fixture(scope="module")
def parc(observatoire_reel: Settings) -> dict[tuple[str, ...], int]:
    query = (
        "select code_epci, localisation_qpv, axe, modalite, nombre_logements "
        "from mart_parc_par_profil where periode = '2019'"
    )
    return {row[:4]: int(row[4]) for row in query_observatoire(observatoire_reel, query).rows}


def _modalities(row: dict[str, str]) -> tuple[str, ...]:
    if row["var"] == "periode":
        return (row["modalite"][2:],)
    return MODALITES[row["var"]].get(row["modalite"], (row["modalite"],))


def _found(parc: dict[tuple[str, ...], int], row: dict[str, str], localisation: str) -> int:
    axis = AXES[row["var"]]
    return sum(parc.get((row["epci"], localisation, axis, modality), 0) for modality in _modalities(row))


@pytest.mark.parametrize("var", AXES)
def test_margins_of_the_13_epci_are_found_again(var, marginales, parc):
    rows = [row for row in marginales if row["var"] == var]
    wrong = [
        (row["nom_epci"], row["modalite"], localisation, published, found)
        for row in rows
        for localisation, published in (("ensemble", row["nb"]), ("qpv", row["nb_qpv"]))
        if (found := _found(parc, row, localisation)) != int(published)
    ]
    print(f"\n{AXES[var]} × QPV : {len(rows)} modalités de {EPCI} EPCI, {len(wrong)} en écart")
    assert len({row["epci"] for row in rows}) == EPCI
    assert wrong == []


def test_no_modality_is_left_out(marginales, parc):
    """The margins hold every dwelling of their EPCI: no modality of the mart lies outside them."""
    for epci in {row["epci"] for row in marginales}:
        whole = parc[epci, "ensemble", "ensemble", "ensemble"]
        for var in AXES:
            rows = [row for row in marginales if row["epci"] == epci and row["var"] == var]
            assert sum(int(row["nb"]) for row in rows) == whole, (epci, var)


def test_1949_1976_and_2010_2018_stock_of_cinor_in_qpv(parc):
    """75 % of CINOR's 1949–76 stock is in QPV against 19 % of 2010–18."""
    cinor = "249740119"
    for period, published in (("1949_1976", 75), ("2010_2018", 19)):
        both = [
            parc[cinor, localisation, "periode_construction", period] for localisation in ("qpv", "ensemble")
        ]
        print(f"CINOR, {period} : {both[0] / both[1]:.1%} en QPV (publié : {published} %)")
        assert round(100 * both[0] / both[1]) == published
