"""The document as a PDF: A4 landscape, tables with their header on each page, the standard fonts.

Written here in plain PDF 1.4 (docs/decisions/0012): a few kinds of marks are enough, and no library of
the project writes PDF. The same document gives the same bytes.
"""

import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from pipeline.bilan_flux.documents import Document, Tableau, told
from pipeline.bilan_flux.polices import text_width

_WIDTH, _HEIGHT, _MARGIN = 842, 595, 36
_INSIDE = _WIDTH - 2 * _MARGIN
_SIZE, _HEAD, _LINE, _PAD, _HEADED = 7.5, 6.2, 9.5, 3, 120
_BLUE, _WHITE, _BLACK, _GREY, _STRIPE = "0.12 0.22 0.39", "1 1 1", "0 0 0", "0.45 0.45 0.45", "0.94 0.95 0.97"
_NOT_IN_FONT = str.maketrans({"−": "-", "≤": "<=", "≥": ">=", "\u202f": "\u00a0"})


def write_pdf(document: Document, path: Path) -> None:
    """Write the document."""
    layout = _Layout(document.titre)
    layout.title(document.titre)
    for label, value in document.faits:
        layout.fact(label, value)
    for tableau in document.tableaux:
        layout.table(tableau)
    path.write_bytes(_assemble(layout.finished(), document.titre))


class _Layout:
    """Pages being filled, from the top of each to its foot."""

    def __init__(self, foot: str) -> None:
        self._foot = foot
        self._pages: list[list[str]] = []
        self._y = 0.0
        self._open()

    def _open(self) -> None:
        self._pages.append([])
        self._y = _HEIGHT - _MARGIN

    def _room(self, height: float) -> bool:
        return self._y - height >= _MARGIN + _LINE

    def _draw(
        self, text: str, x: float, *, size: float = _SIZE, bold: bool = False, ink: str = _BLACK
    ) -> None:
        font = "F2" if bold else "F1"
        mark = f"{ink} rg BT /{font} {size} Tf {x:.2f} {self._y:.2f} Td ({_escaped(text)}) Tj ET"
        self._pages[-1].append(mark)

    def _fill(self, bottom: float, height: float, ink: str) -> None:
        self._pages[-1].append(f"{ink} rg {_MARGIN} {bottom:.2f} {_INSIDE} {height:.2f} re f")

    def title(self, text: str) -> None:
        self._y -= 16
        self._draw(text, _MARGIN, size=16, bold=True, ink=_BLUE)
        self._y -= 8

    def fact(self, label: str, value: str) -> None:
        lines = list(_folded(value, _INSIDE - 150, 9))
        for rank, line in enumerate(lines):
            self._y -= 12
            if rank == 0:
                self._draw(label, _MARGIN, size=9, bold=True)
            self._draw(line, _MARGIN + 150, size=9)

    def table(self, tableau: Tableau) -> None:
        """Draw a table; its header is said again on each page."""
        sizes = _shares(tableau)
        rows = [
            [told(cell, colonne) for cell, colonne in zip(cells, tableau.colonnes, strict=True)]
            for cells in tableau.lignes
        ]
        right = [
            any(isinstance(cells[rank], int | float | Decimal) for cells in tableau.lignes)
            for rank in range(len(sizes))
        ]
        if not self._room(_HEADED):
            self._open()
        self._y -= 26
        self._draw(tableau.titre, _MARGIN, size=12, bold=True, ink=_BLUE)
        for line in _folded(tableau.note, _INSIDE, 8):
            self._y -= 11
            self._draw(line, _MARGIN, size=8, ink=_GREY)
        self._y -= 6
        if not rows:
            self._y -= 11
            self._draw(tableau.vide, _MARGIN, size=9)
            return
        titles = [colonne.titre for colonne in tableau.colonnes]
        self._row(titles, sizes, right, look="entete")
        for rank, row in enumerate(rows):
            if not self._room(_row_height(row, sizes)):
                self._open()
                self._row(titles, sizes, right, look="entete")
            self._row(row, sizes, right, look="pair" if rank % 2 else "impair")

    def _row(self, cells: Sequence[str], sizes: Sequence[float], right: Sequence[bool], *, look: str) -> None:
        head = look == "entete"
        height, letters = _row_height(cells, sizes, head=head), _HEAD if head else _SIZE
        top = self._y
        if look != "impair":
            self._fill(top - height, height, _BLUE if head else _STRIPE)
        x = float(_MARGIN)
        for text, size, is_number in zip(cells, sizes, right, strict=True):
            self._y = top - 1
            for line in _folded(text, size - 2 * _PAD, letters, bold=head):
                self._y -= _LINE - 1.5
                free = size - 2 * _PAD - text_width(line, letters, bold=head)
                start = x + _PAD + (free if is_number else 0)
                self._draw(line, start, size=letters, bold=head, ink=_WHITE if head else _BLACK)
                self._y -= 1.5
            x += size
        self._y = top - height

    def finished(self) -> list[str]:
        """Return the marks of each page, its number at its foot."""
        for rank, page in enumerate(self._pages, 1):
            said = _escaped(f"{self._foot} — page {rank} sur {len(self._pages)}")
            page.append(f"{_GREY} rg BT /F1 7 Tf {_MARGIN} {_MARGIN - 14} Td ({said}) Tj ET")
        return ["\n".join(page) for page in self._pages]


def _shares(tableau: Tableau) -> list[float]:
    total = sum(colonne.largeur for colonne in tableau.colonnes)
    return [_INSIDE * colonne.largeur / total for colonne in tableau.colonnes]


def _row_height(cells: Sequence[str], sizes: Sequence[float], *, head: bool = False) -> float:
    letters = _HEAD if head else _SIZE
    most = max(
        len(list(_folded(text, size - 2 * _PAD, letters, bold=head)))
        for text, size in zip(cells, sizes, strict=True)
    )
    return most * _LINE + 3


def _folded(text: str, room: float, size: float, *, bold: bool = False) -> Iterator[str]:
    """Yield a text line by line, cut between words; a word longer than the room is left whole."""
    line = ""
    for word in text.translate(_NOT_IN_FONT).replace(" :", "\u00a0:").split(" "):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, bold=bold) > room:
            yield line
            line = word
        else:
            line = longer
    yield line


def _escaped(text: str) -> str:
    known = text.translate(_NOT_IN_FONT).encode("cp1252", "replace").decode("cp1252")
    return known.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _assemble(pages: Sequence[str], title: str) -> bytes:
    """Put the objects one after the other, then the table that says where each begins."""
    kids = " ".join(f"{6 + 2 * rank} 0 R" for rank in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"),
        font.format("Helvetica").encode("ascii"),
        font.format("Helvetica-Bold").encode("ascii"),
        f"<< /Title ({_escaped(title)}) >>".encode("cp1252"),
    ]
    for rank, page in enumerate(pages):
        content = zlib.compress(page.encode("cp1252"), 9)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {7 + 2 * rank} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode("ascii"),
            f"<< /Length {len(content)} /Filter /FlateDecode >>\nstream\n".encode("ascii")
            + content
            + b"\nendstream",
        ]
    written, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for rank, item in enumerate(objects, 1):
        places.append(len(written))
        written += f"{rank} 0 obj\n".encode("ascii") + item + b"\nendobj\n"
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    )
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{entries}{trailer}"
    return bytes(written) + table.encode("ascii")
