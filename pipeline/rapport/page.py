"""The report as one page to open in any browser: no script, nothing asked of the network."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from pipeline.quality.anomalies import GRAVITIES
from pipeline.rapport.summary import facts_of, percentage, stage_titles

if TYPE_CHECKING:
    from pipeline.quality.anomalies import Anomaly, Repeated
    from pipeline.rapport.report import Report

MOST_SHOWN = 1000
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { margin-bottom: .3rem; } h2 { margin-top: 2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; }
dt { font-weight: 600; } dd { margin: 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { background: #1f3864; color: #fff; } td.nombre { text-align: right; white-space: nowrap; }
code { font-size: .85em; white-space: nowrap; } .valeur { overflow-wrap: anywhere; }
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
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Rapport de dépôt — {_text(report.findings.delivery.path.name)}</title>",
        f"<style>{_STYLE}</style></head><body><h1>Rapport de dépôt</h1>",
        f'<p class="decision">{_text(decision)}</p><dl>',
        *(f"<dt>{_text(label)}</dt><dd>{_text(value)}</dd>" for label, value in facts),
        "</dl>",
    ]
    for title, items in stage_titles(report):
        parts += [f"<h2>{_text(title)}</h2>", _table(_REPEATED, map(_repeated_row, items))]
    if not report.repeated:
        parts.append("<p>Rien à corriger : merci.</p>")
    lines = [item for item in report.anomalies if item.line]
    if lines:
        parts += [
            "<h2>Ligne par ligne</h2>",
            _cut(len(lines)),
            _table(_LISTED, map(_row, lines[:MOST_SHOWN])),
        ]
    return "\n".join([*parts, "</body></html>", ""])


def _text(words: str) -> str:
    """Escape a text, its French quotes never parted from what they hold."""
    return escape(words).replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def _cut(lines: int) -> str:
    if lines <= MOST_SHOWN:
        return ""
    return f"<p>Les {MOST_SHOWN} premières ; la suite est dans le classeur et dans rejets.csv.</p>"


def _table(titles: Sequence[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="table"><table>{body}</table></div>'


def _repeated_row(item: "Repeated") -> str:
    told = GRAVITIES[item.gravity] + (" — systématique" if item.is_systematic else "")
    return (
        f'<tr><td><span class="g {item.gravity}">{told}</span></td><td>{_text(item.column or "—")}</td>'
        f'<td>{_text(item.explanation)}</td><td class="nombre">{item.times}</td>'
        f'<td class="nombre">{percentage(item.share) if item.share else "—"}</td>'
        f"<td>{_text(item.correction or '')}</td><td><code>{_text(item.code)}</code></td></tr>"
    )


def _row(item: "Anomaly") -> str:
    return (
        f'<tr><td class="nombre">{item.line}</td><td>{_text(item.column or "toute la ligne")}</td>'
        f'<td class="valeur">{_text(item.value or "")}</td>'
        f'<td><span class="g {item.gravity}">{GRAVITIES[item.gravity]}</span></td>'
        f"<td>{_text(item.explanation)}</td><td>{_text(item.correction or '')}</td>"
        f"<td><code>{_text(item.code)}</code></td></tr>"
    )
