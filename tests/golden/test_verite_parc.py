"""The published stock by axis equals the truth of the fictitious dwellings, row by row."""

import polars as pl
import pytest

from tests.golden.oracle_parc import count_stock

MART = "mart_parc_par_profil"


def test_stock_by_profile_equals_the_truth(oracle, observatoire):
    dwellings = pl.read_parquet(oracle.verite / "logements.parquet").to_dicts()
    expected = count_stock(dwellings, oracle.parametres.epci_des_communes)
    rows = observatoire.execute(
        "SELECT periode, code_epci, localisation_qpv, axe, modalite, nombre_logements, part_logements "
        f"FROM marts.{MART}"
    ).fetchall()
    found = {row[:5]: {"nombre_logements": row[5], "part_logements": row[6]} for row in rows}
    assert len(found) == len(rows) > 100
    assert sorted(expected.keys() ^ found.keys())[:10] == []
    for key, measures in expected.items():
        assert found[key]["nombre_logements"] == measures["nombre_logements"], key
        assert found[key]["part_logements"] == pytest.approx(measures["part_logements"], abs=1e-9), key
