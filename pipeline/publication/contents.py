"""What a release says of itself: the row of the table `publication` and the manifest. No row-level value."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.publication.cells import quoted_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PROFIL = "interne"
MENTIONS = {
    "fictive": "Territoire fictif de démonstration : aucun de ces chiffres ne décrit une situation réelle.",
    "reelle": "Dépôts réels des partenaires, arrêtés à la date indiquée.",
}
_DEPOT_KEYS = ("flux", "periode", "fournisseur", "empreinte")


@dataclass(frozen=True)
class TableFacts:
    """A published table: its columns (name, type, description), rows and order-independent fingerprint."""

    nom: str
    description: str
    colonnes: tuple[tuple[str, str, str], ...]
    lignes: int
    empreinte: str

    @property
    def is_mart(self) -> bool:
        """Tell whether it is an aggregate, exported as Parquet and CSV too."""
        return self.nom.startswith("mart_")

    def column_kind(self, name: str) -> str | None:
        """Return the type of a column, or None."""
        return next((kind for column, kind, _ in self.colonnes if column == name), None)


@dataclass(frozen=True)
class Depots:
    """The deliveries in force (feed, period, provider, SHA-256), and how many are refused as last sent."""

    in_force: tuple[tuple[str, ...], ...]
    refused: int

    @classmethod
    def read(cls, connection: "DuckDBPyConnection", register: Path) -> "Depots":
        """Read the register's Parquet, as the build saw it."""
        rows = f"read_parquet({quoted_text(str(register))})"
        in_force = connection.execute(
            f"FROM {rows} SELECT flux, periode, fournisseur, empreinte WHERE en_vigueur ORDER BY ALL"
        ).fetchall()
        last_refused = connection.execute(
            f"FROM {rows} SELECT arg_max(decision, depot_id) AS derniere "
            "GROUP BY flux, periode, fournisseur HAVING derniere = 'refuse'"
        ).fetchall()
        return cls(tuple(in_force), len(last_refused))


@dataclass(frozen=True)
class Publication:
    """The one row of the table `publication`; `publie_le` is UTC."""

    publication_id: str
    publie_le: datetime
    origine: str
    mention_origine: str
    profil: str
    arrete_au: date | None
    version_code: str
    version_duckdb: str
    version_dbt: str
    nombre_depots_acceptes: int
    nombre_depots_refuses: int
    empreinte: str

    @property
    def metadata(self) -> dict[str, str]:
        """Return what each exported file says of its origin."""
        names = ("publication_id", "origine", "mention_origine", "profil", "arrete_au")
        return {name: str(getattr(self, name) or "") for name in names}


def contents_fingerprint(tables: Sequence[TableFacts], origin: str, depots: Depots) -> str:
    """Return a SHA-256 over tables (columns, descriptions, rows in any order), origin and deliveries.

    Neither the instant nor a version counts: the same figures from the same deliveries are the same contents.
    """
    parts = sorted(repr((table.nom, table.description, table.colonnes, table.empreinte)) for table in tables)
    return hashlib.sha256("\n".join((*parts, origin, PROFIL, repr(depots))).encode()).hexdigest()


def write_manifest_content(
    publication: Publication,
    tables: Sequence[TableFacts],
    depots: Depots,
    input_fingerprint: str,
    folder: Path,
) -> dict[str, Any]:
    """Return the manifest of a release whose files are all in `folder`."""
    return asdict(publication) | {
        "publie_le": f"{publication.publie_le.isoformat()}Z",
        "arrete_au": publication.arrete_au and publication.arrete_au.isoformat(),
        "empreinte_entrees": input_fingerprint,
        "tables": [_table_entry(table) for table in tables],
        "depots": [dict(zip(_DEPOT_KEYS, row, strict=True)) for row in depots.in_force],
        "fichiers": [_file_entry(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()],
    }


def _table_entry(table: TableFacts) -> dict[str, Any]:
    columns = [{"nom": name, "type": kind, "description": text} for name, kind, text in table.colonnes]
    return asdict(table) | {"colonnes": columns}


def _file_entry(path: Path, root: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"chemin": str(path.relative_to(root)), "octets": path.stat().st_size, "sha256": digest}
