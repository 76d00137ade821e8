"""A column as its distinct cells: what is written a thousand times is read once."""

from dataclasses import dataclass

import polars as pl

_SAMPLE, _MOSTLY_DIFFERENT = 1_000, 700
_MOST_KEPT = 10_000


@dataclass(frozen=True)
class DistinctCells:
    """The distinct cells of a column, nothing last, and which of them each row holds.

    Without places, the values are the cells of the rows.

    >>> cells = DistinctCells.of(pl.Series(["T2", None, "T3", "T2"]))
    >>> cells.spread(cells.values.str.to_lowercase()).to_list()
    ['t2', None, 't3', 't2']
    """

    values: pl.Series
    places: pl.Series | None

    @classmethod
    def of(cls, cells: pl.Series, known: pl.Series | None = None) -> "DistinctCells":
        """Separate the distinct cells, unless the first ones mostly differ: identifiers, incomes.

        The values are `known`, those of the batch before, when they hold all the cells.
        """
        if cells.head(_SAMPLE).n_unique() > _MOSTLY_DIFFERENT:
            return cls(cells, None)
        if known is not None and (places := _places(cells, known)) is not None:
            return cls(known, places)
        met = cells if known is None or len(known) > _MOST_KEPT else pl.concat([known, cells])
        values = met.drop_nulls().unique().extend_constant(None, 1)
        return cls(values, _places(cells, values))

    def spread(self, read: pl.Series) -> pl.Series:
        """Give back to each row what was read of its cell."""
        return read if self.places is None else read.gather(self.places)


def as_codes(values: pl.Series) -> pl.Series:
    """Return texts as codes of a list, the form in which they are given to rows and stored at least cost."""
    return values.cast(pl.Enum(values.drop_nulls().unique())) if values.dtype == pl.String else values


def _places(cells: pl.Series, values: pl.Series) -> pl.Series | None:
    """Tell where each cell is among the values; None when one of them is not there."""
    nothing = len(values) - 1
    places = cells.cast(pl.Enum(values.head(nothing)), strict=False).to_physical()
    if places.null_count() != cells.null_count():
        return None
    return places.cast(pl.UInt32).fill_null(nothing) if places.null_count() else places
