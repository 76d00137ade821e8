"""The look of every page we write: one file, no script, nothing asked of the network."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
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
"""


def page(title: str, body: Iterable[str], style: str = "") -> str:
    """Return a whole page; `style` adds to the theme."""
    head = (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text(title)}</title>",
        f"<style>{STYLE}{style}</style></head><body>",
    )
    return "\n".join([*head, *body, "</body></html>", ""])


def text(words: str) -> str:
    """Escape a text, its French quotes never parted from what they hold."""
    return escape(words).replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def table(titles: Sequence[str], rows: Iterable[str]) -> str:
    """Return a table of rows already written."""
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="table"><table>{body}</table></div>'
