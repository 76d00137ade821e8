"""What every reader gives: text cells, exact line numbers, structural faults; formats stop here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import DeliveryRefusedError

if TYPE_CHECKING:
    import polars as pl

HeaderScore = Callable[[Sequence[str]], int]

LINE = "ligne"
STRUCTURE_FAULT = "faute_structure"
HEAD_ROWS = 60
MOST_COLUMNS = 1000


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
    scores = [score(row[:MOST_COLUMNS]) for row in rows]
    best = max(scores, default=0)
    return (scores.index(best), best) if best else (0, 0)


def refuse_too_wide(width: int) -> None:
    """Raise DeliveryRefusedError on a table of more columns than any feed could have."""
    if width > MOST_COLUMNS:
        raise DeliveryRefusedError(
            "trop_de_colonnes",
            f"Le fichier a {width} colonnes ; au plus {MOST_COLUMNS} sont lues.",
            remede="Gardez les colonnes utiles, ou demandez un nouvel export.",
        )
