"""The published marts of the fictitious territory equal its truth: to the row, delays to 0.01 month."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.golden.oracle_depots import describe_periods
from tests.golden.oracle_mesures import Key, Measures

MARTS = {
    "mart_delai_par_quartile_cotation": (
        "periode",
        "code_epci",
        "code_bailleur",
        "code_reservataire",
        "quartile_cotation",
        "localisation_qpv",
        "type_demande",
    ),
    "mart_attributions_par_qpv": (
        "periode",
        "code_epci",
        "code_bailleur",
        "code_reservataire",
        "localisation_qpv",
        "axe",
        "modalite",
    ),
    "mart_attributions_par_reservataire": ("periode", "code_epci", "code_bailleur", "code_reservataire"),
    "mart_bornes_quartile_cotation": ("periode", "code_epci", "grille_version", "quartile_cotation"),
    "mart_parc_par_qpv": ("periode", "code_epci", "localisation_qpv"),
    "mart_mouvements_demandes": ("periode", "code_epci"),
    "mart_demandes_actives_par_profil": ("periode", "code_epci", "axe", "modalite"),
    "mart_tension": ("periode", "code_epci", "axe", "modalite"),
}
RADIATIONS, BAUX, COTATION = "sne/radiations", "bailleurs/attributions", "cotation/points"
STOCK = "sne/demandes"
SOURCES = {
    "mart_delai_par_quartile_cotation": (RADIATIONS, BAUX, COTATION),
    "mart_attributions_par_qpv": (RADIATIONS, BAUX, COTATION),
    "mart_attributions_par_reservataire": (RADIATIONS, BAUX),
    "mart_ecarts_attributions": (RADIATIONS, BAUX),
    "mart_bornes_quartile_cotation": (RADIATIONS, COTATION),
    "mart_parc_par_qpv": ("rpls/logements_ouverts",),
    "mart_mouvements_demandes": (STOCK, RADIATIONS),
    "mart_demandes_actives_par_profil": (STOCK, RADIATIONS, COTATION),
    "mart_tension": (STOCK, RADIATIONS, BAUX),
}
METADONNEES = ("arrete_au", "completude", "rupture_qpv")
TOLERANCES = {"tension": 1e-9, "delai": 0.01, "anciennete": 0.01, "part": 1e-9}


def read_mart(observatoire: duckdb.DuckDBPyConnection, mart: str) -> dict[Key, dict[str, Any]]:
    result = observatoire.execute(f"SELECT * FROM marts.{mart}")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {tuple(row[name] for name in MARTS[mart]): row for row in rows}


def differs(name: str, expected: Any, found: Any) -> bool:
    if expected is None or found is None:
        return expected is not found
    tolerance = TOLERANCES.get(name.split("_", 1)[0], 0)
    return abs(Decimal(found) - Decimal(expected)) > tolerance


def differences(expected: Mapping[Key, Measures], found: Mapping[Key, Measures]) -> list[tuple[Any, ...]]:
    return [
        (key, name, value, found[key][name])
        for key in expected.keys() & found.keys()
        for name, value in expected[key].items()
        if differs(name, value, found[key][name])
    ]


@pytest.mark.parametrize("mart", MARTS)
def test_mart_equals_the_truth(mart, oracle, observatoire):
    expected, found = getattr(oracle, mart.removeprefix("mart_"))(), read_mart(observatoire, mart)
    assert len(expected) > 10
    assert sorted(expected.keys() - found.keys())[:10] == []
    assert sorted(found.keys() - expected.keys())[:10] == []
    assert differences(expected, found)[:10] == []
    measures = next(iter(expected.values())).keys()
    assert next(iter(found.values())).keys() - {*MARTS[mart], *measures} == set(METADONNEES)


@pytest.mark.parametrize("mart", ["mart_bornes_quartile_cotation", "mart_delai_par_quartile_cotation"])
def test_some_scores_are_old_and_others_are_not(mart, oracle):
    shares = {row["part_scores_anciens"] for row in getattr(oracle, mart.removeprefix("mart_"))().values()}
    assert 0 in shares
    assert any(share is not None and 0 < share < 1 for share in shares)


@pytest.mark.parametrize("mart", SOURCES)
def test_metadata_equal_the_truth(mart, oracle, observatoire, observatoire_fictif):
    truth = pl.read_parquet(observatoire_fictif.donnees / "verite" / "depots.parquet").to_dicts()
    expected = describe_periods(truth, SOURCES[mart], oracle.parametres.bascule)
    query = f"SELECT DISTINCT periode, {', '.join(METADONNEES)} FROM marts.{mart}"
    rows = observatoire.execute(query).fetchall()
    found = {row[0]: dict(zip(METADONNEES, row[1:], strict=True)) for row in rows}
    assert len(found) == len(rows) > 2
    assert found == {code: pytest.approx(expected[code]) for code in found}


def test_register_equals_the_truth(observatoire_fictif, observatoire):
    """Every delivery read, accepted or refused as drawn; reserves are still an acceptance."""
    truth = pl.read_parquet(observatoire_fictif.donnees / "verite" / "depots.parquet")
    expected = {
        row["fichier"]: (
            row["decision"] == "refuse",
            row["lignes_lues"],
            row["lignes_acceptees"],
            row["lignes_rejetees"],
            row["lignes_ignorees"],
        )
        for row in truth.to_dicts()
    }
    found = observatoire.execute(
        "SELECT fichier, decision = 'refuse', nombre_lignes_lues, nombre_lignes_acceptees, "
        "nombre_lignes_rejetees, nombre_lignes_ignorees FROM marts.fct_depots"
    ).fetchall()
    assert {row[0]: row[1:] for row in found} == expected


def test_published_figures_resemble_the_territory(observatoire):
    """2024, the one year wholly delivered: about 2,300 attributions after about 16 months."""
    count, mean = observatoire.execute(
        "SELECT nombre_attributions, delai_attribution_moyen_mois "
        "FROM marts.mart_attributions_par_reservataire "
        "WHERE periode = '2024' AND code_bailleur = 'ensemble' AND code_reservataire = 'ensemble'"
    ).fetchall()[0]
    assert count == pytest.approx(2_300, rel=0.06)
    assert mean == pytest.approx(16, abs=1.5)
