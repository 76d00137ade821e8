"""What the report says in a few words, the same on the screen, in the page and in the workbook."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.errors import DeliveryRefusedError
from pipeline.intake.encodings import CP1252, UTF8, UTF16, inspect_text
from pipeline.quality.anomalies import GRAVITIES, Gravity, Repeated, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rapport.report import Report

STAGE_TITLES: dict[Stage, str] = {
    "fichier": "Le fichier ne se lit pas",
    "entetes": "En-têtes et livraison à corriger",
    "blocages": "À corriger : bloquant",
    "confirmations": "À corriger ou à confirmer",
    "informations": "Pour information",
}
_COUNTED: dict[Gravity, tuple[str, str]] = {
    "bloquant": ("bloquante", "bloquantes"),
    "a_confirmer": ("à confirmer", "à confirmer"),
    "information": ("pour information", "pour information"),
}
_SMALLEST_SHARE = 0.001
_ENCODINGS = {UTF8: "CSV, UTF-8", CP1252: "CSV, Windows-1252", UTF16: "CSV, UTF-16"}


def facts_of(report: "Report") -> list[tuple[str, str]]:
    """Return the facts of the delivery, each with its label."""
    found, conformed = report.findings, report.findings.conformed
    facts = [
        ("Décision", report.decision),
        ("Fichier", found.delivery.path.name),
        ("Flux", f"{found.feed.key} — {found.feed.title}"),
        ("Période", found.delivery.periode),
        ("Fournisseur", found.delivery.fournisseur),
        ("Reçu le", f"{found.received:%d/%m/%Y}"),
        ("Format", form_of(found.delivery.path)),
    ]
    if conformed:
        facts += [
            ("Lignes lues", _number(conformed.rows_read)),
            ("Lignes rejetées", _number(conformed.rows_rejected)),
            ("Lignes à valeur écartée", _number(conformed.rows_set_aside)),
        ]
    if report.share_valid is not None:
        facts.append(("Lignes valides", percentage(report.share_valid) + _progress(report)))
    times = ", ".join(f"{_number(report.times[name])} {_agreed(report, name)}" for name in GRAVITIES)
    return [*facts, ("Anomalies", times)]


def _agreed(report: "Report", gravity: Gravity) -> str:
    one, several = _COUNTED[gravity]
    return several if report.times[gravity] > 1 else one


def _progress(report: "Report") -> str:
    """Compare with the last two deliveries."""
    earlier = report.findings.earlier
    told = ", ".join(f"{percentage(one.part_valide)} en {one.periode}" for one in earlier)
    return f" (auparavant : {told})" if told else ""


def stage_titles(report: "Report") -> list[tuple[str, Sequence[Repeated]]]:
    """Return what is wrong by stage, in the order of the questions; only the first when the file stops."""
    stages = [(stage, list(items)) for stage, items in groupby(report.repeated, key=lambda item: item.stage)]
    return [(STAGE_TITLES[stage], items) for stage, items in stages]


def form_of(path: "Path") -> str:
    """Say the format of a file, and its encoding when it is a text."""
    if path.suffix.lower() == ".xlsx":
        return "classeur XLSX"
    try:
        return _ENCODINGS[inspect_text(path).encoding]
    except DeliveryRefusedError:
        return "CSV illisible"


def percentage(share: float) -> str:
    r"""Write a share; what is not whole never says 100 %, what is not nothing never says 0 %.

    >>> percentage(0.9999), percentage(0.123), percentage(0.0004)
    ('99,9\xa0%', '12,3\xa0%', '<\xa00,1\xa0%')
    """
    if 0 < share < _SMALLEST_SHARE:
        return "<\u00a00,1\u00a0%"
    rounded = int(share * 1000) / 10
    return f"{rounded:.1f}".replace(".", ",").removesuffix(",0") + "\u00a0%"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")
