"""What a person sees of a report in the terminal: the decision, then what to put right, in order."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipeline.quality.anomalies import GRAVITIES, Anomaly, Repeated
from pipeline.rapport.names import WORKBOOK
from pipeline.rapport.summary import facts_of, percentage, stage_titles
from pipeline.terminal import console_for, say

if TYPE_CHECKING:
    from pipeline.rapport.report import Report
    from pipeline.verification import Verified

_COLOURS = {"bloquant": "red", "a_confirmer": "yellow", "information": "cyan"}
_DECISIONS = {"accepte": "green", "accepte_avec_reserves": "yellow", "refuse": "red"}
_MOST_EXAMPLES, _LONGEST_VALUE = 3, 40


def show_verified(verified: "Verified", *, as_json: bool) -> None:
    """Show the report of a file checked; the values quoted are on the screen of who holds the file."""
    if as_json:
        print(verified.data, end="")
        return
    console, report = console_for(), verified.report
    for sentence in verified.supposed:
        say(f"{sentence}.")
    (_, decision), *facts = facts_of(report)
    console.print(Text(decision.capitalize(), style=f"bold {_DECISIONS[report.findings.decision]}"))
    for label, value in facts:
        console.print(Text(f"  {label} : {value}"))
    for title, items in stage_titles(report):
        console.print(Text(title, style="bold"))
        for item in items:
            _show_repeated(console, report, item)
    say(f"Rapport : {verified.folder}")
    if not verified.outcome.is_accepted:
        where = f"dans {WORKBOOK}, ou dans votre fichier" if report.findings.conformed else "le fichier"
        say(f"→ Corrigez {where}, puis vérifiez à nouveau.")


def _show_repeated(console: Console, report: "Report", item: Repeated) -> None:
    head = Text(f"  {GRAVITIES[item.gravity]:<12}", style=_COLOURS[item.gravity])
    where = f"{item.column} : " if item.column else ""
    times = f" ({item.times}, {percentage(item.share)} des lignes)" if item.share else ""
    head.append(f"{where}{item.explanation}{times}", style="default")
    console.print(head)
    examples = [
        one
        for one in report.anomalies
        if one.line and (one.code, one.column, one.gravity) == (item.code, item.column, item.gravity)
    ]
    for one in examples[:_MOST_EXAMPLES]:
        console.print(Padding(Text(_told(one), style="dim"), (0, 0, 0, 14), expand=False))
    if item.correction:
        console.print(Padding(Text(f"→ {item.correction}"), (0, 0, 0, 14), expand=False))


def _told(one: Anomaly) -> str:
    value = f" : « {_short(one.value)} »" if one.value else ""
    correction = f" → {one.correction}" if one.correction else ""
    return f"ligne {one.line}{value}{correction}"


def _short(value: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in value)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}…"
