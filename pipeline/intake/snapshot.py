"""The register as Parquet, for dbt: deliveries, checks, anomalies, as they stand when the build starts."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.intake.register import Register
from pipeline.intake.register_lines import anomaly_values
from pipeline.quality.results import CheckResult

SNAPSHOT = Path("actuel") / "registre.parquet"
_INSTANT = pa.timestamp("us")
_DEPOTS = pa.schema(
    [
        ("depot_id", pa.int64()),
        ("flux", pa.string()),
        ("periode", pa.string()),
        ("fournisseur", pa.string()),
        ("fichier", pa.string()),
        ("empreinte", pa.string()),
        ("octets", pa.int64()),
        ("recu_le", _INSTANT),
        ("traite_le", _INSTANT),
        ("lignes_lues", pa.int64()),
        ("lignes_acceptees", pa.int64()),
        ("lignes_rejetees", pa.int64()),
        ("lignes_ignorees", pa.int64()),
        ("decision", pa.string()),
        ("motifs", pa.string()),
        ("en_vigueur", pa.bool_()),
        ("version_schema", pa.string()),
        ("version_code", pa.string()),
    ]
)
_CONTROLES = pa.schema(
    [
        ("depot_id", pa.int64()),
        ("code", pa.string()),
        ("type", pa.string()),
        ("colonne", pa.string()),
        ("severite", pa.string()),
        ("description", pa.string()),
        ("succes", pa.bool_()),
        ("lignes_controlees", pa.int64()),
        ("lignes_en_defaut", pa.int64()),
        ("lignes", pa.list_(pa.int64())),
    ]
)
_ANOMALIES = pa.schema(
    [
        ("depot_id", pa.int64()),
        ("code", pa.string()),
        ("gravite", pa.string()),
        ("etape", pa.string()),
        ("colonne", pa.string()),
        ("nombre", pa.int64()),
        ("part_lignes", pa.float64()),
        ("explication", pa.string()),
    ]
)


def write_register_snapshot(register: Register, entrepot: Path) -> None:
    """Write `registre/depots`, `registre/controles` and `registre/anomalies` under the entrepôt."""
    depots = [
        {name: getattr(record, name) for name in _DEPOTS.names}
        | {
            "motifs": " ; ".join(record.motifs),
            "recu_le": record.recu_le.replace(tzinfo=None),
            "traite_le": record.traite_le.replace(tzinfo=None),
        }
        for record in register.records()
    ]
    controles = [
        dict(zip(_CONTROLES.names, (depot_id, *_check_values(check)), strict=True))
        for depot_id, check in register.checks()
    ]
    anomalies = [
        dict(zip(_ANOMALIES.names, (depot_id, *anomaly_values(anomaly)), strict=True))
        for depot_id, anomaly in register.anomalies()
    ]
    _write(entrepot / "registre" / "depots" / SNAPSHOT, pa.Table.from_pylist(depots, schema=_DEPOTS))
    _write(entrepot / "registre" / "controles" / SNAPSHOT, pa.Table.from_pylist(controles, schema=_CONTROLES))
    _write(entrepot / "registre" / "anomalies" / SNAPSHOT, pa.Table.from_pylist(anomalies, schema=_ANOMALIES))


def _check_values(check: CheckResult) -> tuple[object, ...]:
    return (
        check.code,
        check.type,
        check.column,
        check.severity,
        check.description,
        check.success,
        check.rows_checked,
        check.rows_at_fault,
        list(check.lines),
    )


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".tmp")
    pq.write_table(table, aside)
    aside.replace(path)
