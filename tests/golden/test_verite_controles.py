"""The checks published of each delivery agree with the truth: which ran, on how many lines, what failed."""

from collections import Counter

import polars as pl
import pytest
import yaml

from pipeline.periods import Periode
from pipeline.sample.geographie import CODES_TRIMESTRES
from pipeline.sample.verite import LIGNES_GARDEES
from pipeline.settings import ROOT

BAUX, RADIATIONS = "bailleurs/attributions", "sne/radiations"


@pytest.fixture(scope="module")
def entered(observatoire_fictif) -> pl.DataFrame:
    """The deliveries that enter; a refused one here is refused before any check."""
    depots = pl.read_parquet(observatoire_fictif.donnees / "verite" / "depots.parquet")
    return depots.filter(pl.col("decision") != "refuse").sort("periode")


def test_each_delivery_ran_the_checks_of_its_suite(entered, observatoire):
    """A check beside the delivery before is not run on the first of a partner at a cadence."""
    expected = Counter()
    seen = set()
    for flux, periode, fournisseur in entered.select("flux", "periode", "fournisseur").iter_rows():
        suite = ROOT / "expectations" / flux.replace("/", "_") / "suite.yml"
        cadence = (flux, fournisseur, Periode.parse(periode).cadence)
        for check in yaml.safe_load(suite.read_text(encoding="utf-8"))["controles"]:
            if "par_rapport_au_precedent" not in check or cadence in seen:
                expected[flux, periode, fournisseur, check["code"]] += 1
        seen.add(cadence)
    query = "SELECT flux, periode, fournisseur, code_controle FROM marts.fct_controles_depots"
    found = Counter(observatoire.execute(query).fetchall())
    assert list((expected - found).elements())[:10] == []
    assert list((found - expected).elements())[:10] == []


def test_checks_see_the_lines_that_enter(entered, observatoire):
    query = (
        "SELECT flux, periode, fournisseur, nombre_lignes_controlees "
        "FROM marts.fct_controles_depots WHERE code_controle = 'volume'"
    )
    expected = entered.select("flux", "periode", "fournisseur", "lignes_acceptees").rows()
    assert sorted(observatoire.execute(query).fetchall()) == sorted(expected)


@pytest.mark.parametrize(
    ("flux", "control", "column"),
    [
        (BAUX, "date-bail-renseignee", "bail_declare"),
        (BAUX, "reservataire-renseigne", "reservataire_declare"),
        (RADIATIONS, "date-creation-renseignee", "date_creation"),
    ],
)
def test_lines_at_fault_are_those_drawn(flux, control, column, entered, oracle, observatoire):
    territoire = oracle.territoire
    lines = (
        territoire.declarations
        if flux == BAUX
        else territoire.radiations.with_columns(fournisseur=pl.lit("gip-sne"))
    )
    kept = lines.filter(pl.col("rejet").is_in(LIGNES_GARDEES))
    silent = kept.filter(pl.col(column).is_null())
    counts = Counter(silent.select("livraison", "fournisseur").iter_rows())
    deliveries = entered.filter(pl.col("flux") == flux).select("periode", "fournisseur").rows()
    expected = {
        (periode, fournisseur): counts[CODES_TRIMESTRES.index(periode), fournisseur]
        for periode, fournisseur in deliveries
    }
    query = (
        "SELECT periode, fournisseur, nombre_lignes_en_defaut FROM marts.fct_controles_depots "
        "WHERE flux = ? AND code_controle = ?"
    )
    found = {row[:2]: row[2] for row in observatoire.execute(query, [flux, control]).fetchall()}
    assert sum(expected.values()) > 10
    assert found == expected
