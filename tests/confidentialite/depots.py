"""Deliveries of every feed of expectations/ whose personal cells hold marks; a new feed comes by itself."""

import csv
import io
from collections.abc import Iterable

from pipeline.feeds import Column, Feed
from pipeline.settings import Settings
from tests.confidentialite.marques import BIRTH, mail, name, nir, numero_unique, phone

PERIODE = "2025-T1"
EXTRA = {"Nom du conjoint": name, "Tel portable": phone, "NIR": nir, "Courriel 2": mail}

Rows = list[dict[str, str]]


def deliver_marked(settings: Settings, feeds: Iterable[Feed], *, faulty: bool) -> None:
    """Deliver each feed with marks in the columns that go; `faulty` marks the cells that stay as well."""
    for feed in feeds:
        _deliver(settings, feed, faulty=faulty)


def _deliver(settings: Settings, feed: Feed, *, faulty: bool) -> None:
    rows = _example(feed)
    for column in feed.columns:
        if column.treatment != "conserver":
            _mark_column(column, rows)
    rows = [row | {header: mark(rank) for header, mark in EXTRA.items()} for rank, row in enumerate(rows)]
    if faulty:
        rows += _faulty_rows(feed, rows)
    path = settings.raw / feed.key / PERIODE / "marque.csv"
    path.parent.mkdir(parents=True)
    text = io.StringIO()
    names = [column.name for column in feed.columns]
    writer = csv.DictWriter(text, [*names, *EXTRA], delimiter=";", restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="cp1252")


def _example(feed: Feed) -> Rows:
    text = (feed.folder / "exemple-valide.csv").read_text(encoding="utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    names = {
        written: column.name for column in feed.columns for written in (*column.header_synonyms, column.name)
    }
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return [{names[head]: cell for head, cell in row.items() if head in names} for row in rows]


def _mark_column(column: Column, rows: Rows) -> None:
    """Mark every cell of a personal column; equal identifiers stay equal."""
    identifiers = sorted({row.get(column.name, "") for row in rows})
    for rank, row in enumerate(rows):
        match column.treatment:
            case "ecarter":
                row[column.name] = f"{name(rank)}, {phone(rank)}, {nir(rank)}, {mail(rank)}"
            case "age_fin_periode":
                row[column.name] = BIRTH
            case _:
                row[column.name] = numero_unique(identifiers.index(row.get(column.name, "")))


def _faulty_rows(feed: Feed, rows: Rows) -> Rows:
    """Repeat the first row with one kept cell at a time replaced by each kind of mark."""
    marks = [(column, mark) for column in feed.columns for mark in _marks_typed_in(column)]
    return [rows[0] | {column.name: mark} for column, mark in marks]


def _marks_typed_in(column: Column) -> list[str]:
    if column.treatment != "conserver":
        return []
    recognisable = [nir(1), mail(1), phone(1), numero_unique(1)]
    if column.type == "string" and not (column.codes or column.pattern or column.reference):
        return recognisable
    return [name(1), f"{name(2)} née le {BIRTH}", *recognisable]
