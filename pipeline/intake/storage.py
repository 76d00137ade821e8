"""Accepted deliveries on disk: one typed Parquet each, its origin in the footer, renamed into place."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.feeds import Feed, StoredColumn
from pipeline.intake.tables import LINE

CONFORMED = "conforme.parquet"
EMPTY_PARQUET = Path("_schema") / "vide.parquet"
_TEXT = pa.large_string()
_CODES = pa.dictionary(pa.int32(), _TEXT)
_LARGEST_DICTIONARY = 128 * 1024
_VALUES_AT_ONCE = 128 * 1024


def _arrow_type(column: StoredColumn) -> pa.DataType:
    simple = {
        "string": _TEXT,
        "integer": pa.int64(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
        "uuid": pa.uuid(),
    }
    return simple.get(column.type) or pa.decimal128(18, column.decimals)


def arrow_schema(feed: Feed) -> pa.Schema:
    """Return the one schema that all accepted files of a feed share."""
    return pa.schema([pa.field(column.name, _arrow_type(column)) for column in feed.stored_columns])


class ParquetTarget:
    """Receives conformed batches of a delivery and writes them as they come."""

    def __init__(self, path: Path, feed: Feed, metadata: Mapping[str, str]) -> None:
        self.path = path
        self._schema = arrow_schema(feed)
        self._writer = pq.ParquetWriter(
            path,
            pa.schema([_written(field) for field in self._schema]),
            compression="zstd",
            use_dictionary=_repeating(self._schema),
            dictionary_pagesize_limit=_LARGEST_DICTIONARY,
            store_decimal_as_integer=True,
            write_statistics=[field.name for field in self._schema if pa.types.is_date(field.type)],
            write_batch_size=_VALUES_AT_ONCE,
            store_schema=False,
        )
        declared = base64.b64encode(self._schema.serialize()).decode()
        self._writer.add_key_value_metadata({"ARROW:schema": declared, **metadata})

    def write(self, batch: pl.DataFrame) -> None:
        """Append a batch; uuid columns come as 16 bytes, texts as texts or as codes of a list."""
        table = batch.select(self._schema.names).to_arrow()
        columns = [_typed(table.column(field.name), field.type) for field in self._schema]
        self._writer.write_table(pa.table(columns, schema=self._writer.schema))

    def close(self) -> None:
        """Finish the file and make it durable."""
        self._writer.close()
        _sync(self.path)


def _repeating(schema: pa.Schema) -> list[str]:
    """Name the columns whose values come back: a dictionary of pseudonyms or line numbers is of no use."""
    return [field.name for field in schema if field.type != pa.uuid() and field.name != LINE]


def _written(field: pa.Field) -> pa.Field:
    """Give a text to the writer as a dictionary; the file declares it as a text (`ARROW:schema`)."""
    return field.with_type(_CODES) if field.type == _TEXT else field


def _typed(values: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    column = values.combine_chunks()
    if kind == _TEXT:
        return _codes(column)
    if kind != pa.uuid():
        return column.cast(kind)
    return pa.ExtensionArray.from_storage(kind, column.cast(pa.binary()).cast(pa.binary(16)))


def _codes(column: pa.Array) -> pa.DictionaryArray:
    """Return texts as a dictionary of those that a row holds: none of a rejected row stays in it."""
    if not isinstance(column, pa.DictionaryArray):
        return column.dictionary_encode()
    held = column.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(held.indices, column.dictionary.take(held.dictionary))


def write_empty_parquet(entrepot: Path, feed: Feed) -> Path:
    """Write the zero-row file that gives a feed without delivery its columns; a schema change replaces it."""
    path = entrepot / feed.source / feed.table / EMPTY_PARQUET
    schema = arrow_schema(feed)
    if path.exists() and pq.read_schema(path).remove_metadata().equals(schema):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".tmp")
    pq.write_table(schema.empty_table(), aside)
    aside.replace(path)
    return path


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
