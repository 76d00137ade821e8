"""The two writings of the French cell rule say the same, for every type a mart may hold."""

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import MisuseError
from pipeline.publication.cells import french_cell, french_cell_sql
from pipeline.publication.presentation import Result, render, to_csv, to_json

VALUES = """
SELECT * FROM (VALUES
    (1::TINYINT, -5::BIGINT, 12.50::DECIMAL(9,2), 0.1::DOUBLE, 1e-9::DOUBLE, true, DATE '2024-09-30',
     TIMESTAMP '2024-09-30 10:00:00', 'simple', 'é;"x"', UUID '11111111-1111-1111-1111-111111111111', 'C1'),
    (2, 3, -0.01, -1.5, 1e22, false, DATE '1999-01-01',
     TIMESTAMP '2024-09-30 10:00:00.5', '=1+1', chr(9) || 'x', NULL, '-C2'),
    (3, NULL, NULL, NULL, 3, NULL, NULL, NULL, '+33', chr(13) || 'x', NULL, '@x'),
    (4, NULL, NULL, NULL, 3, NULL, NULL, NULL, '', chr(10) || 'x', NULL, 'a-b')
) AS t(a, b, c, d, e, f, g, h, i, j, k, l)
"""


def test_duckdb_and_python_write_the_same_cells(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS {VALUES}")
        kinds = connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 't' ORDER BY 1"
        ).fetchall()
        cells = ", ".join(f"{french_cell_sql(name, kind)} AS {name}" for name, kind in kinds)
        texts = connection.execute(f"SELECT {cells} FROM t ORDER BY t.a").fetchall()
        rows = connection.execute("FROM t ORDER BY a").fetchall()
    assert {kind for _, kind in kinds} >= {"DECIMAL(9,2)", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "UUID"}
    assert [[cell or "" for cell in row] for row in texts] == [
        [french_cell(value) for value in row] for row in rows
    ]
    result = Result(tuple(name for name, _ in kinds), tuple(rows))
    path = tmp_path / "x.csv"
    path.write_text(to_csv(result), encoding="utf-8", newline="")
    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file, delimiter=";"))
    assert read[1][:4] == ["1", "-5", "12,50", "0,1"]
    assert [row[8] for row in read[1:]] == ["simple", "'=1+1", "'+33", ""]
    assert [row[11] for row in read[1:]] == ["C1", "'-C2", "'@x", "a-b"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_starts_a_formula(start: str) -> None:
    assert french_cell(f"{start}1") == f"'{start}1"
    assert french_cell(Decimal("-1.0")) == "-1,0"


def test_json_keeps_numbers_and_dates() -> None:
    with duckdb.connect() as connection:
        cursor = connection.execute(
            "SELECT 1.5::DECIMAL(9,2) AS d, DATE '2024-01-31' AS j, 'nan'::DOUBLE AS n, "
            "NULL AS v, [1, 2] AS l, 'é' AS t"
        )
        result = Result(tuple(name for name, *_ in cursor.description), tuple(cursor.fetchall()))
    assert to_json(result) == '[{"d": 1.5, "j": "2024-01-31", "n": null, "v": null, "l": [1, 2], "t": "é"}]\n'


def test_table_for_the_terminal_keeps_brackets_and_dashes_unknown() -> None:
    text = render(Result(("libelle", "n"), (("[rouge]" * 40, 1), (None, None))), "table")
    assert "[rouge]" * 40 in text
    assert "—" in text


def test_an_unknown_form_is_told() -> None:
    with pytest.raises(MisuseError, match="table, csv, json"):
        render(Result((), ()), "xlsx")
