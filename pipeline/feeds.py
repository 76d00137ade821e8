"""The feeds of the observatory, as declared in `expectations/`: one folder, one feed, no Python.

A feed is a schema (TableSchema with our own keys), a suite and an example. This module reads
the schema; it knows nothing of files, formats or decisions.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

EXPECTATIONS = Path(__file__).resolve().parent.parent / "expectations"

Treatment = Literal["conserver", "ecarter", "numero_unique", "pseudonyme", "age_fin_periode"]
DEFAULT_DECIMALS = 2


@dataclass(frozen=True)
class Code:
    """One allowed value of a list: its label and the other forms in which it arrives."""

    libelle: str
    synonymes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column as delivered: how it is recognised, read, and what becomes of it."""

    name: str
    title: str
    description: str
    type: str
    format: str | None = None
    required: bool = False
    header_required: bool = False
    blocking: bool = False
    closed_list: bool = False
    codes: Mapping[str, Code] = field(default_factory=dict)
    header_synonyms: tuple[str, ...] = ()
    sentinels: tuple[str, ...] = ()
    treatment: Treatment = "conserver"
    becomes: str | None = None
    normalisation: str | None = None
    reference: str | None = None
    decimals: int = DEFAULT_DECIMALS
    never_after_reception: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()

    @classmethod
    def from_field(cls, item: Mapping[str, Any], *, in_key: bool) -> "Column":
        """Read one `fields` item of a schema.json; keys, required and measured columns are blocking."""
        rules = item.get("constraints", {})
        required = rules.get("required", False)
        return cls(
            name=item["name"],
            title=item["title"],
            description=item["description"],
            type=item["type"],
            format=item.get("format"),
            required=required,
            header_required=required or item.get("entete_obligatoire", False),
            blocking=in_key or required or item.get("bloquant", False) or item.get("axe", False),
            closed_list="enum" in rules,
            codes={
                code: Code(spec["libelle"], tuple(spec["synonymes"]))
                for code, spec in item.get("codes", {}).items()
            },
            header_synonyms=tuple(item.get("entetes", ())),
            sentinels=tuple(item.get("sentinelles", ())),
            treatment=item.get("traitement", "conserver"),
            becomes=item.get("devient"),
            normalisation=item.get("normalisation"),
            reference=item.get("reference"),
            decimals=item.get("decimales", DEFAULT_DECIMALS),
            never_after_reception=item.get("jamais_apres_reception", False),
            minimum=rules.get("minimum"),
            maximum=rules.get("maximum"),
            pattern=rules.get("pattern"),
            true_values=tuple(item.get("trueValues", ())),
            false_values=tuple(item.get("falseValues", ())),
        )


@dataclass(frozen=True)
class StoredColumn:
    """One column of the accepted Parquet: name, logical type, French description."""

    name: str
    type: str
    description: str
    decimals: int = DEFAULT_DECIMALS


_DELIVERY_COLUMNS = (
    StoredColumn("periode", "string", "Période de la livraison."),
    StoredColumn("fournisseur", "string", "Fournisseur de la livraison (nom du fichier)."),
    StoredColumn("recu_le", "date", "Date de réception du fichier."),
    StoredColumn("ligne", "integer", "Numéro de ligne dans le fichier déposé."),
)
_NUMERO_UNIQUE_COLUMNS = (
    StoredColumn("demande_id", "uuid", "Pseudonyme à clé du numéro unique (HMAC-SHA-256)."),
    StoredColumn("code_guichet", "string", "Caractères 14 à 18 du numéro unique : guichet enregistreur."),
    StoredColumn("code_territoire", "string", "Caractères 1 à 3 du numéro unique : territoire."),
    StoredColumn("numero_unique_conforme", "boolean", "Le numéro unique suit-il la forme attendue ?"),
)


@dataclass(frozen=True)
class ReferenceColumns:
    """Where a feed of reference tables keeps the table's name, the surrogate key and its code."""

    table: str
    key: str
    code: str


@dataclass(frozen=True)
class Feed:
    """A feed: what one delivery holds and what a row of it is."""

    folder: Path
    source: str
    table: str
    title: str
    description: str
    grain: str
    cadence: str
    provider: str
    lot: str | None
    references: ReferenceColumns | None
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    missing_values: tuple[str, ...]
    version: str

    @property
    def key(self) -> str:
        """Return the folder of its deliveries under data/raw: `source/table`."""
        return f"{self.source}/{self.table}"

    @property
    def name(self) -> str:
        """Return its identifier, and the name of its folder in expectations/: `source_table`."""
        return f"{self.source}_{self.table}"

    @cached_property
    def schema_fingerprint(self) -> str:
        """Return twelve hex digits of the schema file: a change re-reads its deliveries."""
        return hashlib.sha256((self.folder / "schema.json").read_bytes()).hexdigest()[:12]

    @cached_property
    def suite_path(self) -> Path:
        """Return the path of the feed's suite.yml."""
        return self.folder / "suite.yml"

    @cached_property
    def stored_columns(self) -> tuple[StoredColumn, ...]:
        """Return the columns of an accepted delivery, in order, personal ones replaced."""
        stored: list[StoredColumn] = []
        for column in self.columns:
            stored.extend(_stored(column))
        return (*stored, *_DELIVERY_COLUMNS)


def _stored(column: Column) -> tuple[StoredColumn, ...]:
    name = column.becomes or column.name
    match column.treatment:
        case "ecarter":
            return ()
        case "numero_unique":
            return _NUMERO_UNIQUE_COLUMNS
        case "pseudonyme":
            return (StoredColumn(name, "uuid", f"Pseudonyme à clé. {column.description}"),)
        case "age_fin_periode":
            return (StoredColumn(name, "integer", "Âge en années à la fin de la période de la livraison."),)
        case "conserver":
            return (StoredColumn(name, column.type, column.description, column.decimals),)


def load_feed(folder: Path) -> Feed:
    """Read the schema of one folder of expectations/."""
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    key = tuple(schema.get("primaryKey", ()))
    return Feed(
        folder=folder,
        source=schema["source"],
        table=schema["table"],
        title=schema["title"],
        description=schema["description"],
        grain=schema["une_ligne_par"],
        cadence=schema["cadence"],
        provider=schema["fournisseur"],
        lot=schema.get("lot"),
        references=_references(schema.get("references")),
        columns=tuple(Column.from_field(item, in_key=item["name"] in key) for item in schema["fields"]),
        primary_key=key,
        missing_values=tuple(schema["missingValues"]),
        version=schema["version"],
    )


def _references(item: Mapping[str, str] | None) -> ReferenceColumns | None:
    return ReferenceColumns(item["table"], item["cle"], item["code"]) if item else None


def load_feeds(root: Path = EXPECTATIONS) -> dict[str, Feed]:
    """Read every feed, by its key `source/table`.

    >>> load_feeds()["cotation/points"].grain
    'demande, EPCI, date et critère'
    """
    feeds = (load_feed(path.parent) for path in sorted(root.glob("*/schema.json")))
    return {feed.key: feed for feed in feeds}
