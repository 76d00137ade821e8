"""The same marts for those without DuckDB: one Parquet and one French CSV per `mart_*` table.

Tables of one row per business object (`fct_`, `dim_`) never leave the DuckDB file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.publication.cells import BOM, SEPARATOR, french_cell_sql, quoted_name, quoted_text
from pipeline.publication.contents import TableFacts
from pipeline.publication.snapshot import several_at_once

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def export_marts(
    connection: "DuckDBPyConnection",
    folder: Path,
    tables: Sequence[TableFacts],
    metadata: Mapping[str, str],
) -> None:
    """Write `parquet/` and `csv/` from the attached release; a fictitious file says so in its name."""
    suffix = ".fictif" if metadata["origine"] == "fictive" else ""
    parquet, csv = folder / "parquet", folder / "csv"
    parquet.mkdir(mode=0o700)
    csv.mkdir(mode=0o700)
    pairs = ", ".join(f"{key}: {quoted_text(value)}" for key, value in metadata.items())

    def export(cursor: "DuckDBPyConnection", table: TableFacts) -> None:
        _copy(
            cursor,
            f"{_rows(table)} SELECT *",
            parquet / f"{table.nom}{suffix}.parquet",
            f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{pairs}}}",
        )
        _copy(
            cursor,
            f"{_rows(table)} SELECT {_french_cells(table)}",
            csv / f"{table.nom}{suffix}.csv",
            f"FORMAT csv, HEADER, DELIMITER '{SEPARATOR}', QUOTE '\"', ESCAPE '\"'",
        )

    several_at_once(connection, export, [table for table in tables if table.is_mart])


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
