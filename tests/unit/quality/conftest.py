"""A small feed of its own, whose suite each test writes, and ten rows of a conformed delivery."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from pipeline.feeds import Feed, load_feed

TYPES = {
    "nom": "string",
    "code": "string",
    "montant": "number",
    "effectif": "integer",
    "debut": "date",
    "fin": "date",
    "actif": "boolean",
}
ARROW = {
    "string": pa.string(),
    "number": pa.decimal128(18, 2),
    "integer": pa.int64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
FIRST_LINE = 2


def _days(*months: int | None) -> list[date | None]:
    return [date(2024, month, 1) if month else None for month in months]


ROWS: dict[str, list[Any]] = {
    "nom": [
        "SECRETA",
        "SECRETB",
        "SECRETC",
        "SECRETD",
        "SECRETE",
        None,
        "SECRETG",
        "SECRETH",
        "SECRETA",
        "x" * 60,
    ],
    "code": ["A1", "B2", "A1", "C3", "zz", "A1", None, "B2", "C3", "A1"],
    "montant": [Decimal(value) for value in ("1", "2", "3.50", "999", "5", "6", "7", "-8", "9", "10")],
    "effectif": [1, 1, 2, 2, 3, 3, 4, 4, None, 5],
    "debut": _days(1, 2, 3, 4, 5, 6, 7, 8, 9, None),
    "fin": _days(2, 2, 3, 3, 6, 7, 8, 9, None, 10),
    "actif": [True, True, False, True, None, True, True, True, True, False],
    "ligne": list(range(FIRST_LINE, FIRST_LINE + 10)),
}


@pytest.fixture
def write_suite(tmp_path: Path) -> Callable[[object], Feed]:
    """Write a feed's folder with these controls (or this whole content) and load it."""

    def write(content: object) -> Feed:
        folder = tmp_path / "expectations" / "essai_mesures"
        folder.mkdir(parents=True, exist_ok=True)
        fields = [
            {"name": name, "title": name, "description": name, "type": type_} for name, type_ in TYPES.items()
        ]
        schema = {
            "source": "essai",
            "table": "mesures",
            "title": "Essai",
            "description": "Essai",
            "version": "1.0.0",
            "une_ligne_par": "mesure",
            "cadence": "annuelle",
            "fournisseur": "essai",
            "missingValues": [""],
            "fields": fields,
        }
        (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
        content = {"controles": content} if isinstance(content, list) else content
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
        (folder / "suite.yml").write_text(text, encoding="utf-8")
        return load_feed(folder)

    return write


@pytest.fixture
def write_copy(tmp_path: Path) -> Callable[..., Path]:
    """Write a conformed copy: the ten rows, fewer of them, or without a column."""

    def write(rows: Mapping[str, list[Any]] = ROWS, *, name: str = "copie.parquet") -> Path:
        types = TYPES | {"ligne": "integer"}
        table = pa.table({column: pa.array(values, ARROW[types[column]]) for column, values in rows.items()})
        path = tmp_path / name
        pq.write_table(table, path)
        return path

    return write


@pytest.fixture
def control() -> Callable[..., dict[str, Any]]:
    """Give an item of suite.yml."""

    def item(type_: str, code: str = "essai", **kwargs: Any) -> dict[str, Any]:
        return {
            "code": code,
            "type": type_,
            "kwargs": kwargs,
            "severity": "critical",
            "description": "Ce que le contrôle demande, et pourquoi.",
        }

    return item


@pytest.fixture
def rows() -> dict[str, list[Any]]:
    """Give the ten rows, free to be changed."""
    return {column: list(values) for column, values in ROWS.items()}
