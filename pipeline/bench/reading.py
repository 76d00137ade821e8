"""One reading of a big file, alone in its process: by the door, by DuckDB, or by the suite.

`python -m pipeline.bench.reading porte|duckdb|controles FICHIER DOSSIER` prints the number of rows.
"""

import sys
from datetime import date
from pathlib import Path

from pipeline.bench.big_files import FEED
from pipeline.feeds import Feed, load_feeds

PERIODE, RECU = "2024-T4", date(2025, 4, 1)
CLE = b"cle-de-mesure-sans-valeur-0123456789"
_ROW_GROUP = 131_072
_TYPES = {"integer": "BIGINT", "date": "DATE", "string": "VARCHAR", "boolean": "VARCHAR"}


def read_by_the_door(feed: Feed, path: Path, folder: Path) -> int:
    """Conform the file as the door does; the copy stays in the folder."""
    from pipeline.intake.conform import Conformer
    from pipeline.intake.correspondences import Correspondences
    from pipeline.intake.deliveries import Delivery
    from pipeline.intake.pseudonyms import Pseudonymiser

    conformed = Conformer(Pseudonymiser(CLE), folder).conform_delivery(
        feed,
        Delivery(feed.key, PERIODE, "mesure", path),
        received=RECU,
        correspondences=Correspondences(),
        footer={},
    )
    return conformed.rows_read


def read_by_duckdb(feed: Feed, path: Path, folder: Path) -> int:
    """Copy the file to typed Parquet: same columns and types, same compression, same row groups."""
    import duckdb

    encoding = "latin-1" if path.stem.endswith("cp1252") else "utf-8"
    with path.open(encoding=encoding) as file:
        headers = file.readline().strip().split(";")
    columns = {column.name: column for column in feed.columns}
    types = {name: _type_of(columns[name].type, columns[name].decimals) for name in headers}
    (rows,) = duckdb.execute(
        f"COPY (FROM read_csv(?, columns = {types}, delim = ';', header = true, encoding = '{encoding}', "
        f"dateformat = '%d/%m/%Y', decimal_separator = ',', nullstr = {list(feed.missing_values)})) "
        f"TO '{folder / 'duckdb.parquet'}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})",
        [str(path)],
    ).fetchall()[0]
    return rows


def _type_of(kind: str, decimals: int) -> str:
    return f"DECIMAL(18, {decimals})" if kind == "number" else _TYPES[kind]


def run_the_suite(feed: Feed, path: Path, _folder: Path) -> int:
    """Run the suite of the feed on a conformed copy."""
    from pipeline.quality.controls import run_suite

    return len(list(run_suite(feed, path, previous_rows=None)))


READINGS = {"porte": read_by_the_door, "duckdb": read_by_duckdb, "controles": run_the_suite}


if __name__ == "__main__":
    sys.stdout.write(f"{READINGS[sys.argv[1]](load_feeds()[FEED], Path(sys.argv[2]), Path(sys.argv[3]))}\n")
