"""Random pseudonyms in place of the keyed ones: the same for a demande in every delivery (règle R0.2).

The pairs (former, new) live in this process only. A new pseudonym starts with six null bytes: it is
known as cut, and never cut again.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.feeds import Feed
from pipeline.intake.closures import Place, concerns_demandes
from pipeline.intake.storage import EMPTY_PARQUET
from pipeline.publication.durable import sync

DEMANDE = "demande_id"
CUT = bytes(6)
_RANDOM_BYTES = 10
_OWN_METADATA = b"ppgd."


@dataclass(frozen=True)
class _Swap:
    former: pl.Series
    new: pl.Series

    @classmethod
    def of(cls, former: Sequence[bytes]) -> "_Swap":
        kept = sorted({value for value in former if not value.startswith(CUT)})
        new = [CUT + secrets.token_bytes(_RANDOM_BYTES) for _ in kept]
        return cls(pl.Series(kept, dtype=pl.Binary), pl.Series(new, dtype=pl.Binary))

    def holds(self, values: pl.Series) -> pl.Series:
        """Tell which values it replaces."""
        return values.is_in(self.former.implode()).fill_null(value=False)

    def replaced(self, values: pa.Array) -> pa.Array:
        """Return the column of pseudonyms with the new ones."""
        new = _pseudonyms(values).replace(self.former, self.new)
        return pa.ExtensionArray.from_storage(values.type, new.to_arrow().cast(pa.binary(16)))


@dataclass(frozen=True, eq=False)
class AcceptedFile:
    """The accepted copy of a delivery, and its columns of pseudonyms."""

    path: Path
    feed: Feed

    @property
    def place(self) -> Place:
        """Return its feed, period and provider."""
        return self.feed.key, self.path.parent.name, self.path.stem

    @property
    def scope(self) -> tuple[str, str]:
        """Return where its other pseudonyms are good: a lot is apart (règle R0.8), else everywhere."""
        return self.place[1:] if self.feed.lot else ("", "")

    @property
    def pseudonyms(self) -> tuple[str, ...]:
        """Return the columns of keyed pseudonyms, as stored."""
        return tuple(column.name for column in self.feed.stored_columns if column.type == "uuid")


class Links:
    """The links of some demandes with their deliveries: found, counted, then cut in copies."""

    def __init__(self, entrepot: Path, feeds: Mapping[str, Feed], demandes: Sequence[bytes]) -> None:
        self._demandes = _Swap.of(demandes)
        self._files = tuple(_accepted_files(entrepot, feeds))
        self._others = self._others_of_those_demandes()
        self.rows = {file: rows for file in self._files if (rows := self._rows(file))}

    @property
    def demandes(self) -> int:
        """Return how many demandes are to be cut."""
        return len(self._demandes.former)

    def cut(self, file: AcceptedFile, copy: Path) -> None:
        """Write a copy of an accepted file where the links are cut; rows keep their order."""
        source = pq.ParquetFile(file.path)
        swaps = self._swaps(file)
        with pq.ParquetWriter(copy, source.schema_arrow, compression="zstd") as writer:
            for batch in source.iter_batches():
                columns = {name: batch.column(name) for name in batch.schema.names}
                cut = {name: swap.replaced(columns[name]) for name, swap in swaps.items()}
                arrays = list((columns | cut).values())
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=batch.schema))
            kept = {
                key: value
                for key, value in (source.metadata.metadata or {}).items()
                if key.startswith(_OWN_METADATA)
            }
            writer.add_key_value_metadata(kept)
        sync(copy)

    def _swaps(self, file: AcceptedFile) -> dict[str, _Swap]:
        swaps = {
            name: self._demandes if name == DEMANDE else self._others.get((*file.scope, name))
            for name in file.pseudonyms
        }
        return {name: swap for name, swap in swaps.items() if swap and len(swap.former)}

    def _rows(self, file: AcceptedFile) -> int:
        swaps = self._swaps(file)
        if not swaps:
            return 0
        ids = pq.read_table(file.path, columns=list(swaps))
        touched = pl.Series([False]).new_from_index(0, ids.num_rows)
        for name, swap in swaps.items():
            touched |= swap.holds(_pseudonyms(ids.column(name).combine_chunks()))
        return int(touched.sum())

    def _others_of_those_demandes(self) -> dict[Place, _Swap]:
        """Find the other pseudonyms on the rows of these demandes."""
        former: dict[Place, list[bytes]] = defaultdict(list)
        for file in self._files:
            others = [name for name in file.pseudonyms if name != DEMANDE]
            if not others or DEMANDE not in file.pseudonyms:
                continue
            ids = pq.read_table(file.path, columns=[DEMANDE, *others])
            mine = self._demandes.holds(_pseudonyms(ids.column(DEMANDE).combine_chunks()))
            for name in others:
                values = _pseudonyms(ids.column(name).combine_chunks()).filter(mine)
                former[*file.scope, name] += values.drop_nulls().to_list()
        return {place: _Swap.of(values) for place, values in former.items()}


def _accepted_files(entrepot: Path, feeds: Mapping[str, Feed]) -> Iterator[AcceptedFile]:
    for feed in feeds.values():
        if concerns_demandes(feed):
            for path in sorted((entrepot / feed.source / feed.table).glob("*/*.parquet")):
                if path.parts[-2:] != EMPTY_PARQUET.parts:
                    yield AcceptedFile(path, feed)


def _pseudonyms(values: pa.Array) -> pl.Series:
    return pl.Series(values.storage.cast(pa.large_binary()))
