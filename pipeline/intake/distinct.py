"""A column as its distinct cells: what is written a thousand times is read once."""

from dataclasses import dataclass

import polars as pl

_SAMPLE, _MOSTLY_DIFFERENT = 1_000, 700


@dataclass(frozen=True)
class DistinctCells:
    """The distinct cells of a column, and which of them each row holds; without places, one per row.

    >>> cells = DistinctCells.of(pl.Series(["T2", None, "T3", "T2"]))
    >>> cells.spread(cells.values.str.to_lowercase()).to_list()
    ['t2', None, 't3', 't2']
    """

    values: pl.Series
    places: pl.Series | None

    @classmethod
    def of(cls, cells: pl.Series) -> "DistinctCells":
        """Separate the distinct cells, unless the first ones mostly differ: identifiers, incomes."""
        if cells.head(_SAMPLE).n_unique() > _MOSTLY_DIFFERENT:
            return cls(cells, None)
        kinds = cells.drop_nulls().unique()
        places = cells.cast(pl.Enum(kinds)).to_physical()
        if not places.null_count():
            return cls(kinds, places)
        return cls(kinds.extend_constant(None, 1), places.cast(pl.UInt32).fill_null(len(kinds)))

    def spread(self, read: pl.Series) -> pl.Series:
        """Give back to each row what was read of its cell."""
        return read if self.places is None else read.gather(self.places)
