"""What replaces the personal columns at the door: pseudonyms, counter codes, an age for a birth date."""

from datetime import date

import polars as pl

from pipeline.feeds import Column
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.intake.values import Reading, read_column

NUMERO_UNIQUE = r"^(?:0\d{2}|02[AB]|111|97\d)(?:0[1-9]|1[0-2])\d{2}\d{6}[A-Z0-9]{5}$"
_SCIENTIFIC = r"^\d+(?:[.,]\d+)?E\+\d+$"
_LONGEST_LIFE = 120
_SHORT_LENGTH = 17


def normalise_numero_unique(text: pl.Series) -> pl.Series:
    """Strip spaces and apostrophes, raise case, give back a lost leading zero (règle R0.9).

    >>> normalise_numero_unique(pl.Series(["44 0324000012g1104"])).to_list()
    ['0440324000012G1104']
    """
    bare = text.str.replace_all("[ '’\u00a0\u2007\u202f]", "").str.to_uppercase()
    restored = "0" + bare
    lost_zero = (bare.str.len_chars() == _SHORT_LENGTH) & restored.str.contains(NUMERO_UNIQUE)
    return pl.select(pl.when(lost_zero).then(restored).otherwise(bare)).to_series()


def read_numero_unique(text: pl.Series, pseudonymiser: Pseudonymiser) -> tuple[pl.DataFrame, Reading]:
    """Return (demande_id, code_guichet, code_territoire, numero_unique_conforme) and the faults."""
    numbers, scientific = _readable_numbers(text)
    conform = numbers.str.contains(NUMERO_UNIQUE)
    parts = pl.DataFrame(
        {
            "demande_id": pseudonymiser.pseudonyms("numero_unique", numbers),
            "code_guichet": pl.select(pl.when(conform).then(numbers.str.slice(13, 5))).to_series(),
            "code_territoire": pl.select(pl.when(conform).then(numbers.str.slice(0, 3))).to_series(),
            "numero_unique_conforme": conform,
        }
    )
    return parts, Reading(numbers, {"numero_unique_illisible": scientific})


def _readable_numbers(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Normalise the numbers that have not their form yet; tell which are in scientific notation, lost."""
    scientific = pl.repeat(value=False, n=len(text), dtype=pl.Boolean, eager=True)
    others = (~text.str.contains(NUMERO_UNIQUE)).arg_true()
    if others.is_empty():
        return text, scientific
    numbers = normalise_numero_unique(text.gather(others))
    lost = numbers.str.contains(_SCIENTIFIC)
    return text.clone().scatter(others, numbers.set(lost, None)), scientific.scatter(others, lost)


def read_pseudonym(text: pl.Series, column: Column, pseudonymiser: Pseudonymiser) -> pl.Series:
    """Return the keyed pseudonym of another identifier, of its own kind."""
    return pseudonymiser.pseudonyms(column.name, text)


def read_age(text: pl.Series, column: Column, last_day: date) -> Reading:
    """Return the age in whole years at the end of the delivery's period (règle R0.3)."""
    births = read_column(text, column, {}).values
    birthday_to_come = (births.dt.month() > last_day.month) | (
        (births.dt.month() == last_day.month) & (births.dt.day() > last_day.day)
    )
    ages = (last_day.year - births.dt.year()).cast(pl.Int64) - birthday_to_come.cast(pl.Int64)
    wrong = ((ages < 0) | (ages > _LONGEST_LIFE)).fill_null(value=False)
    unread = read_column(text, column, {}).faults["valeur_invalide"]
    return Reading(ages.set(wrong, None), {"valeur_invalide": unread, "valeur_hors_bornes": wrong})
