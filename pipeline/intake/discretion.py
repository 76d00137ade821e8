"""What of a delivered text may leave data/raw when no list declares it (décision 0006).

An unknown code may be a name typed in the wrong column, or a whole column that slipped. It is quoted in
a message, and kept in an open list, only when it behaves as a code: short, without a run of digits, held
by several demandes, in a column with few unknown values. The rest is told in the rejects file alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipeline.feeds import Column, Feed
from pipeline.intake.closures import concerns_demandes
from pipeline.intake.faults import LEAST_HOLDERS, Tally
from pipeline.intake.identities import NUMERO_UNIQUE
from pipeline.intake.storage import ParquetTarget
from pipeline.intake.values import Reading

PERSONAL = "valeur_personnelle"
LONGEST_CODE = 40
MOST_UNKNOWN = 50
_ROWS = 131_072
_NOT_A_CODE = re.compile(r"@|(?:\D*\d){6}")
_NUMBERS = r"(?:" + NUMERO_UNIQUE.strip("^$") + r")"
_MAIL = r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"
_PHONE = r"(?:\+33|0033)[ .-]?[1-9](?:[ .-]?\d{2}){4}|(?:^|\D)0[1-9](?:[ .-]\d{2}){4}(?:\D|$)"
_NIR = r"(?i)(?:^|\D)([1-478]\d{4}(?:\d{2}|2A|2B)\d{6})(\d{2})(?:\D|$)"
_NIR_MODULUS = 97


def quotable_codes(tally: Tally) -> frozenset[tuple[str, str]]:
    """Return the unknown (column, value) pairs that behave as codes."""
    unknown = Counter(column for column, _ in tally.codes)
    return frozenset(
        (column, word)
        for column, word in tally.codes
        if len(tally.holders[column, word]) >= LEAST_HOLDERS
        and len(word) <= LONGEST_CODE
        and unknown[column] <= MOST_UNKNOWN
        and not _NOT_A_CODE.search(word)
    )


def withhold_codes(feed: Feed, parquet: Path, tally: Tally, footer: Mapping[str, str]) -> None:
    """Empty, in the copy of a feed about demandes, the values of open lists that do not behave as codes."""
    open_lists = {column.name for column in feed.columns if _is_open_list(column)}
    kept, withheld = defaultdict(set), defaultdict(set)
    quotable = quotable_codes(tally)
    for column, word in tally.codes:
        chosen = kept if (column, word) in quotable else withheld
        chosen[column].add(word.upper())
    emptied = {name: words - kept[name] for name, words in withheld.items() if name in open_lists}
    if not emptied or not concerns_demandes(feed):
        return
    source = parquet.rename(parquet.with_name("avec-valeurs-retenues.parquet"))
    target = ParquetTarget(parquet, feed, footer)
    columns = [
        pl.when(pl.col(name).is_in(sorted(words))).then(None).otherwise(pl.col(name)).alias(name)
        for name, words in emptied.items()
    ]
    pl.scan_parquet(source).with_columns(columns).sink_batches(target.write, chunk_size=_ROWS)
    target.close()
    source.unlink()


def set_aside_personal(column: Column, reading: Reading) -> Reading:
    """Take out of a text kept without a list what has the form of a number, a mail or a phone of a person."""
    if column.type != "string" or column.codes or column.pattern:
        return reading
    found = _looks_personal(reading.values)
    if not found.any():
        return reading
    return Reading(reading.values.set(found, None), {**reading.faults, PERSONAL: found})


def _is_open_list(column: Column) -> bool:
    return bool(column.codes) and not column.closed_list and column.reference is None


def _looks_personal(text: pl.Series) -> pl.Series:
    bare = text.str.replace_all("[ .\u00a0\u202f'’]", "").str.to_uppercase()
    found = text.str.contains(_MAIL) | text.str.contains(_PHONE) | bare.str.contains(_NUMBERS)
    return (found | _holds_nir(bare)).fill_null(value=False)


def _holds_nir(bare: pl.Series) -> pl.Series:
    """Tell which texts hold fifteen characters that the key of a NIR confirms."""
    parts = bare.str.extract_groups(_NIR).struct.unnest()
    body, key = parts.to_series(0), parts.to_series(1)
    digits = body.str.replace("2A", "19", literal=True).str.replace("2B", "18", literal=True)
    return key.cast(pl.Int64) == _NIR_MODULUS - digits.cast(pl.Int64) % _NIR_MODULUS
