"""Bytes of a delivered file: CSV and XLSX as partners write them, the same bytes at each run."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import polars as pl
import xlsxwriter

Cell = str | int | float | date | None
MINUIT = time()
CREATION = datetime.combine(date(2025, 4, 15), MINUIT)


@dataclass(frozen=True)
class Depot:
    """A delivered file and what the door should find in it: lues = acceptees + rejetees + ignorees.

    Counts are 0 where the file is refused before its rows are read.
    """

    flux: str
    periode: str
    fournisseur: str
    extension: str
    octets: bytes
    lues: int
    rejetees: int = 0
    ignorees: int = 0
    decision: str = "accepte"
    motif: str = ""

    @property
    def fichier(self) -> str:
        """Return the path of the delivery below data/raw."""
        return f"{self.flux}/{self.periode}/{self.fournisseur}.{self.extension}"

    @property
    def acceptees(self) -> int:
        """Return how many rows could enter."""
        return self.lues - self.rejetees - self.ignorees


@dataclass(frozen=True)
class CsvForm:
    """How a CSV is written."""

    separator: str = ";"
    encoding: str = "utf-8"
    newline: str = "\r\n"


def csv_from_cells(rows: Sequence[Sequence[str]], form: CsvForm) -> bytes:
    """Write rows of text, quoted where needed; raises UnicodeEncodeError on a letter the encoding lacks."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=form.separator, lineterminator=form.newline).writerows(rows)
    return text.getvalue().encode(form.encoding)


def csv_from_frame(frame: pl.DataFrame, headers: Sequence[str], form: CsvForm) -> bytes:
    """Write a large frame of text columns under the given headers, without quotes."""
    buffer = io.BytesIO()
    frame.rename(dict(zip(frame.columns, headers, strict=True))).write_csv(
        buffer, separator=form.separator, line_terminator=form.newline, quote_style="never", null_value=""
    )
    utf8 = buffer.getvalue()
    return utf8 if form.encoding == "utf-8" else utf8.decode().encode(form.encoding)


def xlsx_from_cells(titles: Sequence[str], rows: Sequence[Sequence[Cell]], total: Sequence[Cell]) -> bytes:
    """Write a workbook: merged titles, the header, the rows, a total; a date cell is a real date."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    workbook.set_properties({"title": "Données fictives", "created": CREATION})
    sheet = workbook.add_worksheet("Attributions")
    as_day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    bold = workbook.add_format({"bold": True})
    for line, title in enumerate(titles):
        sheet.merge_range(line, 0, line, 5, title, bold)
    for line, row in enumerate((*rows, total), start=len(titles)):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, datetime.combine(cell, MINUIT), as_day)
            elif isinstance(cell, str):
                sheet.write_string(line, column, cell)
            elif cell is not None:
                sheet.write_number(line, column, cell)
    workbook.close()
    return buffer.getvalue()
