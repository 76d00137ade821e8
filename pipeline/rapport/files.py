"""The report on disk: a workbook to correct, its twin to read, its twin for programs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.rapport.deposited import read_deposited
from pipeline.rapport.names import DATA, PAGE, WORKBOOK
from pipeline.rapport.page import write_page
from pipeline.rapport.summary import form_of
from pipeline.rapport.workbook import write_workbook

if TYPE_CHECKING:
    from pipeline.rapport.report import Report

_NAMES = {
    "code": "code",
    "gravity": "gravite",
    "stage": "etape",
    "explanation": "explication",
    "line": "ligne",
    "column": "colonne",
    "value": "valeur",
    "times": "nombre",
    "share": "part_lignes",
    "correction": "correction_proposee",
}


def write_report(report: "Report", folder: Path, own_headers: Mapping[str, str]) -> None:
    """Write the three files of a report in the folder where its delivery was judged."""
    write_workbook(report, read_deposited(report, folder, own_headers), folder / WORKBOOK)
    (folder / PAGE).write_text(write_page(report), encoding="utf-8")
    text = json.dumps(as_data(report), ensure_ascii=False, indent=2, default=str)
    (folder / DATA).write_text(text + "\n", encoding="utf-8")


def as_data(report: "Report") -> dict[str, Any]:
    """Return the report as programs read it."""
    found, conformed = report.findings, report.findings.conformed
    return {
        "fichier": found.delivery.path.name,
        "flux": found.feed.key,
        "periode": found.delivery.periode,
        "fournisseur": found.delivery.fournisseur,
        "recu_le": found.received.isoformat(),
        "format": form_of(found.delivery.path),
        "decision": found.decision,
        "decision_en_clair": report.decision,
        "lignes_lues": conformed.rows_read if conformed else 0,
        "lignes_acceptees": conformed.rows_accepted if conformed else 0,
        "lignes_rejetees": conformed.rows_rejected if conformed else 0,
        "lignes_ignorees": conformed.rows_ignored if conformed else 0,
        "part_valide": report.share_valid,
        "livraisons_precedentes": [asdict(one) for one in found.earlier],
        "anomalies_par_gravite": dict(report.times),
        "anomalies_par_nature": [
            _named(asdict(item)) | {"est_systematique": item.is_systematic} for item in report.repeated
        ],
        "anomalies": [_named(asdict(item)) for item in report.anomalies],
    }


def _named(item: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of an anomaly their published names; the rank of a column is ours."""
    return {told: item[name] for name, told in _NAMES.items() if name in item}
