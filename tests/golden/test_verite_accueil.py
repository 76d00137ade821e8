"""The published attendance of the fictitious places equals its truth: falls flagged, the unknown unknown."""

import csv

import polars as pl
import pytest

from pipeline.settings import ROOT
from tests.golden.oracle_accueil import ENSEMBLE, tell_attendance
from tests.golden.oracle_depots import describe_periods

MART = "mart_frequentation_accueil"
KEY = ("periode", "code_epci", "type_lieu", "code_lieu")
METADATA = ("arrete_au", "completude", "rupture_qpv")


@pytest.fixture(scope="module")
def published(observatoire):
    result = observatoire.execute(f"SELECT * EXCLUDE (libelle_lieu) FROM marts.{MART}")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {tuple(row[name] for name in KEY): row for row in rows}


@pytest.fixture(scope="module")
def expected(oracle):
    seuils = ROOT / "dbt_project" / "seeds" / "parametres" / "seuils_frequentation.csv"
    with seuils.open(encoding="utf-8") as file:
        thresholds = list(csv.DictReader(file))
    lines = pl.read_parquet(oracle.verite / "frequentation.parquet").to_dicts()
    return tell_attendance(lines, oracle.parametres.epci_des_communes, thresholds)


def test_attendance_equals_the_truth(expected, published):
    assert len(expected) > 30
    assert sorted(expected.keys() ^ published.keys()) == []
    for key, measures in expected.items():
        found = {name: published[key][name] for name in measures}
        assert found == measures | {
            "evolution_visites": pytest.approx(measures["evolution_visites"], abs=1e-9)
        }, key
        assert published[key].keys() == {*KEY, *measures, *METADATA}


def test_falls_and_the_unknown_are_both_seen(expected):
    places = {key: row for key, row in expected.items() if key[3] != ENSEMBLE}
    falls = {key[2:] for key, row in places.items() if row["est_baisse"]}
    assert {("PILS", "PILS-03"), ("GADLS", "GADLS-02")} <= falls
    assert any(row["est_baisse"] is False for row in places.values())
    unknown = {key for key, row in places.items() if row["nombre_visites"] is None}
    assert {("2024", "PILS-05"), ("2024", "PILS-07"), ("2023", "GADLS-01")} <= {
        (key[0], key[3]) for key in unknown
    }


@pytest.mark.parametrize("type_lieu", ["PILS", "GADLS"])
def test_metadata_equal_the_truth(type_lieu, oracle, published):
    depots = pl.read_parquet(oracle.verite / "depots.parquet").to_dicts()
    flux = f"guichets/activite_{type_lieu.lower()}"
    expected = describe_periods(depots, (flux,), oracle.parametres.bascule)
    found = {key[0]: row for key, row in published.items() if key[2] == type_lieu}
    assert found
    for periode, row in found.items():
        assert {name: row[name] for name in METADATA} == pytest.approx(expected[periode]), periode
