"""The same marts for those without DuckDB: one Parquet and one French CSV per `mart_*` table.

Tables of one row per business object (`fct_`, `dim_`) never leave the DuckDB file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.publication.cells import BOM, SEPARATOR, french_cell_sql, quoted_name, quoted_text
from pipeline.publication.contents import TableFacts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Exports:
    """The folders `parquet/` and `csv/` of a release; a fictitious file says so in its name."""

    parquet: Path
    csv: Path
    metadata: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path, metadata: Mapping[str, str]) -> "Exports":
        """Make the folders."""
        exports = cls(folder / "parquet", folder / "csv", metadata)
        exports.parquet.mkdir(mode=0o700)
        exports.csv.mkdir(mode=0o700)
        return exports

    def write(self, connection: "DuckDBPyConnection", table: TableFacts) -> None:
        """Write a mart of the attached release in both forms; leave any other table."""
        if not table.is_mart:
            return
        name = f"{table.nom}.fictif" if self.metadata["origine"] == "fictive" else table.nom
        pairs = ", ".join(f"{key}: {quoted_text(value)}" for key, value in self.metadata.items())
        _copy(
            connection,
            f"{_rows(table)} SELECT *",
            self.parquet / f"{name}.parquet",
            f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{pairs}}}",
        )
        _copy(
            connection,
            f"{_rows(table)} SELECT {_french_cells(table)}",
            self.csv / f"{name}.csv",
            f"FORMAT csv, HEADER, DELIMITER '{SEPARATOR}', QUOTE '\"', ESCAPE '\"'",
        )


def _copy(connection: "DuckDBPyConnection", query: str, path: Path, options: str) -> None:
    connection.execute(f"COPY ({query}) TO {quoted_text(str(path))} ({options})")


def _rows(table: TableFacts) -> str:
    """Give the rows in one fixed order: two exports of the same contents are the same file."""
    return f"FROM (FROM publication.marts.{quoted_name(table.nom)} ORDER BY ALL)"


def _french_cells(table: TableFacts) -> str:
    """Give the cells as text; the first header carries the byte order mark, so that Excel reads UTF-8."""
    heads = [name if rank else BOM + name for rank, (name, _, _) in enumerate(table.colonnes)]
    return ", ".join(
        f"{french_cell_sql(name, kind)} AS {quoted_name(head)}"
        for head, (name, kind, _) in zip(heads, table.colonnes, strict=True)
    )
