"""Whatever is written for a spreadsheet, no text of it is a formula, and a number stays a number."""

import csv
import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from pipeline.initiation import write_parameter_templates
from pipeline.intake.faults import fault_rows
from pipeline.intake.rejects import RejectsFile
from pipeline.publication.cells import french_cell
from pipeline.publication.contents import TableFacts
from pipeline.publication.exports import Exports
from pipeline.publication.presentation import Result, to_csv
from pipeline.sample.formats import xlsx_from_cells

FORMULES = ["=cmd|' /C calc'!A0", "+33", "-2+3", "@SOMME(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("x";"y")']
TEXTES = [*FORMULES, "a=b", "1-2", "'=1", ""]


def cells_of(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))


@pytest.mark.parametrize("texte", TEXTES)
def test_rejects_and_answers_write_a_text_in_the_same_way(tmp_path, texte):
    rejects = RejectsFile(tmp_path / "rejets.csv")
    values = pl.Series([texte])
    rejects.write(fault_rows(pl.Series([2]), "valeur_invalide", "loyer", values, rejects=True))
    rejects.close()
    _, (_, _, _, rejected, *_) = cells_of((tmp_path / "rejets.csv").read_bytes().decode("utf-8-sig"))
    _, (answered,) = cells_of(to_csv(Result(("x",), ((texte,),))))[:2] if texte else ([], ("",))
    assert rejected == answered == french_cell(texte)
    assert rejected == (f"'{texte}" if texte in FORMULES else texte)


def test_exported_marts_hold_no_formula_and_keep_negative_numbers(tmp_path):
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS publication")
        connection.execute("CREATE SCHEMA publication.marts")
        connection.execute(
            "CREATE TABLE publication.marts.mart_x (texte VARCHAR, n INTEGER, d DECIMAL(9, 2))"
        )
        rows = [[texte, -5, Decimal("-0.50")] for texte in TEXTES]
        connection.executemany("INSERT INTO publication.marts.mart_x VALUES (?, ?, ?)", rows)
        columns = (("texte", "VARCHAR", ""), ("n", "INTEGER", ""), ("d", "DECIMAL(9,2)", ""))
        facts = TableFacts(nom="mart_x", description="", lignes=len(rows), colonnes=columns, empreinte="")
        Exports.open(tmp_path, {"origine": "reelle"}).write(connection, facts)
    _, *written = cells_of((tmp_path / "csv" / "mart_x.csv").read_bytes().decode("utf-8-sig"))
    assert sorted(row[0] for row in written) == sorted(map(french_cell, TEXTES))
    assert {(row[1], row[2]) for row in written} == {("-5", "-0,50")}


def test_a_duration_is_a_text_and_a_negative_number_is_not():
    assert french_cell(timedelta(days=-1)) == "'-1 day, 0:00:00"
    assert [french_cell(value) for value in (-5, -0.5, Decimal("-1.20"))] == ["-5", "-0,5", "-1,20"]


def test_templates_to_fill_hold_no_formula(reglages):
    for path in write_parameter_templates(reglages, "249740119"):
        for row in cells_of(path.read_text(encoding="utf-8-sig")):
            assert [cell for cell in row if cell.startswith(tuple("=+@\t\r\n"))] == []
            assert [
                cell for cell in row if cell.startswith("-") and not cell[1:].replace(",", "").isdigit()
            ] == []


def test_workbooks_of_the_fictitious_territory_hold_no_formula():
    content = xlsx_from_cells(["=1+1"], [[texte or None] for texte in FORMULES], ["=1+1"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
