"""The queries of the grids as dbt calls them: table macros, defined anew at each run; without grid, empty."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.settings import Settings

SOURCE, TABLE = "grilles", "requetes"
TOTAUX, TESTS = "grilles_totaux", "grilles_totaux_en_test"
DETAIL, CRITERES = "grilles_detail", "grilles_criteres"
FAITS = "faits"
_KEYS = "f.demande_id, f.code_epci, f.date_faits"
_PARAMETERS = {TOTAUX: FAITS, TESTS: FAITS, DETAIL: FAITS, CRITERES: ""}
_POINTS, _MASK, _TEXT, _TRUTH = "decimal(18, 2)", "bigint", "varchar", "boolean"
_SCORED = {"grille_version": _TEXT, "est_fictif": _TRUTH}
_TOTALS = {
    **_SCORED,
    "points_priorites_nationales": _POINTS,
    "points_priorites_locales": _POINTS,
    "points_historique": _POINTS,
    "points_provisoires": _POINTS,
    "points_definitifs": _POINTS,
    "masque_comptes": _MASK,
    "masque_definitifs": _MASK,
    "masque_inconnus": _MASK,
    "masque_non_disponibles": _MASK,
}
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    TOTAUX: _TOTALS,
    TESTS: _TOTALS,
    DETAIL: {**_SCORED, "bloc": _TEXT, "nature": _TEXT, "code": _TEXT, "points": _POINTS},
    CRITERES: {
        "rang": "integer",
        "code_epci": _TEXT,
        "grille_version": _TEXT,
        "demandes": _TEXT,
        "statut": _TEXT,
        "bloc": _TEXT,
        "critere": _TEXT,
        "libelle": _TEXT,
        "codes_declares": "varchar[]",
        "est_disponible": _TRUTH,
        "est_fictif": _TRUTH,
    },
}
QUERIES = tuple(_COLUMNS)


def queries_file(settings: "Settings") -> Path:
    """Return the file of the queries, a source of dbt."""
    return settings.entrepot / SOURCE / TABLE / "actuel" / "grilles.parquet"


def definitions(queries: Mapping[str, str]) -> dict[str, str]:
    """Return the statement that creates each macro: the query of the grids, else no row."""
    bodies = {name: _typed(name, queries[name]) if queries.get(name) else _no_row(name) for name in QUERIES}
    return {
        name: f"create or replace macro {name}({_PARAMETERS[name]}) as table\n{body}"
        for name, body in bodies.items()
    }


def _typed(name: str, query: str) -> str:
    """Return a query whose columns, written as short as they can be, take the types of the tables."""
    columns = [f"cast({column} as {kind}) as {column}" for column, kind in _COLUMNS[name].items()]
    keys = [_KEYS] if _PARAMETERS[name] else []
    return f"select {', '.join(keys + columns)} from (\n{query}\n) as f"  # noqa: S608 our own names


def _no_row(name: str) -> str:
    """Return the query of a macro that no grid fills: its columns, no row."""
    columns = [f"cast(null as {kind}) as {column}" for column, kind in _COLUMNS[name].items()]
    if not _PARAMETERS[name]:
        return f"select {', '.join(columns)} where false"
    return f"select {', '.join((_KEYS, *columns))} from query_table({FAITS}) as f where false"  # noqa: S608 our own names
