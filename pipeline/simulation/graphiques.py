"""Charts as inline SVG, drawn from the tables: a secret figure is marked, never drawn."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline.publication.theme import text
from pipeline.simulation.tableaux import Ligne, Secret, Tableau, Valeur

COLOURS = ("#5b7db1", "#d9822b", "#3f9a6b")
STYLE = """
svg { display: block; margin: .5rem 0 1.5rem; max-width: 100%; }
svg text { fill: currentColor; font-size: 12px; }
svg .axe { stroke: currentColor; stroke-opacity: .35; } .legende span { margin-right: 1.2rem; }
.legende i { border-radius: .2rem; display: inline-block; height: .8rem; margin-right: .35rem; width: .8rem; }
td.nombre { font-variant-numeric: tabular-nums; } th { vertical-align: bottom; }
th + th { text-align: right; }
"""
_WIDTH, _LEFT, _RIGHT = 900, 260, 90
_CURVE, _MOST_LABELS = 780, 21
_ONE_PERCENT = 0.01
_MASK = "s"


def columns_chart(tableau: Tableau, names: Sequence[str]) -> str:
    """Draw groups of columns, one per row of the table."""
    height, foot, top = 260, 52, 16
    most = _most(value for line in tableau.lignes for value in line.valeurs)
    span = (_WIDTH - 20) / max(len(tableau.lignes), 1)
    wide = span * 0.8 / len(names)
    parts = []
    for place, line in enumerate(tableau.lignes):
        start = 10 + place * span + span * 0.1
        for rank, value in enumerate(line.valeurs):
            left, tall = start + rank * wide, _scaled(value, most, height - top)
            parts.append(
                _bar(left, height - tall, wide - 2, tall, rank, _hint(line.libelle, names[rank], value))
            )
            if isinstance(value, Secret):
                parts.append(_label(left + wide / 2, height - 4, _MASK, "middle"))
        middle = 10 + (place + 0.5) * span
        parts.append(
            f'<text transform="translate({middle:.1f},{height + 14}) rotate(-28)" text-anchor="end">'
            f"{text(line.libelle)}</text>"
        )
    parts.append(f'<line class="axe" x1="10" x2="{_WIDTH - 10}" y1="{height}" y2="{height}"/>')
    return _legend(names) + _svg(tableau.titre, height + foot, parts)


def bars_chart(
    tableau: Tableau, columns: Sequence[str], names: Sequence[str], whole: str | None = None
) -> str:
    """Draw one line of bars per row of the table, end to end; as parts of a column when `whole` names it."""
    places = [tableau.colonnes.index(column) for column in columns]
    total = tableau.colonnes.index(whole) if whole else None
    lengths = [_lengths(line, places, total) for line in tableau.lignes]
    most = max((sum(length) for length in lengths), default=0) or 1
    tall, parts = 22, []
    for row, (line, length) in enumerate(zip(tableau.lignes, lengths, strict=True)):
        top, left = row * tall + 4, float(_LEFT)
        parts.append(_label(_LEFT - 8, top + 12, _cut(line.libelle), "end"))
        for rank, place in enumerate(places):
            wide = length[rank] * (_WIDTH - _LEFT - _RIGHT) / most
            parts.append(
                _bar(left, top, wide, tall - 7, rank, _hint(line.libelle, names[rank], line.valeurs[place]))
            )
            left += wide
        shown = " · ".join(
            _percent(length[rank]) if whole and length[rank] else told(line.valeurs[place])
            for rank, place in enumerate(places)
        )
        parts.append(_label(left + 6, top + 12, shown, "start"))
    return (_legend(names) if len(names) > 1 else "") + _svg(tableau.titre, len(lengths) * tall + 8, parts)


def _percent(share: float) -> str:
    """Write a part, never a null one for somebody.

    >>> _percent(0.001), _percent(0.316)
    ('< 1 %', '32 %')
    """
    return "< 1 %" if share < _ONE_PERCENT else f"{share:.0%}".replace("%", " %")


def _lengths(line: Ligne, places: Sequence[int], whole: int | None) -> list[float]:
    """Return the counts of a row, or the parts they are of a column; nothing for a secret."""
    known = [_known(line.valeurs[place]) for place in places]
    if whole is None:
        return [float(value) for value in known]
    total = _known(line.valeurs[whole])
    return [value / total if total else 0.0 for value in known]


def lines_chart(tableau: Tableau, columns: Sequence[tuple[str, str]], names: Sequence[str]) -> str:
    """Draw, for each pair of columns, the part of the second that the first is, along the rows."""
    height, top, foot = 240, 20, 40
    span = _CURVE / max(len(tableau.lignes) - 1, 1)
    parts = [
        f'<line class="axe" x1="60" x2="{60 + _CURVE}" y1="{at:.1f}" y2="{at:.1f}"/>'
        f"{_label(52, at + 4, f'{percent} %', 'end')}"
        for percent in (0, 50, 100)
        for at in (top + (height - top) * (1 - percent / 100),)
    ]
    for rank, (part, whole) in enumerate(columns):
        one, other = tableau.colonnes.index(part), tableau.colonnes.index(whole)
        points = [
            (60 + place * span, top + (height - top) * (1 - share))
            for place, line in enumerate(tableau.lignes)
            if (share := _share(line.valeurs[one], line.valeurs[other])) is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[rank]}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{COLOURS[rank]}"/>' for x, y in points]
    parts += [
        _label(60 + place * span, height + 18, line.libelle, "middle")
        for place, line in enumerate(tableau.lignes)
        if len(tableau.lignes) <= _MOST_LABELS or place % 5 == 0
    ]
    parts.append(_label(60 + _CURVE / 2, height + 36, tableau.tete, "middle"))
    return _legend(names) + _svg(tableau.titre, height + foot, parts)


def told(value: Valeur) -> str:
    """Write a figure as French tables do.

    >>> told(12345), told(None), told(Secret())
    ('12\u202f345', '—', 's')
    """
    if isinstance(value, Secret):
        return _MASK
    if value is None:
        return "—"
    shown = f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    return shown.replace(",", "\u202f").replace(".", ",").replace("-", "−")


def _svg(title: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}">'
        f"<title>{text(title)}</title>{''.join(parts)}</svg>"
    )


def _legend(names: Sequence[str]) -> str:
    told_names = "".join(
        f'<span><i style="background:{colour}"></i>{text(name)}</span>'
        for name, colour in zip(names, COLOURS, strict=False)
    )
    return f'<p class="legende">{told_names}</p>'


def _bar(left: float, top: float, wide: float, tall: float, rank: int, hint: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(wide, 0):.1f}" height="{max(tall, 0):.1f}" '
        f'fill="{COLOURS[rank]}"><title>{text(hint)}</title></rect>'
    )


def _label(left: float, top: float, words: str, anchor: str) -> str:
    return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}">{text(words)}</text>'


def _hint(row: str, name: str, value: Valeur) -> str:
    return f"{row}, {name} : {'secret' if isinstance(value, Secret) else told(value)}"


def _cut(words: str, most: int = 40) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _known(value: Valeur) -> int:
    return int(value) if isinstance(value, int | Decimal) else 0


def _most(values: Iterable[Valeur]) -> int:
    return max((_known(value) for value in values), default=0) or 1


def _scaled(value: Valeur, most: int, room: float) -> float:
    return _known(value) * room / most


def _share(part: Valeur, whole: Valeur) -> float | None:
    if isinstance(part, int) and isinstance(whole, int) and whole:
        return part / whole
    return None
