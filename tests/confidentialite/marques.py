"""Unmistakable fictitious values, and the search for them in every form a file may give them."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

WORD = "zqxkwj"
NUMBER = "97401247351"
NIR_CORE = "193079735119"
PHONE_CORE = "06985147"
BIRTH = "13/07/1931"
_FORMS = (
    WORD,
    NUMBER,
    NIR_CORE,
    PHONE_CORE,
    "06 98 51 47",
    "06.98.51.47",
    "1 93 07 97 351 19",
    BIRTH,
    "13-07-1931",
    "1931-07-13",
    "974 01 24 7351",
)
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_PATTERN = re.compile(
    b"|".join(re.escape(form.encode(code)) for form in _FORMS for code in _ENCODINGS), re.IGNORECASE
)
_TEXT = re.compile("|".join(re.escape(form) for form in _FORMS), re.IGNORECASE)
_PARQUET, _SQLITE, _DUCKDB = b"PAR1", b"SQLite format 3\0", b"DUCK"


def numero_unique(rank: int) -> str:
    """Return a well-formed number of its own."""
    return f"{NUMBER}{rank:02d}G1104"


def phone(rank: int) -> str:
    return f"06 98 51 47 {rank % 100:02d}"


def nir(rank: int) -> str:
    """Return a NIR whose key is right."""
    body = f"{NIR_CORE}{rank % 10}"
    return f"{body}{97 - int(body) % 97:02d}"


def name(rank: int) -> str:
    return f"Zqxkwj{'ABCDEFGHIJ'[rank % 10]}"


def mail(rank: int) -> str:
    return f"{WORD}{rank}@exemple.invalid"


def files_with_marks(*roots: Path) -> dict[str, str]:
    """Return, for each file that holds a mark in its bytes, its name or its values, the first one found."""
    found = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_file() and (mark := mark_in_file(path)):
                found[str(path.relative_to(root))] = mark
    return found


def mark_in_file(path: Path) -> str | None:
    """Look for a mark in the name and bytes of a file, then in the values that its format hides."""
    content = path.read_bytes()
    if match := _PATTERN.search(content):
        return match[0].decode("latin-1")
    texts = (text for text in (path.name, *_hidden_values(path, content)))
    return next((match[0] for text in texts if (match := _TEXT.search(text))), None)


def mark_in_text(text: str) -> str | None:
    match = _TEXT.search(text)
    return match[0] if match else None


def _hidden_values(path: Path, content: bytes) -> Iterator[str]:
    if content.startswith(_PARQUET):
        table = pq.read_table(path)
        yield repr(table.schema.metadata)
        for column in table.columns:
            yield "\n".join(map(str, column.to_pylist()))
    elif content.startswith(_SQLITE):
        yield from _sqlite_values(path)
    elif content[8:12] == _DUCKDB:
        yield from _duckdb_values(path)


def _sqlite_values(path: Path) -> Iterator[str]:
    with sqlite3.connect(path) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in names:
            for row in connection.execute(f'select * from "{table}"'):
                yield "\n".join(map(str, row))


def _duckdb_values(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        yield "\n".join(str(row) for row in connection.execute("select sql from duckdb_views()").fetchall())
        for schema, table in tables:
            for row in connection.execute(f'from "{schema}"."{table}"').fetchall():
                yield "\n".join(map(str, row))
