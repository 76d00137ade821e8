"""How our workbooks look on paper: pages, widths, rows as high as their text."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LINE_HEIGHT, _ROOM, _A4 = 15, 1.05, 9


def row_height(texts: Sequence[str | None], widths: Sequence[int]) -> int:
    """Return the height of a row, in points, that shows its longest text whole.

    >>> row_height(["oui", "Date de signature du bail"], [10, 20])
    30
    """
    pairs = zip(texts, widths, strict=True)
    return _LINE_HEIGHT * max(ceil(len(text or " ") * _ROOM / width) for text, width in pairs)


def for_paper(sheet: "Worksheet", widths: Sequence[int], *, on_one_page: bool = True) -> None:
    """Set the widths of a sheet and print it across the page, whole unless it is too wide to be read so."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    if on_one_page:
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
    for rank, width in enumerate(widths):
        sheet.set_column(rank, rank, width)
