"""Cells to values: each written form, each fault."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from pipeline.feeds import Code, Column
from pipeline.intake.values import clean_cells, read_column


def colonne(kind: str, **options) -> Column:
    return Column(name="x", title="X", description="", type=kind, **options)


def lire(cells: list[str | None], column: Column) -> list[object]:
    return read_column(pl.Series(cells, dtype=pl.String), column, {}).values.to_list()


def test_missing_values_and_leading_apostrophe():
    cells = pl.Series([" NR ", "n.c.", "", "'01001", "\u00a0x\u202f", None])
    assert clean_cells(cells, ("", "NR", "n.c.")).to_list() == [None, None, None, "01001", "x", None]


@pytest.mark.parametrize(
    "cell",
    [
        "05/02/2024",
        "5/2/2024",
        "05-02-2024",
        "05-02-2024 00:00:00",
        "2024-02-05",
        "2024-02-05T00:00:00",
        "05.02.2024",
    ],
)
def test_each_written_date_is_the_same_day(cell):
    assert lire([cell], colonne("date")) == [date(2024, 2, 5)]


@pytest.mark.parametrize("cell", ["31/02/2024", "05/02/24", "2024", "00/00/0000", "0024-02-05", "45327"])
def test_an_impossible_or_ambiguous_date_is_a_fault(cell):
    reading = read_column(pl.Series([cell]), colonne("date"), {})
    assert reading.values.to_list() == [None]
    assert reading.faults["valeur_invalide"].to_list() == [True]


def test_a_sentinel_date_is_unknown_in_every_written_form():
    reading = read_column(
        pl.Series(["01/01/1900", "1900-01-01 00:00:00"]), colonne("date", sentinels=("01/01/1900",)), {}
    )
    assert reading.values.to_list() == [None, None]
    assert not reading.faults["valeur_invalide"].any()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("412,5", "412.50"),
        ("1 412,50 €", "1412.50"),
        ("1.412,50", "1412.50"),
        ("1\u202f412.50", "1412.50"),
        ("-10", "-10.00"),
        ("0,125", "0.13"),
    ],
)
def test_numbers_are_decimals_whatever_their_writing(cell, expected):
    assert lire([cell], colonne("number")) == [Decimal(expected)]


def test_sentinels_belong_to_a_column():
    assert lire(["999", "999,00", "998"], colonne("number", sentinels=("999",))) == [
        None,
        None,
        Decimal("998.00"),
    ]
    assert lire(["999"], colonne("number")) == [Decimal("999.00")]


def test_integers_come_with_spreadsheet_zeros():
    assert lire(["3", "3.0", "3,0", "x"], colonne("integer")) == [3, 3, 3, None]


def test_bounds_are_included_and_the_value_beyond_is_a_fault():
    reading = read_column(pl.Series(["0", "30", "31", "-1"]), colonne("integer", minimum=0, maximum=30), {})
    assert reading.faults["valeur_hors_bornes"].to_list() == [False, False, True, True]


def test_booleans():
    column = colonne("boolean", true_values=("OUI", "1"), false_values=("NON", "0"))
    assert lire(["oui", "1", "Non", "peut-être"], column) == [True, True, False, None]


def test_codes_come_as_code_label_or_synonym_and_own_synonyms_add():
    column = colonne("string", codes={"PPRIOR": Code("État – prioritaires", ("2",))}, closed_list=True)
    cells = pl.Series(["pprior", "Etat  prioritaires", "2", "CTG PREF", "?"])
    reading = read_column(cells, column, {"CTG PREF": "PPRIOR"})
    assert reading.values.to_list() == ["PPRIOR"] * 4 + [None]
    assert reading.faults["code_inconnu"].to_list() == [False] * 4 + [True]


def test_an_open_list_keeps_the_value_and_asks():
    reading = read_column(pl.Series(["zz"]), colonne("string", codes={"A": Code("a")}), {})
    assert reading.values.to_list() == ["ZZ"]
    assert reading.faults["code_a_confirmer"].to_list() == [True]


@pytest.mark.parametrize(
    ("normalisation", "cell", "expected"),
    [
        ("commune", "1001", "01001"),
        ("commune", "97411.0", "97411"),
        ("commune", "2a004", "2A004"),
        ("siren", "123 456 789 01234", "123456789"),
        ("logement", "12345678", "0012345678"),
        ("departement", "1", "01"),
        ("code", "dalo", "DALO"),
    ],
)
def test_identifiers_are_normalised(normalisation, cell, expected):
    assert lire([cell], colonne("string", normalisation=normalisation)) == [expected]
