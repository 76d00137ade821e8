"""The delivered rows as a sheet to correct in place: same lines, same columns, cells at fault marked.

Rendered column by column as text of the sheet, because cell by cell a big delivery would cost minutes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from xlsxwriter.utility import xl_col_to_name

from pipeline.intake.conform import read_table
from pipeline.intake.headers import CONFIRMS, HeaderBook, fold
from pipeline.intake.rejects import without_formula
from pipeline.intake.tables import LINE, STRUCTURE_FAULT, cell_name
from pipeline.quality.anomalies import Gravity
from pipeline.rapport.catalogue import CATALOGUE

if TYPE_CHECKING:
    from pipeline.rapport.report import Report

LAST_LINE = 1_048_576
MOST_CELLS = 6_000_000
_LONGEST_CELL = 32_000
_SLICE = 16_384
_REWRITTEN = r"[\x00-\x1f&<>\x{fffe}\x{ffff}]|^[=+@\s'-]|\s$"
_UNREADABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_NOTE = "Remettez chaque valeur dans sa colonne, puis effacez cette case."


@dataclass(frozen=True)
class Deposited:
    """The rows of a delivery with the marks of its cells (`ligne`, `rank`, `rejetee`)."""

    headers: tuple[str, ...]
    header_line: int
    rows: pl.DataFrame
    marks: pl.DataFrame

    @property
    def confirms(self) -> int:
        """Return the rank of the column where rows are confirmed: the file's own, else one more."""
        known = [rank for rank, header in enumerate(self.headers) if fold(header) == CONFIRMS]
        return known[0] if known else len(self.headers)

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the headers, the one to confirm included."""
        return self.headers if self.confirms < len(self.headers) else (*self.headers, CONFIRMS)

    @property
    def last_line(self) -> int:
        """Return the number of the last line."""
        return max([self.header_line, *self.rows[LINE].to_list()])


def read_deposited(report: "Report", workspace: Path, own_headers: Mapping[str, str]) -> Deposited | None:
    """Read again the delivered rows; None when there is nothing to mark, or too much for a sheet."""
    found = report.findings
    if found.conformed is None or not any(item.line for item in report.anomalies):
        return None
    book = HeaderBook(found.feed, own_headers)
    table = read_table(found.delivery.path, workspace, book.score)
    if (found.conformed.rows_read + 1) * len(table.headers) > MOST_CELLS:
        return None
    rows = table.frame.collect().sort(LINE)
    deposited = Deposited(
        table.headers, max(table.header_line, 1), rows, _marks(report, found.conformed.ranks)
    )
    return deposited if deposited.last_line <= LAST_LINE else None


def _marks(report: "Report", ranks: Mapping[str, int]) -> pl.DataFrame:
    """Return the marked cells, the gravest mark of each; a row as a whole is marked on its first cell."""
    of_rows = report.rejects.select(
        LINE,
        pl.col("colonne").replace_strict(ranks, default=0, return_dtype=pl.Int64).alias("rank"),
        (pl.col("rejetee") == "oui").alias("bloque"),
    )
    of_checks = [
        (item.line, item.rank or 0, item.gravity == "bloquant")
        for item in report.anomalies
        if item.line and item.code not in CATALOGUE
    ]
    schema = {LINE: pl.Int64, "rank": pl.Int64, "bloque": pl.Boolean}
    marks = pl.concat([of_rows, pl.DataFrame(of_checks, schema=schema, orient="row")])
    return marks.group_by(LINE, "rank").agg(pl.col("bloque").any())


def sheet_rows(deposited: Deposited, styles: Mapping[Gravity | str, int]) -> Iterator[str]:
    """Yield the rows of the sheet, as its XML wants them."""
    yield _header(deposited, styles["entete"])
    marked = _with_styles(deposited, styles)
    row = _row(deposited, marked)
    for part in marked.iter_slices(_SLICE):
        yield part.select(row).to_series().str.join("").item()


def _header(deposited: Deposited, style: int) -> str:
    from xml.sax.saxutils import escape  # it only writes

    line = deposited.header_line
    cells = (
        f'<c r="{xl_col_to_name(rank)}{line}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{escape(_printable(title))}</t></is></c>'
        for rank, title in enumerate(deposited.titles)
    )
    return f'<row r="{line}">{"".join(cells)}</row>'


def _printable(title: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in title)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown


def _with_styles(deposited: Deposited, styles: Mapping[Gravity | str, int]) -> pl.DataFrame:
    """Add to the rows the style of each marked column, the cell to confirm and the note of a spoilt row."""
    rows, confirms = deposited.rows, deposited.confirms
    asked = deposited.marks.filter(~pl.col("bloque"))[LINE].unique()
    if confirms == len(deposited.headers):
        rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(cell_name(confirms)))
    note = pl.when(pl.col(STRUCTURE_FAULT).is_not_null() & (pl.col(STRUCTURE_FAULT) != "")).then(
        pl.lit(_NOTE)
    )
    rows = rows.with_columns(note.alias(cell_name(len(deposited.titles))))
    columns = [_style_to_confirm(confirms, asked, styles)]
    for (rank,), marks in deposited.marks.group_by("rank"):
        if rank == confirms:
            continue
        blocking = marks.filter("bloque")[LINE].implode()
        others = marks.filter(~pl.col("bloque"))[LINE].implode()
        style = (
            pl.when(pl.col(LINE).is_in(blocking))
            .then(styles["bloquant"])
            .when(pl.col(LINE).is_in(others))
            .then(styles["a_confirmer"])
            .otherwise(0)
        )
        columns.append(style.alias(f"s{rank}"))
    return rows.with_columns(columns)


def _style_to_confirm(rank: int, asked: pl.Series, styles: Mapping[Gravity | str, int]) -> pl.Expr:
    where = pl.col(LINE).is_in(asked.implode())
    return pl.when(where).then(styles["confirme"]).otherwise(0).alias(f"s{rank}")


def _row(deposited: Deposited, rows: pl.DataFrame) -> pl.Expr:
    line = pl.col(LINE).cast(pl.String)
    marked = {*deposited.marks["rank"].unique(), deposited.confirms}
    cells = [
        _cell(
            pl.concat_str(pl.lit(f'<c r="{xl_col_to_name(rank)}'), line),
            pl.col(f"s{rank}") if rank in marked else None,
            _text(rows[cell_name(rank)]),
        )
        for rank in range(len(deposited.titles) + 1)
    ]
    return pl.concat_str(pl.lit('<row r="'), line, pl.lit('">'), *cells, pl.lit("</row>"))


def _text(cells: pl.Series) -> pl.Expr:
    """Return the element that holds a text, null when it is empty; few columns need to be rewritten."""
    text = pl.col(cells.name)
    if not (cells.str.contains(_REWRITTEN) | (cells.str.len_bytes() > _LONGEST_CELL)).any():
        return pl.when(text != "").then(pl.concat_str(pl.lit("<t>"), text, pl.lit("</t>")))
    told = without_formula(text.str.slice(0, _LONGEST_CELL)).str.replace_all(_UNREADABLE, " ")
    told = told.str.replace_many(list(_XML), list(_XML.values()))
    return pl.when(text != "").then(pl.concat_str(pl.lit('<t xml:space="preserve">'), told, pl.lit("</t>")))


def _cell(place: pl.Expr, style: pl.Expr | None, text: pl.Expr) -> pl.Expr:
    """Return a cell; an empty one is left out, unless it has a style."""
    styled = [] if style is None else [pl.lit('" s="'), style.cast(pl.String)]
    filled = pl.concat_str(place, *styled, pl.lit('" t="inlineStr"><is>'), text, pl.lit("</is></c>"))
    if style is None:
        return filled.fill_null("")
    blank = pl.when(style != 0).then(pl.concat_str(place, *styled, pl.lit('"/>'))).otherwise(pl.lit(""))
    return pl.coalesce(filled, blank)
