"""The DuckDB of a release: the build's schema `marts` whole, and the table `publication`.

Staging and intermediate rows are never copied, so nothing of them is left in the file. Values are written
in the statements: a query parameter makes DuckDB load pandas (0.3 s).
"""

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import duckdb

from pipeline.errors import BuildFailedError
from pipeline.publication.cells import contents_sql, quoted_name, quoted_text
from pipeline.publication.contents import Publication, TableFacts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
R = TypeVar("R")
_PUBLICATION = "publication.marts.publication"
_PUBLICATION_COMMENT = "Ce que contient ce fichier et d'où il vient. Une ligne par publication : celle-ci."
_PUBLICATION_COLUMNS: Mapping[str, tuple[str, str]] = {
    "publication_id": ("VARCHAR PRIMARY KEY", "Nom de la publication : instant UTC et empreinte abrégée."),
    "publie_le": ("TIMESTAMP NOT NULL", "Instant de la publication, en temps universel (UTC)."),
    "origine": (
        "VARCHAR NOT NULL",
        "« reelle », ou « fictive » si les dépôts sont ceux de la démonstration.",
    ),
    "mention_origine": ("VARCHAR NOT NULL", "Phrase à reproduire avec tout chiffre tiré de ce fichier."),
    "profil": ("VARCHAR NOT NULL", "« interne » : détail pseudonymisé, à ne pas diffuser hors de l'EPCI."),
    "arrete_au": ("DATE", "Dernier jour couvert par les tables publiées."),
    "version_code": ("VARCHAR NOT NULL", "Version du programme qui a construit les tables."),
    "version_duckdb": ("VARCHAR NOT NULL", "Version de DuckDB qui a écrit ce fichier."),
    "version_dbt": ("VARCHAR NOT NULL", "Version de dbt qui a construit les tables."),
    "nombre_depots_acceptes": ("BIGINT NOT NULL", "Nombre de dépôts en vigueur dans cette publication."),
    "nombre_depots_refuses": ("BIGINT NOT NULL", "Nombre de dépôts dont le dernier envoi a été refusé."),
    "empreinte": ("VARCHAR NOT NULL", "Empreinte SHA-256 du contenu : la même pour les mêmes chiffres."),
}


@contextmanager
def open_build(build: Path) -> Generator["DuckDBPyConnection"]:
    """Open the build file read-only, attached as `construction`; nobody may be writing it."""
    with duckdb.connect(config={"disabled_compression_methods": "fsst"}) as connection:
        connection.execute(f"ATTACH {quoted_text(str(build))} AS construction (READ_ONLY)")
        yield connection


def describe_tables(connection: "DuckDBPyConnection") -> tuple[TableFacts, ...]:
    """Return the facts of every table of the build's `marts`; raises BuildFailedError when it holds none."""
    views = connection.execute(
        "SELECT view_name FROM duckdb_views() "
        "WHERE database_name = 'construction' AND schema_name = 'marts' ORDER BY ALL"
    ).fetchall()
    if views:
        raise BuildFailedError(
            f"Ces modèles sont des vues, qui ne se publient pas : {', '.join(name for (name,) in views)}.",
            remede="Donnez-leur « materialized: table » dans dbt_project.yml.",
        )
    tables = connection.execute(
        "SELECT table_name, coalesce(comment, '') FROM duckdb_tables() "
        "WHERE database_name = 'construction' AND schema_name = 'marts' ORDER BY ALL"
    ).fetchall()
    if not tables:
        raise BuildFailedError(
            "La construction n'a produit aucune table.",
            remede="Vérifiez dbt_project/models/marts, puis relancez « ppgd construire ».",
        )
    return tuple(several_at_once(connection, _table_facts, tables))


def several_at_once(
    connection: "DuckDBPyConnection", work: Callable[["DuckDBPyConnection", T], R], items: Iterable[T]
) -> list[R]:
    """Do the same work on each item, as many at once as there are cores, each on a cursor of its own."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(lambda item: work(connection.cursor(), item), items))


def _table_facts(connection: "DuckDBPyConnection", told: tuple[str, str]) -> TableFacts:
    name, comment = told
    columns = connection.execute(
        "FROM duckdb_columns() SELECT column_name, data_type, coalesce(comment, '') "
        "WHERE database_name = 'construction' AND schema_name = 'marts' "
        f"AND table_name = {quoted_text(name)} ORDER BY column_index"
    ).fetchall()
    [(rows, total)] = connection.execute(contents_sql(f"construction.marts.{quoted_name(name)}")).fetchall()
    return TableFacts(name, comment, tuple(columns), rows, f"{rows}-{total}")


def cut_off_date(connection: "DuckDBPyConnection", tables: Sequence[TableFacts]) -> date | None:
    """Return the latest `arrete_au` said by the tables, or None when none says it."""
    days = [
        connection.execute(
            f"FROM construction.marts.{quoted_name(table.nom)} SELECT max(arrete_au)"
        ).fetchall()
        for table in tables
        if table.column_kind("arrete_au") == "DATE"
    ]
    return max((day for [(day,)] in days if day), default=None)


@contextmanager
def write_snapshot(
    connection: "DuckDBPyConnection", target: Path, publication: Publication
) -> Generator[None]:
    """Write the release's DuckDB from the attached build: the definitions of `marts` only, and what it is.

    It stays attached as `publication` for the rows that are copied to it, added to it or read from it.
    """
    connection.execute(f"ATTACH {quoted_text(str(target))} AS publication")
    connection.execute("COPY FROM DATABASE construction TO publication (SCHEMA)")
    others = connection.execute(
        "SELECT schema_name FROM duckdb_schemas() WHERE database_name = 'publication' "
        "AND schema_name NOT IN ('main', 'marts')"
    ).fetchall()
    for (schema,) in others:
        connection.execute(f"DROP SCHEMA publication.{quoted_name(schema)} CASCADE")
    _drop_macros(connection)
    _write_publication(connection, publication)
    yield
    connection.execute("CHECKPOINT publication")
    connection.execute("DETACH publication")


def _drop_macros(connection: "DuckDBPyConnection") -> None:
    """Leave no macro of the build: they read files of the data root, which the release does without."""
    macros = connection.execute(
        "SELECT DISTINCT schema_name, function_name, function_type FROM duckdb_functions() "
        "WHERE database_name = 'publication' AND function_type IN ('macro', 'table_macro')"
    ).fetchall()
    for schema, name, kind in macros:
        table = "TABLE " if kind == "table_macro" else ""
        connection.execute(f"DROP MACRO {table}publication.{quoted_name(schema)}.{quoted_name(name)}")


def copy_rows(connection: "DuckDBPyConnection", table: TableFacts) -> None:
    """Copy the rows of a table from the build to the release, both attached."""
    name = quoted_name(table.nom)
    connection.execute(f"INSERT INTO publication.marts.{name} FROM construction.marts.{name}")


def _write_publication(connection: "DuckDBPyConnection", publication: Publication) -> None:
    definitions = ", ".join(f"{name} {kind}" for name, (kind, _) in _PUBLICATION_COLUMNS.items())
    connection.execute(f"CREATE TABLE {_PUBLICATION} ({definitions})")
    values = ", ".join("NULL" if value is None else quoted_text(str(value)) for value in astuple(publication))
    connection.execute(f"INSERT INTO {_PUBLICATION} (VALUES ({values}))")
    connection.execute(f"COMMENT ON TABLE {_PUBLICATION} IS {quoted_text(_PUBLICATION_COMMENT)}")
    for name, (_, comment) in _PUBLICATION_COLUMNS.items():
        connection.execute(f"COMMENT ON COLUMN {_PUBLICATION}.{name} IS {quoted_text(comment)}")
