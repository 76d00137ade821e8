"""The published facts of the fictitious territory equal its truth, row by row and value by value."""

from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline.intake.pseudonyms import load_pseudonymiser
from pipeline.settings import Settings
from tests.golden.oracle import Oracle
from tests.golden.oracle_depots import count_deposits
from tests.golden.oracle_tables import OracleTables, Rows

FAITS = (
    "dim_logements",
    "fct_points_cotation",
    "fct_demandes",
    "fct_attributions",
    "fct_candidatures_caleol",
    "fct_propositions",
)
TABLES = {
    "dim_logements": ("organisme_id", "logement_interne_id"),
    "fct_points_cotation": ("demande_id", "date_points"),
    "fct_demandes": ("demande_id", "periode"),
    "fct_attributions": ("demande_id", "date_attribution"),
    "fct_candidatures_caleol": ("commission_id", "logement_id", "demande_id"),
    "fct_propositions": ("proposition_id",),
    "mart_completude_depots": ("periode", "flux", "fournisseur"),
}
COUNTED = {
    "fct_attributions": "est_dans_les_indicateurs",
    "fct_demandes": "est_dans_les_indicateurs AND est_active",
}


@pytest.fixture(scope="module")
def tables(oracle: Oracle, observatoire_fictif: Settings) -> OracleTables:
    return OracleTables(oracle, load_pseudonymiser(observatoire_fictif))


def read_table(observatoire: duckdb.DuckDBPyConnection, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    result = observatoire.execute(f"SELECT * FROM marts.{table} WHERE {COUNTED.get(table, 'true')}")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    keyed = {tuple(row[name] for name in TABLES[table]): row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def differences(expected: Rows, found: Rows) -> list[tuple[Any, ...]]:
    return [
        (key, name, value, found[key][name])
        for key, row in expected.items()
        for name, value in row.items()
        if found[key][name] != value
    ]


@pytest.mark.parametrize("table", FAITS)
def test_table_equals_the_truth(table, tables, observatoire):
    expected, found = getattr(tables, table)(), read_table(observatoire, table)
    assert len(expected) > 1_000
    assert list(expected.keys() ^ found.keys())[:10] == []
    assert differences(expected, found)[:10] == []


def test_completeness_equals_the_truth(observatoire, observatoire_fictif):
    truth = pl.read_parquet(observatoire_fictif.donnees / "verite" / "depots.parquet")
    expected = count_deposits(truth.to_dicts())
    found = read_table(observatoire, "mart_completude_depots")
    assert {row["nombre_recus"] for row in expected.values()} == {0, 1, 2, 3, 4}
    assert list(expected.keys() ^ found.keys())[:10] == []
    assert differences(expected, found)[:10] == []


def test_every_source_decides_somewhere(tables):
    """Each branch of règles E1 and F1 is taken by some attribution: the truth proves them all."""
    rows = tables.fct_attributions().values()
    assert {row["source_qpv"] for row in rows} == {
        "rpls",
        "code_bailleur",
        "oui_non_bailleur",
        "sne",
        "non_renseigne",
    }
    assert {row["source_reservataire"] for row in rows} == {"bailleur", "sne", "rpls", "non_renseigne"}


def test_both_scored_and_unscored_candidates_are_examined(tables):
    assert {row["est_cotee"] for row in tables.fct_candidatures_caleol().values()} == {True, False}
