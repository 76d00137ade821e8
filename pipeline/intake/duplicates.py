"""The same key twice in a file: equal rows are one; otherwise the last line wins (règle A19)."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipeline.feeds import Feed
from pipeline.intake.faults import Tally, fault_rows
from pipeline.intake.rejects import RejectsFile
from pipeline.intake.storage import ParquetTarget
from pipeline.intake.tables import LINE

_KEY_OF = {"numero_unique": "demande_id"}
_ROWS = 131_072


def remove_duplicates(
    feed: Feed, parquet: Path, rejects: Path, tally: Tally, footer: Mapping[str, str]
) -> int:
    """Keep one row per key in the conformed copy; returns how many rows remain."""
    copy = pl.scan_parquet(parquet)
    rows = copy.select(pl.len()).collect().item()
    if not feed.primary_key or not rows:
        return rows
    key = [_stored_name(feed, name) for name in feed.primary_key]
    if copy.select(pl.struct(key).hash().n_unique()).collect().item() == rows:
        return rows
    repeated = copy.select(*key, LINE).filter(pl.len().over(key) > 1).collect()
    if repeated.is_empty():
        return rows
    candidates = copy.filter(pl.col(LINE).is_in(repeated[LINE].implode())).collect().sort(LINE)
    contents = [name for name in candidates.columns if name != LINE]
    earlier = candidates.filter(pl.col(LINE) < pl.col(LINE).max().over(key))
    winners = candidates.filter(pl.col(LINE) == pl.col(LINE).max().over(key))
    equal = earlier.join(winners, on=contents, how="semi", nulls_equal=True)[LINE]
    differing = earlier.filter(~pl.col(LINE).is_in(equal.implode()))[LINE]
    tally.ignored += len(equal)
    tally.rejected += len(differing)
    if len(differing):
        tally.faults["", "doublon"] += len(differing)
        report = RejectsFile(rejects, "ab")
        report.write(fault_rows(differing, "doublon", "", None, rejects=True))
        report.close()
    _rewrite_without(earlier[LINE], feed, parquet, footer)
    return rows - earlier.height


def _stored_name(feed: Feed, name: str) -> str:
    column = next(column for column in feed.columns if column.name == name)
    return _KEY_OF.get(column.treatment, column.becomes or column.name)


def _rewrite_without(lines: pl.Series, feed: Feed, parquet: Path, footer: Mapping[str, str]) -> None:
    source = parquet.rename(parquet.with_name("avec-doublons.parquet"))
    target = ParquetTarget(parquet, feed, footer)
    kept = pl.scan_parquet(source).filter(~pl.col(LINE).is_in(lines.implode()))
    kept.sink_batches(target.write, chunk_size=_ROWS)
    target.close()
    source.unlink()
