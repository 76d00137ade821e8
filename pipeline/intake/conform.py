"""A delivered file to its conformed copy: read, typed, pseudonymised, without duplicates, set aside."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.feeds import Feed
from pipeline.intake.batches import BatchReader, References
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.csv_tables import read_csv_table
from pipeline.intake.deliveries import Delivery
from pipeline.intake.discretion import quotable_codes, withhold_codes
from pipeline.intake.duplicates import remove_duplicates
from pipeline.intake.faults import Tally
from pipeline.intake.headers import HeaderBook, HeaderMap
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.intake.rejects import REJECTS, RejectsFile
from pipeline.intake.storage import CONFORMED, ParquetTarget
from pipeline.intake.tables import HeaderScore, RawTable
from pipeline.intake.xlsx_tables import read_xlsx_table
from pipeline.periods import Periode

BATCH_ROWS = 131_072


@dataclass(frozen=True)
class Conformed:
    """What became of a delivery's rows: lues = acceptees + rejetees + ignorees."""

    parquet: Path
    rejects: Path
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_ignored: int
    rows_set_aside: int
    unknown_headers: tuple[str, ...]
    faults: Counter[tuple[str, str]]
    codes: Counter[tuple[str, str]]
    quotable: frozenset[tuple[str, str]]
    ranks: Mapping[str, int]
    confirmed_lines: frozenset[int]

    @property
    def share_at_fault(self) -> float:
        """Return the share of rows rejected or with a value set aside."""
        return (self.rows_rejected + self.rows_set_aside) / self.rows_read if self.rows_read else 0.0


@dataclass(frozen=True)
class Conformer:
    """Everything needed to read any delivery; with `feeds`, one put in the folder of another is named."""

    pseudonymiser: Pseudonymiser
    workspace: Path
    feeds: Sequence[Feed] = ()

    def conform_delivery(
        self,
        feed: Feed,
        delivery: Delivery,
        *,
        received: date,
        correspondences: Correspondences,
        footer: Mapping[str, str],
        references: References | None = None,
    ) -> Conformed:
        """Write the conformed copy and the rejects; raises DeliveryRefusedError on an unreadable file."""
        book = HeaderBook(feed, correspondences.headers)
        table = read_table(delivery.path, self.workspace, book.score)
        book.refuse_file_of_another(table.headers, self.feeds)
        headers = book.map_headers(table.headers)
        reader = BatchReader(
            feed=feed,
            headers=headers,
            own_codes=correspondences.codes,
            pseudonymiser=self.pseudonymiser,
            constants={"periode": delivery.periode, "fournisseur": delivery.fournisseur, "recu_le": received},
            last_day=Periode.parse(delivery.periode).dernier_jour,
            received=received,
            references=references or {},
        )
        parquet, rejects = self.workspace / CONFORMED, self.workspace / REJECTS
        _stream(table, reader, ParquetTarget(parquet, feed, footer), RejectsFile(rejects))
        withhold_codes(feed, parquet, reader.tally, footer)
        accepted = remove_duplicates(feed, parquet, rejects, reader.tally, footer)
        return _summary(reader.tally, accepted, parquet, rejects, headers)


def read_table(path: Path, workspace: Path, score: HeaderScore) -> RawTable:
    """Read a delivered file, CSV or XLSX; raises DeliveryRefusedError when it is no readable table."""
    if path.suffix.lower() == ".xlsx":
        return read_xlsx_table(path, score)
    return read_csv_table(path, workspace, score)


def _stream(table: RawTable, reader: BatchReader, target: ParquetTarget, rejects: RejectsFile) -> None:
    def write_batch(batch: pl.DataFrame) -> None:
        accepted, faults = reader.conform_batch(batch)
        target.write(accepted)
        rejects.write(faults)

    table.frame.sink_batches(write_batch, chunk_size=BATCH_ROWS)
    target.close()
    rejects.close()


def _summary(tally: Tally, accepted: int, parquet: Path, rejects: Path, headers: HeaderMap) -> Conformed:
    return Conformed(
        parquet=parquet,
        rejects=rejects,
        rows_read=tally.read,
        rows_accepted=accepted,
        rows_rejected=tally.rejected,
        rows_ignored=tally.ignored,
        rows_set_aside=tally.set_aside,
        unknown_headers=headers.unknown,
        faults=tally.faults,
        codes=tally.codes_to_tell,
        quotable=quotable_codes(tally),
        ranks=headers.ranks,
        confirmed_lines=frozenset(tally.confirmed_lines),
    )


def read_references(feed: Feed, conformed: Path) -> References:
    """Read the codes by surrogate key, by table, from the conformed copy of a feed of reference tables."""
    names = feed.references
    assert names is not None
    codes: dict[str, dict[str, str]] = {}
    for table, key, code in pl.read_parquet(conformed).select(names.table, names.key, names.code).iter_rows():
        codes.setdefault(table, {})[key] = code
    return codes
