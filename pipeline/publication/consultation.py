"""The locked door of readers and agents: one reading query on a release, the last one unless told.

The file is opened read-only, without access to any other file; then the configuration is locked.
The kind of statement is checked first: DuckDB alone would still let a query fill a temporary table.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MisuseError
from pipeline.publication.cells import quoted_name, quoted_text
from pipeline.publication.kept import DATABASE, find_release
from pipeline.publication.presentation import Result

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pipeline.settings import Settings

_READING = {"SELECT", "EXPLAIN"}
_OUTSIDE = "enable_external_access"
_LOCKED = {
    _OUTSIDE: "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
}
_PERMITTED = "Une seule requête de lecture : SELECT, FROM, DESCRIBE, SHOW, SUMMARIZE ou EXPLAIN."
_UNKNOWN_TABLE = re.compile(r'Table with name "?([^\s"]+)"? does not exist')
_UNKNOWN_COLUMN = re.compile(r'(?:Referenced column|does not have a column named) "(.+?)"')
_CANDIDATES = re.compile(r"Candidate bindings:[ :]*(.+)")
_DUCKDB_HINT = re.compile(r"\n|LINE \d+:|Did you mean|Candidate bindings")


def query_observatoire(settings: "Settings", sql: str, publication: str | None = None) -> Result:
    """Run one reading query on the last release, tables of `marts` by their bare name.

    `publication` names a release that is kept, or a day: the last one published by then.
    Raises MisuseError, with the remedy, on anything that is not one reading of published tables.
    """
    import duckdb

    if not settings.observatoire.exists():
        raise MisuseError("Rien n'est encore publié ici.", remede="Lancez « ppgd construire ».")
    kept = find_release(settings, publication) if publication else None
    with _open_locked(settings, kept) as connection:
        try:
            _check_reading(connection, sql)
            cursor = connection.execute(sql)
            columns = tuple(column[0] for column in cursor.description or ())
            return Result(columns, tuple(cursor.fetchall()))
        except duckdb.Error as error:
            raise _explained(connection, error) from error


@contextmanager
def _open_locked(settings: "Settings", kept: Path | None) -> Generator["DuckDBPyConnection"]:
    import duckdb

    base = kept / DATABASE if kept else settings.observatoire
    try:
        if kept and not base.exists():
            connection = _load_marts(kept)
        else:
            connection = duckdb.connect(str(base), read_only=True, config=dict(_LOCKED))
    except duckdb.Error as error:
        raise MisuseError(
            f"{base.name} ne s'ouvre pas : {_first_line(error)}.",
            remede="Relancez « ppgd construire --forcer » : la publication sera refaite.",
        ) from error
    with connection:
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET search_path = 'marts'")
        connection.execute("SET lock_configuration = true")
        yield connection


def _load_marts(kept: Path) -> "DuckDBPyConnection":
    """Hold in memory the marts of a release whose detail a purge took; then close every way out."""
    import duckdb

    connection = duckdb.connect(":memory:", config={**_LOCKED, _OUTSIDE: "true"})
    connection.execute("CREATE SCHEMA marts")
    for path in sorted((kept / "parquet").glob("*.parquet")):
        name = quoted_name(path.name.split(".")[0])
        rows = f"FROM read_parquet({quoted_text(str(path))})"
        connection.execute(f"CREATE TABLE marts.{name} AS {rows}")
    connection.execute(f"SET {_OUTSIDE} = false")
    return connection


def _check_reading(connection: "DuckDBPyConnection", sql: str) -> None:
    statements = connection.extract_statements(sql)
    if not statements:
        raise MisuseError("La requête est vide.", remede=_PERMITTED)
    kinds = [statement.type.name for statement in statements]
    if len(statements) > 1 and "PIVOT" in sql.upper():
        raise MisuseError(
            "PIVOT crée un type : ce n'est pas une lecture.",
            remede="Listez ses valeurs : PIVOT … ON … IN (…).",
        )
    if len(statements) > 1:
        raise MisuseError(f"{len(statements)} requêtes d'un coup.", remede=_PERMITTED)
    if kinds[0] not in _READING:
        raise MisuseError(f"{kinds[0]} n'est pas une lecture.", remede=_PERMITTED)


def _explained(connection: "DuckDBPyConnection", error: Exception) -> MisuseError:
    message = str(error)
    if match := _UNKNOWN_TABLE.search(message):
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return MisuseError(
            f"Table inconnue « {match[1]} ».",
            remede=_nearest(match[1], names, 'Toutes les tables : ppgd sql "SHOW TABLES".'),
        )
    if match := _UNKNOWN_COLUMN.search(message):
        candidates = _CANDIDATES.search(message)
        names = re.findall(r'"(.+?)"', candidates[1]) if candidates else []
        return MisuseError(
            f"Colonne inconnue « {match[1]} » dans ces tables.",
            remede=_nearest(match[1], names, "Colonnes d'une table : DESCRIBE <table>."),
        )
    if "disabled" in message and type(error).__name__ == "PermissionException":
        return MisuseError(
            "Cette requête sort de l'observatoire : fichiers, réseau et extensions sont fermés.",
            remede='Interrogez les tables publiées : ppgd sql "SHOW TABLES".',
        )
    return MisuseError(f"La requête échoue : {_first_line(error)}.", remede="Corrigez-la, puis relancez.")


def _nearest(word: str, names: list[str], otherwise: str) -> str:
    near = get_close_matches(word.lower(), names, n=3, cutoff=0.5)
    return f"Proches : {', '.join(near)}. {otherwise}" if near else otherwise


def _first_line(error: Exception) -> str:
    """Return what DuckDB found, without its suggestions.

    >>> _first_line(ValueError("Binder Error: No function matches. LINE 1: SELECT f()"))
    'Binder Error: No function matches'
    """
    return _DUCKDB_HINT.split(str(error))[0].strip().rstrip(".!")
