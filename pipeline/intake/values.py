"""Text cells to typed values, one column at a time; a value that cannot be read is a fault, never a guess."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.feeds import Column
from pipeline.intake.headers import fold

SPACES = " \t\r\n\u00a0\u2007\u202f\ufeff"
_INNER_SPACES = "[ \u00a0\u2007\u202f]"
_EARLIEST_YEAR = 1850
_LARGEST_NUMBER = 10**12
_TRUE, _FALSE = "true", "false"


@dataclass(frozen=True)
class Reading:
    """A column read: its values, and for each kind of fault the rows that have it."""

    values: pl.Series
    faults: Mapping[str, pl.Series]


def clean_cells(cells: pl.Series, missing_values: tuple[str, ...]) -> pl.Series:
    """Trim, drop the leading apostrophe of spreadsheets, and make missing values null."""
    missing = {form for value in missing_values for form in (value, value.upper(), value.lower())}
    text = cells.str.strip_chars(SPACES).str.strip_prefix("'")
    return text.set(text.is_in(sorted(missing)), None)


def read_column(text: pl.Series, column: Column, own_codes: Mapping[str, str]) -> Reading:
    """Type the cleaned cells of a column; faults are invalid values, unknown codes, values out of bounds."""
    if column.sentinels:
        text = text.set(text.is_in(list(column.sentinels)), None)
    if column.codes:
        return _read_codes(text, column, own_codes)
    values = _READERS[column.type](text, column)
    faults = {"valeur_invalide": text.is_not_null() & values.is_null()}
    if column.sentinels:
        sentinels = _READERS[column.type](pl.Series(column.sentinels, dtype=pl.String), column).drop_nulls()
        values = values.set(values.is_in(sentinels.implode()), None)
    if column.minimum is not None or column.maximum is not None:
        outside = pl.lit(value=False)
        if column.minimum is not None:
            outside |= pl.col("v") < column.minimum
        if column.maximum is not None:
            outside |= pl.col("v") > column.maximum
        faults["valeur_hors_bornes"] = pl.select(v=values).select(outside.fill_null(value=False)).to_series()
    return Reading(values, faults)


def _read_codes(text: pl.Series, column: Column, own_codes: Mapping[str, str]) -> Reading:
    known = {
        fold(word): code for code, spec in column.codes.items() for word in (*spec.synonymes, spec.libelle)
    }
    known |= {fold(code): code for code in column.codes}
    known |= {fold(word): code for word, code in own_codes.items()}
    delivered = text.drop_nulls().unique().to_list()
    meant = {word: known.get(fold(word)) for word in delivered}
    closed = column.closed_list or column.reference is not None
    if not closed:
        meant = {word: code or word.upper() for word, code in meant.items()}
    values = text.replace_strict(meant, default=None, return_dtype=pl.String)
    fault = "code_inconnu" if closed else "code_a_confirmer"
    doubtful = [word for word, code in meant.items() if code not in column.codes]
    return Reading(values, {fault: text.is_in(doubtful) & text.is_not_null()})


def _read_string(text: pl.Series, column: Column) -> pl.Series:
    values = _NORMALISERS[column.normalisation](text) if column.normalisation else text
    return values.set(~values.str.contains(column.pattern), None) if column.pattern else values


def _bare_number(text: pl.Series) -> pl.Series:
    bare = text.str.replace_all(_INNER_SPACES, "").str.strip_chars_end("€%").str.strip_prefix("+")
    both = bare.str.contains(",", literal=True) & bare.str.contains(".", literal=True)
    bare = bare.to_frame("n").select(
        pl.when(both).then(pl.col("n").str.replace_all(".", "", literal=True)).otherwise("n")
    )
    return bare.to_series().str.replace(",", ".", literal=True)


def _plain_first(text: pl.Series, kind: pl.DataType, careful: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Cast the plain writings of a number; only what is left is read with care."""
    numbers = text.str.replace(",", ".", literal=True).cast(kind, strict=False)
    left = (numbers.is_null() & text.is_not_null()).arg_true()
    if left.is_empty():
        return numbers
    return numbers.scatter(left, careful(text.gather(left)).cast(kind, strict=False))


def _read_number(text: pl.Series, column: Column) -> pl.Series:
    exact = _plain_first(text, pl.Decimal(38, 6), _bare_number)
    exact = exact.set(exact.abs() > _LARGEST_NUMBER, None)
    return exact.round(column.decimals, mode="half_away_from_zero").cast(
        pl.Decimal(18, column.decimals), strict=False
    )


def _read_integer(text: pl.Series, _: Column) -> pl.Series:
    return _plain_first(text, pl.Int64(), lambda left: _bare_number(left).str.replace(r"\.0+$", ""))


def _read_date(text: pl.Series, _: Column) -> pl.Series:
    day = text.str.replace(r"[ T]\d{1,2}:\d{2}.*$", "").str.replace_all(r"[/.]", "-")
    french = day.str.to_date("%d-%m-%Y", strict=False)
    iso = day.str.to_date("%Y-%m-%d", strict=False)
    dates = french.set(french.dt.year() < _EARLIEST_YEAR, None)
    dates = pl.select(pl.coalesce(dates, iso)).to_series()
    return dates.set(dates.dt.year() < _EARLIEST_YEAR, None)


def _read_boolean(text: pl.Series, column: Column) -> pl.Series:
    meant = {fold(word): True for word in column.true_values} | {
        fold(word): False for word in column.false_values
    }
    words = text.drop_nulls().unique().to_list()
    return text.replace_strict(
        {word: meant.get(fold(word)) for word in words}, default=None, return_dtype=pl.Boolean
    )


def _pad(text: pl.Series, pattern: str, width: int) -> pl.Series:
    bare = text.str.replace_all(_INNER_SPACES, "").str.to_uppercase().str.replace(r"\.0$", "")
    padded = pl.when(bare.str.contains(pattern)).then(bare.str.zfill(width)).otherwise(bare)
    return pl.select(padded).to_series()


def _siren(text: pl.Series) -> pl.Series:
    bare = text.str.replace_all(r"[ .\u00a0\u202f]", "")
    return pl.select(
        pl.when(bare.str.contains(r"^\d{14}$")).then(bare.str.slice(0, 9)).otherwise(bare)
    ).to_series()


_NORMALISERS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "code": lambda text: text.str.to_uppercase(),
    "commune": lambda text: _pad(text, r"^\d{4}$", 5),
    "departement": lambda text: _pad(text, r"^\d$", 2),
    "minuscules": lambda text: text.str.to_lowercase(),
    "logement": lambda text: _pad(text, r"^\d{7,9}$", 10),
    "siren": _siren,
}
_READERS: dict[str, Callable[[pl.Series, Column], pl.Series]] = {
    "string": _read_string,
    "number": _read_number,
    "integer": _read_integer,
    "date": _read_date,
    "boolean": _read_boolean,
}
