"""The measures as a Markdown table, between two marks of docs/performance.md."""

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.bench.costs import describe_machine
from pipeline.bench.porte import Measure
from pipeline.errors import MisuseError
from pipeline.settings import ROOT

PAGE = ROOT / "docs" / "performance.md"


@contextmanager
def describe_run(command: str) -> Generator[list[str]]:
    """Give the circumstances of the measures made inside: command, machine, day, load before and after."""
    told = [
        f"commande : `ppgd {command}`",
        f"machine : {describe_machine()}",
    ]
    before = _load()
    yield told
    loads = f"charge de la machine : {before} au début, {_load()} à la fin"
    told.append(f"le {datetime.now(UTC):%d/%m/%Y} ; {loads}")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}".replace(".", ",")


def render_measures(measures: Sequence[Measure], circumstances: Sequence[str]) -> str:
    """Return the table, under the circumstances of the measures."""
    lines = [f"- {told}" for told in circumstances]
    lines += ["", "| mesure | médiane | objectif | | processeur |", "|---|---:|---:|---|---:|"]
    for item in measures:
        found, target, cpu = (_written(value, item.unit) for value in (item.found, item.target, item.cpu))
        lines.append(f"| {item.name} | {found} | {target} | {item.verdict} | {cpu} |")
    return "\n".join(lines)


def _written(value: float | None, unit: str) -> str:
    r"""Write a figure as French tables do.

    >>> _written(1234.5, "Mo"), _written(0.4, "s")
    ('1234\xa0Mo', '0,40\xa0s')
    """
    if value is None:
        return ""
    figure = f"{value:.0f}" if unit == "Mo" else f"{value:.2f}".replace(".", ",")
    return f"{figure}\u00a0{unit}"


def marks_of(bench: str) -> tuple[str, str]:
    """Return the two marks between which the page keeps the measures of a bench."""
    return f"<!-- {bench} : début -->", f"<!-- {bench} : fin -->"


def keep_in_page(table: str, bench: str, page: Path = PAGE) -> None:
    """Replace the last measures of a bench in the page; raises MisuseError without its two marks."""
    opening, closing = marks_of(bench)
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    before, start, rest = text.partition(opening)
    _, end, after = rest.partition(closing)
    if not (start and end):
        raise MisuseError(
            f"{page.name} n'a pas les deux repères des mesures.",
            remede=f"Écrivez « {opening} » puis « {closing} ».",
        )
    page.write_text(f"{before}{opening}\n{table}\n{closing}{after}", encoding="utf-8")
