"""What the register holds, line by line, and how SQLite writes it. Nothing in it is a raw value."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pipeline.quality.anomalies import Repeated
from pipeline.quality.results import CheckResult


@dataclass(frozen=True)
class DepotRecord:
    """One line of the register; instants are UTC, `motifs` are French sentences without values."""

    flux: str
    periode: str
    fournisseur: str
    fichier: str
    empreinte: str
    octets: int
    modifie_ns: int
    recu_le: datetime
    traite_le: datetime
    lignes_lues: int
    lignes_acceptees: int
    lignes_rejetees: int
    lignes_ignorees: int
    decision: str
    motifs: tuple[str, ...]
    version_schema: str
    version_code: str
    en_vigueur: bool = False
    depot_id: int = 0


@dataclass(frozen=True)
class Line:
    """What one decision writes, with the move (from, to) of its accepted copy."""

    record: DepotRecord
    checks: Sequence[CheckResult]
    move: tuple[str, str] | None
    anomalies: Sequence[Repeated] = ()


@dataclass(frozen=True)
class PurgeRecord:
    """One purge: counts only. `publication` is the last release that held the former pseudonyms."""

    au: date
    limite: date
    faite_le: datetime
    demandes: int
    lignes: int
    depots: int
    publication: str


def depot_values(record: DepotRecord) -> dict[str, object]:
    """Return the columns of a delivery."""
    values = {name: getattr(record, name) for name in record.__dataclass_fields__ if name != "depot_id"}
    return values | {
        "recu_le": record.recu_le.isoformat(),
        "traite_le": record.traite_le.isoformat(),
        "motifs": json.dumps(record.motifs, ensure_ascii=False),
        "en_vigueur": int(record.en_vigueur),
    }


def read_depot(row: sqlite3.Row) -> DepotRecord:
    """Return the delivery of a row."""
    values: dict[str, Any] = dict(row)
    values["recu_le"] = datetime.fromisoformat(values["recu_le"])
    values["traite_le"] = datetime.fromisoformat(values["traite_le"])
    values["motifs"] = tuple(json.loads(values["motifs"]))
    values["en_vigueur"] = bool(values["en_vigueur"])
    return DepotRecord(**values)


def read_purge(row: sqlite3.Row) -> PurgeRecord:
    """Return the purge of a row."""
    return PurgeRecord(
        au=date.fromisoformat(row["au"]),
        limite=date.fromisoformat(row["limite"]),
        faite_le=datetime.fromisoformat(row["faite_le"]),
        demandes=row["demandes"],
        lignes=row["lignes"],
        depots=row["depots"],
        publication=row["publication"],
    )


def check_values(check: CheckResult) -> tuple[object, ...]:
    """Return the columns of a check, after the number of its delivery."""
    return (
        check.code,
        check.type,
        check.column,
        check.severity,
        check.description,
        int(check.success),
        check.rows_checked,
        check.rows_at_fault,
        json.dumps(check.lines),
    )


def read_check(row: sqlite3.Row) -> CheckResult:
    """Return the check of a row."""
    return CheckResult(
        code=row["code"],
        type=row["type"],
        column=row["colonne"],
        severity=row["severite"],
        description=row["description"],
        success=bool(row["succes"]),
        rows_checked=row["lignes_controlees"],
        rows_at_fault=row["lignes_en_defaut"],
        lines=tuple(json.loads(row["lignes"])),
        error=None,
    )


def anomaly_values(anomaly: Repeated) -> tuple[object, ...]:
    """Return the columns of an anomaly, after the number of its delivery."""
    return (
        anomaly.code,
        anomaly.gravity,
        anomaly.stage,
        anomaly.column,
        anomaly.times,
        anomaly.share,
        anomaly.explanation,
    )


def read_anomaly(row: sqlite3.Row) -> Repeated:
    """Return the anomaly of a row."""
    return Repeated(
        code=row["code"],
        gravity=row["gravite"],
        stage=row["etape"],
        explanation=row["explication"],
        column=row["colonne"],
        times=row["nombre"],
        share=row["part_lignes"],
    )
