"""What replaces personal columns: the keyed pseudonym, the counter, the age."""

import hashlib
import hmac
import uuid
from datetime import date

import duckdb
import polars as pl
import pytest

from pipeline.errors import MisuseError
from pipeline.feeds import Column
from pipeline.intake.identities import normalise_numero_unique, read_age
from pipeline.intake.pseudonyms import Pseudonymiser, create_key_file, load_pseudonymiser


@pytest.mark.parametrize("key", [b"k" * 32, b"k" * 64, b"k" * 200])
def test_the_pseudonym_is_hmac_sha_256(key):
    expected = hmac.new(key, b"numero_unique\x009740324000012G1104", hashlib.sha256).digest()[:16]
    assert Pseudonymiser(key).pseudonym("numero_unique", "9740324000012G1104") == expected


@pytest.mark.parametrize("key", [b"k" * 32, b"k" * 65, "clé".encode() * 30])
def test_the_pseudonyms_of_a_column_are_those_of_its_values_one_by_one(key):
    pseudonymiser = Pseudonymiser(key)
    values = [None, "9740324000012G1104", "", None, "é œ", "9740324000012G1104", None]
    for drawn in (values, values[2:5], [None], []):
        column = pseudonymiser.pseudonyms("DEMANDE", pl.Series(drawn, dtype=pl.String))
        alone = [None if value is None else pseudonymiser.pseudonym("DEMANDE", value) for value in drawn]
        assert column.to_list() == alone


def test_two_kinds_of_identifier_never_share_a_pseudonym():
    pseudonymiser = Pseudonymiser(b"k" * 32)
    assert pseudonymiser.pseudonym("DEMANDE", "12") != pseudonymiser.pseudonym("numero_unique", "12")


def duckdb_ids(folder) -> set[uuid.UUID]:
    parquet = folder / "travail" / "conforme.parquet"
    return {
        value
        for (value,) in duckdb.execute("select demande_id from read_parquet(?)", [str(parquet)]).fetchall()
    }


def test_every_writing_of_a_number_is_the_same_household(conform, tmp_path):
    numbers = ["9740324000012G1104", "'974 0324 000012 g1104", "974\u00a00324000012G1104"]
    text = "nud;logement;code_commune;date_bail\n" + "".join(
        f"{number};{rank};97411;15/02/2024\n" for rank, number in enumerate(numbers)
    )
    _, rows = conform(text)
    assert rows["demande_id"].n_unique() == 1
    assert rows["numero_unique_conforme"].all()
    expected = Pseudonymiser(b"k" * 32).pseudonym("numero_unique", "9740324000012G1104")
    assert duckdb_ids(tmp_path) == {uuid.UUID(bytes=expected)}


def test_a_lost_leading_zero_is_given_back():
    assert normalise_numero_unique(pl.Series(["440324000012G1104", "740324000012G1104"])).to_list() == [
        "0440324000012G1104",
        "0740324000012G1104",
    ]


def test_scientific_notation_has_lost_digits(conform, rejects):
    conformed, _ = conform("nud;code_commune;date_bail\n9,74032E+17;97411;15/02/2024\n")
    assert conformed.rows_rejected == 1
    assert rejects()["motif"].to_list() == ["numero_unique_illisible"]


def test_the_age_is_that_of_the_last_day_and_the_birth_date_goes():
    column = Column(name="n", title="", description="", type="date", treatment="age_fin_periode", becomes="a")
    births = pl.Series(["31/03/1990", "01/04/1990", "01/01/2030", "15/05/1850", None])
    # on 31/03/2024: 34 (birthday that day), 33 (the next day), not born, 173 years old, unknown
    assert read_age(births, column, date(2024, 3, 31)).values.to_list() == [34, 33, None, None, None]


def test_without_a_key_nothing_is_read(reglages, monkeypatch):
    monkeypatch.delenv("PPGD_CLE")
    with pytest.raises(MisuseError, match="ppgd cle"):
        load_pseudonymiser(reglages)


def test_a_short_key_is_refused(reglages, monkeypatch):
    monkeypatch.setenv("PPGD_CLE", "courte")
    with pytest.raises(MisuseError, match="trop courte"):
        load_pseudonymiser(reglages)


def test_a_key_that_is_not_text_is_refused(reglages, monkeypatch):
    monkeypatch.delenv("PPGD_CLE")
    reglages.key_file.parent.mkdir(parents=True, exist_ok=True)
    reglages.key_file.write_bytes(bytes(range(0xC0, 0xF0)))
    with pytest.raises(MisuseError, match="UTF-8"):
        load_pseudonymiser(reglages)
    monkeypatch.setenv("PPGD_CLE", "\udcff" * 32)
    with pytest.raises(MisuseError, match="UTF-8"):
        load_pseudonymiser(reglages)


def test_the_key_file_is_private_and_never_overwritten(tmp_path):
    path = tmp_path / "config" / "cle"
    assert create_key_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    assert not create_key_file(path)
    assert path.read_bytes() == before
