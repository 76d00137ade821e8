"""What every reader gives: text cells, exact line numbers, structural faults; formats stop here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

HeaderScore = Callable[[Sequence[str]], int]

LINE = "ligne"
STRUCTURE_FAULT = "faute_structure"
HEAD_ROWS = 60


@dataclass(frozen=True)
class RawTable:
    """A delivered table: columns `c0…` as text, `ligne` (1-based in the file), `faute_structure`."""

    frame: "pl.LazyFrame"
    headers: tuple[str, ...]
    header_line: int


def cell_name(rank: int) -> str:
    """Return the name of the column at that rank (from 0)."""
    return f"c{rank}"


def best_header_row(rows: Sequence[Sequence[str]], score: HeaderScore) -> tuple[int, int]:
    """Return (index, score) of the row that looks most like the header; the first of equals."""
    scores = [score(row) for row in rows]
    best = max(scores, default=0)
    return (scores.index(best), best) if best else (0, 0)
