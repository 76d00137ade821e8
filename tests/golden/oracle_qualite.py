"""How good each delivery was, from what was written in it and what the door set aside: no SQL."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.periods import Periode

Row = Mapping[str, Any]
Place = tuple[str, str, str]
ROW_GRAVITY = {"oui": "bloquant", "non": "a_confirmer"}


def tell_quality(depots: Iterable[Row]) -> dict[Place, dict[str, Any]]:
    """Expected counts and shares of mart_qualite_depots, each delivery beside the one before."""
    told: dict[Place, dict[str, Any]] = {}
    latest: dict[tuple[str, str, str], float] = {}
    for row in sorted(depots, key=lambda row: Periode.parse(row["periode"]).premier_jour):
        series = row["flux"], row["fournisseur"], Periode.parse(row["periode"]).cadence
        share = 1 - row["lignes_rejetees"] / row["lignes_lues"] if row["lignes_lues"] else None
        before = latest.get(series)
        told[row["periode"], row["flux"], row["fournisseur"]] = {
            "nombre_envois": 1,
            "nombre_lignes_lues": row["lignes_lues"],
            "nombre_lignes_acceptees": row["lignes_acceptees"],
            "nombre_lignes_rejetees": row["lignes_rejetees"],
            "nombre_lignes_ignorees": row["lignes_ignorees"],
            "part_lignes_valides": share,
            "part_lignes_valides_precedente": before,
            "evolution_part_lignes_valides": None if None in (share, before) else share - before,
        }
        if share is not None:
            latest[series] = share
    return told


def read_rejects(raw: Path) -> dict[Place, Counter[tuple[str, str]]]:
    """Count the cells set aside beside each delivery, by code and gravity."""
    return {
        _place(path.parent.parent.parent, raw, path.parent.name): Counter(_cells(path))
        for path in raw.rglob(".depots/*/rejets.csv")
    }


def _place(folder: Path, raw: Path, fournisseur: str) -> Place:
    source, table, periode = folder.relative_to(raw).parts
    return periode, f"{source}/{table}", fournisseur


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            yield row["motif"], ROW_GRAVITY[row["rejetee"]]
