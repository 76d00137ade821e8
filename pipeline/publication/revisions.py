"""What moved among the figures already published: the build beside the release in place.

A period published for the first time is no revision. A figure `completee` was published while deliveries
of its period were still missing; one `corrigee` was published as complete.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.periods import Periode
from pipeline.publication.cells import contents_sql, quoted_name, quoted_text
from pipeline.publication.contents import TableFacts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE = "mart_revisions"
DESCRIPTION = (
    "Valeurs déjà publiées qui ont changé depuis la publication précédente, et les dépôts en cause. "
    "Une ligne par indicateur, période, clé et mesure."
)
_NATURES = (
    "`corrigee` : publiée comme complète ; `completee` : publiée alors que des dépôts manquaient ; "
    "`apparue`, `disparue` : la ligne n'est que d'un côté."
)
_CAUSES = (
    "Dépôts que l'indicateur lit, nouveaux, remplacés ou retirés depuis ; ceux de la période de la valeur "
    "s'il y en a."
)
COLUMNS = (
    ("indicateur", "VARCHAR", "Table où la valeur est publiée."),
    ("periode", "VARCHAR", "Période de la valeur."),
    ("cle", "VARCHAR", "Reste de la clé de la ligne : « colonne=valeur »."),
    ("mesure", "VARCHAR", "Colonne de la valeur."),
    ("nature_revision", "VARCHAR", _NATURES),
    ("est_ensemble", "BOOLEAN", "Vrai pour un total : toutes les dimensions valent « ensemble »."),
    ("ancienne_valeur", "DOUBLE", "Valeur de la publication précédente. Vide : inconnue."),
    ("nouvelle_valeur", "DOUBLE", "Valeur de cette publication. Vide : inconnue."),
    ("ecart", "DOUBLE", "Nouvelle valeur moins l'ancienne. Vide : l'une des deux manque."),
    ("ecart_relatif", "DOUBLE", "Écart rapporté à l'ancienne valeur. Vide : sans objet."),
    ("depots_en_cause", "VARCHAR", _CAUSES),
    ("publication_precedente", "VARCHAR", "Publication à laquelle celle-ci est comparée."),
)
NO_DEPOSIT = "aucun dépôt : modèles ou réglages"
_KEY = ("indicateur", "periode", "cle", "mesure")
_METADATA = {"arrete_au", "completude", "rupture_qpv"}
_PLACES = {"periode", "code_epci"}
_MOST_NAMED = 10
_NUMBERS = ("BIGINT", "DOUBLE", "DECIMAL", "INTEGER", "HUGEINT")

Depot = tuple[str, ...]
"""Feed, period, provider, SHA-256."""


@dataclass(frozen=True)
class Comparison:
    """What the build is compared with: the release in place, and the deliveries changed since.

    `feeds_of` gives the feeds a mart reads; a mart that is not in it may read any.
    """

    previous: Path | None
    fingerprints: Mapping[str, str]
    changed: Sequence[Depot]
    feeds_of: Mapping[str, frozenset[str]]

    def open(self, connection: "DuckDBPyConnection") -> None:
        """Make the table in the attached `publication`; it stays empty when there was no release."""
        definitions = ", ".join(f"{name} {kind}" for name, kind, _ in COLUMNS)
        connection.execute(
            f"CREATE TABLE publication.marts.{TABLE} ({definitions}, PRIMARY KEY ({', '.join(_KEY)}))"
        )
        connection.execute(f"COMMENT ON TABLE publication.marts.{TABLE} IS {quoted_text(DESCRIPTION)}")
        for name, _, text in COLUMNS:
            connection.execute(f"COMMENT ON COLUMN publication.marts.{TABLE}.{name} IS {quoted_text(text)}")

    def add(self, connection: "DuckDBPyConnection", table: TableFacts) -> None:
        """Add what moved in a mart whose rows are not those of the release before."""
        before = _earlier_rows(self.previous, table)
        if self.previous and before and self.fingerprints.get(table.nom) != table.empreinte:
            about_deliveries = table.column_kind("flux") is not None
            feeds = None if about_deliveries else self.feeds_of.get(table.nom)
            depots = [depot for depot in self.changed if feeds is None or depot[0] in feeds]
            _compare(connection, table, before, depots, self.previous.name)

    def facts(self, connection: "DuckDBPyConnection") -> TableFacts:
        """Describe the table, once every mart was added."""
        [(rows, total)] = connection.execute(contents_sql(f"publication.marts.{TABLE}")).fetchall()
        return TableFacts(TABLE, DESCRIPTION, COLUMNS, rows, f"{rows}-{total}")


def changed_depots(before: Sequence[Depot], now: Sequence[Depot]) -> list[Depot]:
    """Return the deliveries that came in force, were replaced or went: one per place, the newer first.

    >>> changed_depots([("f", "2024", "x", "a"), ("f", "2024", "y", "b")], [("f", "2024", "x", "c")])
    [('f', '2024', 'x', 'c'), ('f', '2024', 'y', 'b')]
    """
    gone, come = set(before) - set(now), set(now) - set(before)
    moved = {depot[:3]: depot for depot in gone} | {depot[:3]: depot for depot in come}
    return [depot for _, depot in sorted(moved.items())]


@dataclass(frozen=True)
class Revisions:
    """How many published figures moved, how many had been complete, and the largest: one text each."""

    moved: int
    corrected: int
    largest: tuple[str, ...]


def read_revisions(database: Path, *, most: int) -> Revisions:
    """Read what moved in a release; corrected totals first, then by relative change."""
    with duckdb.connect(str(database), read_only=True) as connection:
        [(moved, corrected)] = connection.execute(
            f"FROM marts.{TABLE} SELECT count(*), count(*) FILTER (nature_revision <> 'completee')"
        ).fetchall()
        rows = connection.execute(
            f"FROM marts.{TABLE} "
            "SELECT indicateur, periode, cle, mesure, ancienne_valeur, nouvelle_valeur, depots_en_cause "
            "ORDER BY nature_revision = 'completee', NOT est_ensemble, abs(ecart_relatif) DESC NULLS LAST, "
            f"{', '.join(_KEY)} LIMIT {most}"
        ).fetchall()
    return Revisions(moved, corrected, tuple(_told(*row) for row in rows))


def _told(*row: Any) -> str:
    mart, periode, key, measure, before, after, depots = row
    return f"{mart} {periode} ({key}), {measure} : {_number(before)} → {_number(after)}. {depots}"


def _number(value: float | None) -> str:
    return "vide" if value is None else f"{value:,.6g}".replace(",", "\u202f").replace(".", ",")


def _earlier_rows(previous: Path | None, table: TableFacts) -> Path | None:
    """Return the Parquet of a mart in the release before, whose name may say that it is fictitious."""
    if previous is None or not table.is_mart:
        return None
    return next(iter(sorted((previous / "parquet").glob(f"{table.nom}.*parquet"))), None)


def _compare(
    connection: "DuckDBPyConnection",
    table: TableFacts,
    before: Path,
    depots: Sequence[Depot],
    publication: str,
) -> None:
    """Add what moved in one mart; nothing when its key is not what it was."""
    known = _columns_of(connection, before)
    key = _key_of(connection, table)
    measures = [
        name
        for name, kind, _ in table.colonnes
        if name not in {*key, *_METADATA} and name in known and kind.startswith(_NUMBERS)
    ]
    if not measures or "periode" not in key or not known.issuperset(key):
        return
    both = known.intersection(name for name, _, _ in table.colonnes)
    old = _plain(f"read_parquet({quoted_text(str(before))})", key, measures, known)
    new = _plain(f"construction.marts.{quoted_name(table.nom)}", key, measures, both)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE publiees AS FROM ({old}) SELECT DISTINCT periode")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE ancien AS {_unpivoted(old, new, measures)}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE nouveau AS {_unpivoted(new, old, measures)}")
    _name_causes(connection, depots)
    connection.execute(f"INSERT INTO publication.marts.{TABLE} {_moved(table.nom, key, publication)}")


def _moved(mart: str, key: Sequence[str], publication: str) -> str:
    others = [name for name in key if name != "periode"]
    place = ", ".join(f"'{name}=' || coalesce(nouveau.{name}, ancien.{name})" for name in others)
    dimensions = [name for name in others if name not in _PLACES]
    whole = " AND ".join(
        f"CAST(coalesce(nouveau.{name}, ancien.{name}) AS VARCHAR) = 'ensemble'" for name in dimensions
    )
    same = " AND ".join(f"nouveau.{name} = ancien.{name}" for name in (*key, "mesure"))
    return f"""
        FROM nouveau FULL JOIN ancien ON {same}
        SEMI JOIN publiees ON publiees.periode = coalesce(nouveau.periode, ancien.periode)
        LEFT JOIN causes ON causes.periode = coalesce(nouveau.periode, ancien.periode)
        JOIN causes AS toutes ON toutes.periode = ''
        SELECT
            {quoted_text(mart)},
            coalesce(nouveau.periode, ancien.periode),
            concat_ws(', ', {place}),
            coalesce(nouveau.mesure, ancien.mesure),
            CASE
                WHEN ancien.mesure IS NULL THEN 'apparue'
                WHEN nouveau.mesure IS NULL THEN 'disparue'
                WHEN ancien.completude < 1 THEN 'completee'
                ELSE 'corrigee'
            END,
            {whole or "true"},
            ancien.valeur,
            nouveau.valeur,
            nouveau.valeur - ancien.valeur,
            (nouveau.valeur - ancien.valeur) / nullif(abs(ancien.valeur), 0),
            coalesce(causes.depots, toutes.depots),
            {quoted_text(publication)}
        WHERE coalesce(
            nouveau.valeur <> ancien.valeur, (nouveau.valeur IS NULL) <> (ancien.valeur IS NULL)
        )
        ORDER BY ALL
    """


def _name_causes(connection: "DuckDBPyConnection", depots: Sequence[Depot]) -> None:
    """Keep, by period, the deliveries of that period; at the period '' all of them, for the others."""
    periods = connection.execute("FROM publiees").fetchall()
    rows = [("", _named(depots) or NO_DEPOSIT)]
    for (code,) in periods:
        here = [depot for depot in depots if _overlap(Periode.parse(depot[1]), Periode.parse(code))]
        rows += [(code, _named(here))] if here else []
    values = ", ".join(f"({quoted_text(code)}, {quoted_text(text)})" for code, text in rows)
    causes = f"FROM (VALUES {values}) AS cause (periode, depots)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE causes AS {causes}")


def _overlap(one: Periode, other: Periode) -> bool:
    return one.premier_jour <= other.dernier_jour and other.premier_jour <= one.dernier_jour


def _named(depots: Sequence[Depot]) -> str:
    named = [f"{flux} {periode} {fournisseur}" for flux, periode, fournisseur, *_ in depots[:_MOST_NAMED]]
    if len(depots) > _MOST_NAMED:
        named.append(f"et {len(depots) - _MOST_NAMED} autres")
    return " ; ".join(named)


def _plain(rows: str, key: Sequence[str], measures: Sequence[str], columns: AbstractSet[str]) -> str:
    completude = "completude" if "completude" in columns else "1"
    numbers = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in measures)
    return f"FROM {rows} SELECT {', '.join(key)}, {completude} AS completude, {numbers}"


def _unpivoted(rows: str, others: str, measures: Sequence[str]) -> str:
    """Give one row per key and measure, the unknown values too; rows found on the other side left out."""
    moved = f"({rows}) EXCEPT ALL ({others})"
    return f"FROM ({moved}) UNPIVOT INCLUDE NULLS (valeur FOR mesure IN ({', '.join(measures)}))"


def _columns_of(connection: "DuckDBPyConnection", parquet: Path) -> set[str]:
    described = connection.execute(f"DESCRIBE FROM read_parquet({quoted_text(str(parquet))})").fetchall()
    return {row[0] for row in described}


def _key_of(connection: "DuckDBPyConnection", table: TableFacts) -> list[str]:
    found = connection.execute(
        "FROM duckdb_constraints() SELECT constraint_column_names WHERE database_name = 'construction' "
        f"AND constraint_type = 'PRIMARY KEY' AND table_name = {quoted_text(table.nom)}"
    ).fetchall()
    return found[0][0] if found else []
