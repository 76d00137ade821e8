"""The report as one page to open in any browser: no script, nothing asked of the network."""

from typing import TYPE_CHECKING

from pipeline.publication.theme import page, table, text
from pipeline.quality.anomalies import GRAVITIES
from pipeline.rapport.summary import facts_of, percentage, stage_titles

if TYPE_CHECKING:
    from pipeline.quality.anomalies import Anomaly, Repeated
    from pipeline.rapport.report import Report

MOST_SHOWN = 1000
_STYLE = """
.g { border-radius: .3rem; color: #222; padding: .05rem .45rem; white-space: nowrap; }
.bloquant { background: #f8cbad; } .a_confirmer { background: #fff2cc; } .information { background: #ddebf7; }
.decision { font-size: 1.25rem; font-weight: 600; }
"""
_REPEATED = ("Gravité", "Colonne", "Ce qui ne va pas", "Nombre", "Part des lignes", "Que faire", "Code")
_LISTED = ("Ligne", "Colonne", "Valeur", "Gravité", "Explication", "Correction proposée", "Code")


def write_page(report: "Report") -> str:
    """Return the report as HTML."""
    (_, decision), *facts = facts_of(report)
    parts = [
        "<h1>Rapport de dépôt</h1>",
        f'<p class="decision">{text(decision)}</p><dl>',
        *(f"<dt>{text(label)}</dt><dd>{text(value)}</dd>" for label, value in facts),
        "</dl>",
    ]
    for title, items in stage_titles(report):
        parts += [f"<h2>{text(title)}</h2>", table(_REPEATED, map(_repeated_row, items))]
    if not report.repeated:
        parts.append("<p>Rien à corriger : merci.</p>")
    lines = [item for item in report.anomalies if item.line]
    if lines:
        parts += [
            "<h2>Ligne par ligne</h2>",
            _cut(len(lines)),
            table(_LISTED, map(_row, lines[:MOST_SHOWN])),
        ]
    return page(f"Rapport de dépôt — {report.findings.delivery.path.name}", parts, _STYLE)


def _cut(lines: int) -> str:
    if lines <= MOST_SHOWN:
        return ""
    return f"<p>Les {MOST_SHOWN} premières ; la suite est dans le classeur et dans rejets.csv.</p>"


def _repeated_row(item: "Repeated") -> str:
    told = GRAVITIES[item.gravity] + (" — systématique" if item.is_systematic else "")
    return (
        f'<tr><td><span class="g {item.gravity}">{told}</span></td><td>{text(item.column or "—")}</td>'
        f'<td>{text(item.explanation)}</td><td class="nombre">{item.times}</td>'
        f'<td class="nombre">{percentage(item.share) if item.share else "—"}</td>'
        f"<td>{text(item.correction or '')}</td><td><code>{text(item.code)}</code></td></tr>"
    )


def _row(item: "Anomaly") -> str:
    return (
        f'<tr><td class="nombre">{item.line}</td><td>{text(item.column or "toute la ligne")}</td>'
        f'<td class="valeur">{text(item.value or "")}</td>'
        f'<td><span class="g {item.gravity}">{GRAVITIES[item.gravity]}</span></td>'
        f"<td>{text(item.explanation)}</td><td>{text(item.correction or '')}</td>"
        f"<td><code>{text(item.code)}</code></td></tr>"
    )
