"""The three forms of an answer: a table to read, a French CSV to open, JSON for programs."""

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite

from pipeline.errors import MisuseError
from pipeline.publication.cells import SEPARATOR, french_cell

_UNKNOWN = "—"
_NEVER_FOLDED = 10_000


@dataclass(frozen=True)
class Result:
    """The answer to a query: names of the columns, then rows in their order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def render(result: Result, form: str) -> str:
    """Write an answer as `table`, `csv` or `json`; raises MisuseError on another form."""
    if form not in _FORMS:
        raise MisuseError(f"Format inconnu « {form} ».", remede=f"Formats : {', '.join(_FORMS)}.")
    return _FORMS[form](result)


def to_table(result: Result) -> str:
    """Return a table for the terminal, numbers to the right; off screen its lines are never folded."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for rank, column in enumerate(result.columns):
        numbers = all(isinstance(row[rank], int | float | Decimal | None) for row in result.rows)
        table.add_column(
            Text(column), justify="right" if numbers and result.rows else "left", overflow="fold"
        )
    for row in result.rows:
        table.add_row(*(Text(_readable(value)) for value in row))
    screen = io.StringIO()
    Console(file=screen, width=None if sys.stdout.isatty() else _NEVER_FOLDED).print(table)
    return screen.getvalue()


def _readable(value: object) -> str:
    """Write a value for the eye: four decimals at most; CSV and JSON keep them all."""
    if isinstance(value, float) and isfinite(value):
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return _UNKNOWN if value is None else french_cell(value)


def to_csv(result: Result) -> str:
    r"""Return a French CSV, header first, without byte order mark; lines end as RFC 4180 says.

    >>> to_csv(Result(("mois", "part"), ((1, Decimal("0.5")), (2, None))))
    'mois;part\r\n1;0,5\r\n2;\r\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR)
    writer.writerow(french_cell(column) for column in result.columns)
    writer.writerows([french_cell(value) for value in row] for row in result.rows)
    return text.getvalue()


def to_json(result: Result) -> str:
    r"""Return a list of objects; dates in ISO form, decimals as numbers, a repeated name numbered.

    >>> to_json(Result(("n", "n"), ((1, Decimal("0.5")),)))
    '[{"n": 1, "n_2": 0.5}]\n'
    """
    names = _distinct(result.columns)
    rows = [dict(zip(names, map(_plain, row), strict=True)) for row in result.rows]
    return json.dumps(rows, ensure_ascii=False, default=_plain, allow_nan=False) + "\n"


_FORMS: Mapping[str, Callable[[Result], str]] = {"table": to_table, "csv": to_csv, "json": to_json}


def _distinct(columns: Sequence[str]) -> list[str]:
    names: list[str] = []
    for column in columns:
        rank = 1
        while (name := column if rank == 1 else f"{column}_{rank}") in names:
            rank += 1
        names.append(name)
    return names


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str() | list() | dict():
            return value
        case Decimal() | float():
            return float(value) if isfinite(value) else None
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            return str(value)
