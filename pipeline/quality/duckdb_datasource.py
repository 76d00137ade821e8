"""DuckDB as a datasource of Great Expectations, which 1.24 lacks. Imported only when a suite runs.

Importing this module is what makes `context.data_sources.add_duckdb` exist.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import great_expectations as gx
import sqlalchemy as sa
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.datasource.fluent.interfaces import Batch
    from sqlalchemy import Connection, Engine

_VIEW = "livraison"
_SMALL = 4 * 2**20


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Keeps one connection open: a pool's rollback kills the results of DuckDB.

    Regular expressions and types are those of PostgreSQL, which DuckDB speaks: `~` is a full
    match there, so patterns are anchored. Each statement commits by itself: one that fails must
    not abort the next ones.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, isolation_level="AUTOCOMMIT", **kwargs)
        self.dialect_module = postgresql

    @contextmanager
    def get_connection(self) -> "Generator[Connection]":
        """Give the one connection, opened at first use."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def close(self) -> None:
        """Close the connection, and with it the database in memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        super().close()


class DuckDBDatasource(SQLDatasource):
    """A SQL datasource whose probes use the engine's own database, since each one in memory is apart."""

    type: Literal["duckdb"] = "duckdb"  # ty: ignore[incompatible-attribute-override]  # how GX names a datasource

    @property
    def execution_engine_type(self) -> "type[DuckDBExecutionEngine]":
        """Return the engine above."""
        return DuckDBExecutionEngine

    def get_engine(self) -> "Engine":
        """Return the engine that holds the view, not a second database in memory."""
        return self.get_execution_engine().engine


class ConformedCopy:
    """A conformed delivery seen by Great Expectations (`batch`) and by DuckDB itself."""

    def __init__(self, batch: "Batch", connection: "Connection") -> None:
        self.batch = batch
        self._connection = connection

    @cached_property
    def rows(self) -> int:
        """The number of its rows."""
        return self._connection.execute(sa.select(sa.func.count()).select_from(sa.table(_VIEW))).scalar_one()

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of its columns."""
        return frozenset(
            self._connection.execute(sa.select(sa.text("*")).select_from(sa.table(_VIEW)).limit(0)).keys()
        )

    def lines_of(self, query: str, *, most: int) -> tuple[int, ...]:
        """Return the first line numbers that a query of rows at fault gives, in order."""
        lines = sa.text(query.format(batch=_VIEW)).columns(sa.column("ligne")).subquery()
        return tuple(self._connection.execute(sa.select(lines).order_by(lines.c.ligne).limit(most)).scalars())


@cache
def _source() -> "tuple[DuckDBExecutionEngine, BatchDefinition]":
    """Return the database in memory that every suite of this process uses in turn, and its one table."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_duckdb("duckdb", connection_string="duckdb:///:memory:")
    engine = source.get_execution_engine()
    with engine.get_connection() as connection:
        connection.execute(sa.text(f"create view {_VIEW} as select 1 as ligne"))
    return engine, source.add_table_asset(_VIEW).add_batch_definition_whole_table(_VIEW)


@contextmanager
def open_copy(parquet: Path) -> Generator[ConformedCopy]:
    """Put a Parquet file under the eyes of Great Expectations, one at a time, for the time of a suite.

    A small one is read once, for all the controls; a big one stays on the disk.
    """
    engine, definition = _source()
    is_small = parquet.stat().st_size <= _SMALL
    try:
        with engine.get_connection() as connection:
            connection.execute(sa.text(f"drop view if exists {_VIEW}"))
            database = connection.connection.driver_connection
            assert database is not None
            rows = database.from_parquet(str(parquet))
            (rows.create if is_small else rows.create_view)(_VIEW)
            yield ConformedCopy(definition.get_batch(), connection)
            connection.execute(sa.text(f"drop {'table' if is_small else 'view'} {_VIEW}"))
    except BaseException:
        _source.cache_clear()
        raise
