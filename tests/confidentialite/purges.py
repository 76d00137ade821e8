"""What a root holds before and after a purge, read without the code that purges."""

import json
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipeline.publication.revisions import TABLE as REVISIONS
from pipeline.retention.purge import PurgeReport, run_purge
from pipeline.retention.unlinking import DEMANDE
from pipeline.session import tell_nobody
from pipeline.settings import ROOT, Settings
from tests.depots import construire

AU, LIMITE = date(2026, 3, 1), date(2025, 3, 1)
PERIODE = "2025-T1"
FACTS = "select * exclude (attribution_id, demande_id) from marts.fct_attributions order by all"
SNE = ("sne/radiations", "sne/demandes", "sne/motifs", "sne/communes_souhaitees", "sne/dalo")
OTHERS = ("bailleurs/attributions", "cotation/points", "bailleurs/candidatures_caleol")


def deliver(settings: Settings, feed: str, fournisseur: str, periode: str = PERIODE) -> Path:
    example = ROOT / "expectations" / feed.replace("/", "_") / "exemple-valide.csv"
    path = settings.raw / feed / periode / f"{fournisseur}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(example, path)
    return path


def build(settings: Settings) -> tuple[str, ...]:
    """Build as `ppgd construire` does; returns the deliveries refused, with the first reason."""
    return tuple(f"{one.delivery.label} : {one.record.motifs[0]}" for one in construire(settings).refused)


def purger(settings: Settings, *, simulate: bool = False, delete_raw: bool = False) -> PurgeReport:
    return run_purge(settings, AU, simulate=simulate, delete_raw=delete_raw, on_event=tell_nobody)


def marts(settings: Settings) -> dict[str, str]:
    """The fingerprint of each mart; what moved since the release before is no figure of its own."""
    manifest = json.loads((settings.marts / "derniere" / "manifeste.json").read_text(encoding="utf-8"))
    return {
        table["nom"]: table["empreinte"]
        for table in manifest["tables"]
        if table["nom"].startswith("mart_") and table["nom"] != REVISIONS
    }


def pseudonyms(settings: Settings, column: str = DEMANDE) -> dict[str, list[bytes]]:
    """Return a column of pseudonyms, row by row, of every accepted file that has it."""
    found = {}
    for path in sorted(settings.entrepot.glob("*/*/20*/*.parquet")):
        if column in pq.read_schema(path).names:
            values = pq.read_table(path, columns=[column])[column].to_pylist()
            found[str(path.relative_to(settings.entrepot))] = [one.bytes for one in values]
    return found


def read(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.observatoire), read_only=True) as connection:
        return connection.execute(query).fetchall()


def everything(root: Path) -> dict[str, object]:
    """Return the lasting files, by path: neither private work, nor Dagster's, nor the lock."""
    kept = {}
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if path.is_file() and not {".travail", "dagster", ".verrou"} & set(place.parts):
            is_register = path.suffix == ".sqlite"
            kept[str(place)] = lines_of(path) if is_register else path.read_bytes()
    return kept


def lines_of(register: Path) -> list[str]:
    with sqlite3.connect(register) as connection:
        return list(connection.iterdump())


def joins(settings: Settings) -> dict[str, int]:
    """Count the rows of each satellite table that a demande of its delivery claims."""
    ids = pseudonyms(settings, "demande_sne_id")
    claimed = {one for place in ids if place.startswith(("sne/demandes", "sne/rad")) for one in ids[place]}
    return {
        place: sum(one in claimed for one in rows)
        for place, rows in ids.items()
        if not place.startswith(("sne/demandes", "sne/rad"))
    }


def ended_by_hand(settings: Settings) -> set[bytes]:
    """Return the demandes radiated or housed by the limit, and seen in no stock, by the copies alone."""
    ended: dict[bytes, date] = {}
    for feed, day in (("sne/radiations", "DATE_RADIATION"), ("bailleurs/attributions", "date_bail")):
        for path in (settings.entrepot / feed).glob("20*/*.parquet"):
            for row in pq.read_table(path, columns=[DEMANDE, day]).to_pylist():
                one = row[DEMANDE].bytes
                ended[one] = max(row[day], ended.get(one, row[day]))
    stock = [
        one.bytes
        for path in (settings.entrepot / "sne/demandes").glob("20*/*.parquet")
        for one in pq.read_table(path, columns=[DEMANDE])[DEMANDE].to_pylist()
    ]
    return {one for one, day in ended.items() if day <= LIMITE and one not in stock}


def held_pseudonyms(path: Path) -> set[bytes]:
    """Return the pseudonyms of demandes that a Parquet or DuckDB file holds, in any table."""
    with duckdb.connect(":memory:" if path.suffix == ".parquet" else str(path)) as connection:
        if path.suffix == ".parquet":
            connection.execute(f"create view vue as from read_parquet('{path}')")
        places = connection.execute(
            "select schema_name, table_name from duckdb_columns() where column_name = 'demande_id'"
        ).fetchall()
        rows = [
            connection.execute(f'select demande_id from "{schema}"."{name}"').fetchall()
            for schema, name in places
        ]
    return {one.bytes for found in rows for (one,) in found if one}


@dataclass(frozen=True)
class Before:
    """What a root held before its purge."""

    release: str
    marts: dict[str, str]
    pseudonyms: dict[str, list[bytes]]
    joins: dict[str, int]
    facts: list[tuple[object, ...]]
    ended: set[bytes]

    @classmethod
    def of(cls, settings: Settings) -> "Before":
        return cls(
            release=(settings.marts / "derniere").readlink().name,
            marts=marts(settings),
            pseudonyms=pseudonyms(settings),
            joins=joins(settings),
            facts=read(settings, FACTS),
            ended=ended_by_hand(settings),
        )


def copy_of(settings: Settings, folder: Path) -> Settings:
    copy = Settings.load(folder / "donnees")
    shutil.copytree(settings.donnees, copy.donnees, symlinks=True)
    return copy
