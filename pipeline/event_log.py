"""Dagster's event log in SQLite, with its connections kept open.

Dagster opens two to six connections for each event it stores (20 ms each time); a build stores hundreds.
Kept open, the same events cost four times less. Durability is SQLite's own: a killed build loses nothing,
a power cut may lose the last events of the log, never of the data.
"""

from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy
import sqlalchemy.event
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from dagster._core.storage.sqlite_storage import SqliteStorageConfig
    from dagster._serdes import ConfigurableClassData

MOST_OPEN = 8


class KeptEventLog(SqliteEventLogStorage):
    """The event log of Dagster, one open connection per database, the least used closed first."""

    def __init__(self, base_dir: str, inst_data: "ConfigurableClassData | None" = None) -> None:
        self._engines: OrderedDict[str, sqlalchemy.Engine] = OrderedDict()
        self._tables: set[str] = set()
        self._columns: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: "ConfigurableClassData | None", config_value: "SqliteStorageConfig"
    ) -> "KeptEventLog":
        """Build it from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Tell whether a table exists; one that was seen stays, and Dagster asks at each check it stores."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _has_asset_key_col_on_connection(self, conn: sqlalchemy.Connection, column_name: str) -> bool:
        """Tell whether the table of assets has a column; one that was seen stays, and each event asks."""
        if column_name not in self._columns and super()._has_asset_key_col_on_connection(conn, column_name):
            self._columns.add(column_name)
        return column_name in self._columns

    @contextmanager
    def _connect(self, shard: str) -> Generator[sqlalchemy.Connection]:
        """Give the connection of one database; as in Dagster, one thread at a time."""
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        engine = self._engines.get(shard)
        if engine is None:
            engine = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=sqlalchemy.StaticPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            sqlalchemy.event.listen(engine, "connect", _without_sync_per_event)
            self._initdb(engine)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > MOST_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def dispose(self) -> None:
        """Close every connection, when Dagster closes the storage."""
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _without_sync_per_event(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
