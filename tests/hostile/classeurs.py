"""Workbooks from rows of text, and the parts of their archive."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import xlsxwriter

FEUILLE = "xl/worksheets/sheet1.xml"
CREATION = datetime(2025, 4, 15)  # noqa: DTZ001 the same bytes at each run


def classeur(rows: Iterable[Sequence[str]], loin: Mapping[str, str] | None = None) -> bytes:
    """Write rows of text as a workbook; a cell may be added far away, by its place."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATION})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(line, column, cell)
    for place, cell in (loin or {}).items():
        sheet.write_string(place, cell)
    book.close()
    return buffer.getvalue()


def avec_partie(workbook: bytes, name: str, content: bytes) -> bytes:
    """Add a part to the archive of a workbook, or replace it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.infolist():
            if entry.filename != name:
                target.writestr(entry, source.read(entry), zipfile.ZIP_DEFLATED)
        target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
