"""CSV as it comes: encoding, separator, quotes, rows cut short or too long, exact line numbers."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

import polars as pl

from pipeline.intake.encodings import inspect_text, to_utf8
from pipeline.intake.tables import (
    HEAD_ROWS,
    LINE,
    STRUCTURE_FAULT,
    HeaderScore,
    RawTable,
    best_header_row,
    cell_name,
)

SEPARATORS = (";", ",", "\t", "|")
UNIT_SEPARATOR = "\x1f"
LONGEST_QUOTED_RECORD = 20


def read_csv_table(path: Path, workspace: Path, score: HeaderScore) -> RawTable:
    """Read a delivered CSV; raises DeliveryRefusedError when its bytes are not a text table."""
    facts = inspect_text(path)
    text = to_utf8(path, facts.encoding, workspace / "transcode.csv")
    if facts.encoding == "utf-16":
        facts = inspect_text(text)
    separator, header_line, headers = _find_header(text, score)
    if facts.has_quotes:
        records = workspace / "enregistrements.txt"
        _rewrite_records(text, separator, header_line, len(headers), records)
        lines = pl.scan_lines(records).with_columns(pl.col("line").str.splitn(UNIT_SEPARATOR, 2).alias("_"))
        lines = lines.select(
            pl.col("_").struct.field("field_0").cast(pl.Int64).alias(LINE),
            pl.col("_").struct.field("field_1").alias("line"),
        )
        separator = UNIT_SEPARATOR
    else:
        lines = pl.scan_lines(text, row_index_name=LINE, row_index_offset=1)
        lines = lines.with_columns(pl.col(LINE).cast(pl.Int64)).filter(pl.col(LINE) > header_line)
    return RawTable(_split(lines, separator, len(headers)), headers, header_line)


def _find_header(text: Path, score: HeaderScore) -> tuple[str, int, tuple[str, ...]]:
    with text.open(encoding="utf-8-sig", newline="") as file:
        head = [line.rstrip("\r\n") for line in islice(file, HEAD_ROWS)]
    best = ("", 0, -1, [""])
    for separator in SEPARATORS:
        rows = [next(csv.reader([line], delimiter=separator), [""]) for line in head]
        index, points = best_header_row(rows, score)
        if points > best[2]:
            best = (separator, index + 1, points, rows[index] if rows else [""])
    separator, header_line, _, cells = best
    return separator, header_line, tuple(cells)


def _split(lines: pl.LazyFrame, separator: str, width: int) -> pl.LazyFrame:
    line = pl.col("line").str.strip_chars_end("\r")
    found = line.str.count_matches(separator, literal=True) + 1
    useful = line.str.strip_chars_end(separator + " ").str.count_matches(separator, literal=True) + 1
    fault = (
        pl.when(found < width)
        .then(pl.lit("ligne_trop_courte"))
        .when(useful > width)
        .then(pl.lit("ligne_trop_longue"))
        .otherwise(None)
    )
    fields = line.str.split_exact(separator, width - 1).struct.rename_fields(
        [cell_name(rank) for rank in range(width)]
    )
    return lines.select(LINE, fault.alias(STRUCTURE_FAULT), fields.alias("_")).unnest("_")


def _rewrite_records(text: Path, separator: str, header_line: int, width: int, target: Path) -> None:
    """Write one record per line, unquoted: number of its first line, then its fields, by unit separators."""
    with (
        text.open(encoding="utf-8-sig", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        for number, fields in _records(source, separator, width):
            if number > header_line:
                cells = (" ".join(cell.replace(UNIT_SEPARATOR, " ").splitlines()) for cell in fields)
                out.write(UNIT_SEPARATOR.join((str(number), *cells)) + "\n")


def _records(source: TextIO, separator: str, width: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield (first line number, fields); a stray quote spoils its own line, never the rest of the file."""
    waiting: list[str] = []
    number = 0
    while True:
        line = waiting.pop(0) if waiting else source.readline()
        if not line:
            return
        number += 1
        if line.count('"') % 2 == 0:
            yield number, next(csv.reader([line], delimiter=separator), [""])
            continue
        record, taken = _close_quotes(line, waiting, source)
        fields = next(csv.reader(record.splitlines(keepends=True), delimiter=separator), [""])
        if len(fields) == width and record.count('"') % 2 == 0:
            del waiting[:taken]
            yield number, fields
            number += taken
        else:
            yield number, [line.rstrip("\r\n")]


def _close_quotes(line: str, waiting: list[str], source: TextIO) -> tuple[str, int]:
    """Join the following lines until the quotes balance; they stay in `waiting` for the caller to drop."""
    record, taken = line, 0
    while record.count('"') % 2 and taken < LONGEST_QUOTED_RECORD:
        if taken == len(waiting):
            following = source.readline()
            if not following:
                break
            waiting.append(following)
        record += waiting[taken]
        taken += 1
    return record, taken
