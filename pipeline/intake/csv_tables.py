"""CSV as it comes: encoding, separator, quotes, rows cut short or too long, exact line numbers."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

import polars as pl

from pipeline.intake.encodings import LONGEST_LINE, readable_text
from pipeline.intake.tables import (
    HEAD_ROWS,
    LINE,
    STRUCTURE_FAULT,
    HeaderScore,
    RawTable,
    best_header_row,
    cell_name,
    refuse_too_wide,
)

SEPARATORS = (";", ",", "\t", "|")
UNIT_SEPARATOR = "\x1f"
MOST_LINES_IN_QUOTES = 20
_STRAY_QUOTE = "guillemet_isole"
_BEYOND = "au_dela"
csv.field_size_limit(LONGEST_LINE * MOST_LINES_IN_QUOTES)


def read_csv_table(path: Path, workspace: Path, score: HeaderScore) -> RawTable:
    """Read a delivered CSV; raises DeliveryRefusedError when its bytes are not a text table."""
    text, has_quotes = readable_text(path, workspace)
    separator, header_line, headers = _find_header(text, score)
    refuse_too_wide(len(headers))
    if has_quotes:
        records = workspace / "enregistrements.txt"
        _rewrite_records(text, separator, header_line, len(headers), records)
        return RawTable(_split(_records_lines(records), UNIT_SEPARATOR, len(headers)), headers, header_line)
    lines = pl.scan_lines(text, row_index_name=LINE, row_index_offset=1).filter(pl.col(LINE) > header_line)
    lines = lines.with_columns(pl.col(LINE).cast(pl.Int64), pl.lit("").alias(STRUCTURE_FAULT))
    return RawTable(_split(lines, separator, len(headers)), headers, header_line)


def _find_header(text: Path, score: HeaderScore) -> tuple[str, int, tuple[str, ...]]:
    with text.open(encoding="utf-8-sig", newline="\n") as file:
        head = [_bare(line) for line in islice(file, HEAD_ROWS)]
    best = ("", 0, -1, [""])
    for separator in SEPARATORS:
        rows = [_cells_of_line(line, separator) for line in head]
        index, points = best_header_row(rows, score)
        if points > best[2]:
            best = (separator, index + 1, points, rows[index] if rows else [""])
    separator, header_line, _, cells = best
    return separator, header_line, tuple(cells)


def _bare(line: str) -> str:
    """Take the line end off, and what would end a line or a cell for the parsers that follow."""
    return line.rstrip("\r\n").replace("\r", " ").replace(UNIT_SEPARATOR, " ")


def _cells_of_line(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [""])
    except csv.Error:
        return line.split(separator)


def _records_lines(records: Path) -> pl.LazyFrame:
    parts = pl.col("line").str.splitn(UNIT_SEPARATOR, 3).alias("_")
    return (
        pl.scan_lines(records)
        .with_columns(parts)
        .select(
            pl.col("_").struct.field("field_0").cast(pl.Int64).alias(LINE),
            pl.col("_").struct.field("field_1").alias(STRUCTURE_FAULT),
            pl.col("_").struct.field("field_2").alias("line"),
        )
    )


def _split(lines: pl.LazyFrame, separator: str, width: int) -> pl.LazyFrame:
    """Cut each line in cells; what lies beyond the header is a fault, unless it is empty."""
    cells = [cell_name(rank) for rank in range(width)]
    line = pl.col("line").str.strip_chars_end("\r")
    fields = line.str.splitn(separator, width + 1).struct.rename_fields([*cells, _BEYOND])
    fault = (
        pl.when(pl.col(STRUCTURE_FAULT) != "")
        .then(pl.col(STRUCTURE_FAULT))
        .when(pl.col(cells[-1]).is_null())
        .then(pl.lit("ligne_trop_courte"))
        .when(pl.col(_BEYOND).str.strip_chars_end(separator + " ") != "")
        .then(pl.lit("ligne_trop_longue"))
        .otherwise(None)
    )
    split = lines.select(LINE, STRUCTURE_FAULT, fields.alias("_")).unnest("_")
    return split.select(LINE, fault.alias(STRUCTURE_FAULT), *cells)


def _rewrite_records(text: Path, separator: str, header_line: int, width: int, target: Path) -> None:
    """Write one record per line, unquoted: number of its first line, its fault, its fields."""
    with (
        text.open(encoding="utf-8-sig", newline="\n") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        for number, fault, fields in _records(source, separator, width):
            if number > header_line:
                cells = (cell.replace("\n", " ") for cell in fields)
                out.write(UNIT_SEPARATOR.join((str(number), fault, *cells)) + "\n")


def _records(source: TextIO, separator: str, width: int) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Yield (first line number, fault, fields); a stray quote spoils its own line, never the file."""
    waiting: deque[str] = deque()
    number = 0
    while line := waiting.popleft() if waiting else source.readline():
        number += 1
        if '"' not in line:
            yield number, "", _bare(line).split(separator)
            continue
        fields, taken = _quoted_record(line, waiting, source, separator, width)
        yield number, "" if fields else _STRAY_QUOTE, fields or [_bare(line)]
        number += taken
        for _ in range(taken):
            waiting.popleft()


def _quoted_record(
    line: str, waiting: deque[str], source: TextIO, separator: str, width: int
) -> tuple[list[str], int]:
    """Return the fields and how many of the waiting lines they take; no field when a quote is stray.

    A record over several lines that holds the separators of two rows has swallowed a row.
    """
    lines = [_bare(line)]
    reader = csv.reader(_growing(lines, waiting, source), delimiter=separator, strict=True)
    try:
        fields = next(reader)
    except csv.Error:
        return [], 0
    taken = reader.line_num - 1
    swallows = sum(text.count(separator) for text in lines) >= 2 * (width - 1)
    if taken and (len(fields) != width or swallows):
        return [], 0
    return fields, taken


def _growing(lines: list[str], waiting: deque[str], source: TextIO) -> Iterator[str]:
    """Yield the first line, then those that follow as they are asked for; these also stay in `waiting`."""
    yield lines[0] + "\n"
    for rank in range(MOST_LINES_IN_QUOTES):
        if rank == len(waiting):
            following = source.readline()
            if not following:
                return
            waiting.append(following)
        lines.append(_bare(waiting[rank]))
        yield lines[-1] + "\n"
