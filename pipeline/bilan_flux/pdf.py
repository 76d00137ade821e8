"""The document as a PDF: A4 landscape, tables with their header on each page, the same bytes each time."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.bilan_flux.documents import Cell, Document, Tableau, told, widths

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable, Table

_MARGIN, _FRAME, _LABELS = 30, 6, 150
_BLUE, _STRIPE, _GREY = "#1F3864", "#F0F2F7", "#737373"
_NOT_IN_FONT = str.maketrans({"−": "-", "≤": "<=", "≥": ">=", "\u202f": "\u00a0"})
_LOOKS: dict[str, dict[str, Any]] = {
    "titre": {"fontName": "Helvetica-Bold", "fontSize": 16, "leading": 22, "textColor": _BLUE},
    "sous_titre": {
        "fontName": "Helvetica-Bold",
        "fontSize": 12,
        "leading": 15,
        "spaceBefore": 14,
        "textColor": _BLUE,
    },
    "note": {"fontSize": 8, "leading": 11, "spaceAfter": 4, "textColor": _GREY},
    "libelle": {"fontName": "Helvetica-Bold", "fontSize": 9, "leading": 12},
    "fait": {"fontSize": 9, "leading": 12},
    "entete": {"fontName": "Helvetica-Bold", "fontSize": 6.2, "leading": 8, "textColor": "white"},
    "entete_nombre": {
        "fontName": "Helvetica-Bold",
        "fontSize": 6.2,
        "leading": 8,
        "textColor": "white",
        "alignment": 2,
    },
    "texte": {"fontSize": 7.5, "leading": 9.5},
    "nombre": {"fontSize": 7.5, "leading": 9.5, "alignment": 2},
}


def write_pdf(document: Document, path: Path) -> None:
    """Write the document."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import SimpleDocTemplate

    looks = _looks()
    pages = SimpleDocTemplate(
        str(path),
        pagesize=landscape(A4),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=document.titre,
        lang="fr-FR",
        invariant=1,
    )
    inside = pages.width - 2 * _FRAME
    story: list[Flowable] = [_paragraph(document.titre, looks["titre"]), _facts(document, looks, inside)]
    for tableau in document.tableaux:
        story += _table(tableau, looks, inside)
    pages.build(story, canvasmaker=_numbered(document.titre))


def _looks() -> dict[str, "ParagraphStyle"]:
    from reportlab.lib.styles import ParagraphStyle

    return {name: ParagraphStyle(name, **look) for name, look in _LOOKS.items()}


def _paragraph(text: str, look: "ParagraphStyle") -> "Flowable":
    """Return a text as it is: nothing in it is markup."""
    from xml.sax.saxutils import escape

    from reportlab.platypus import Paragraph

    known = text.translate(_NOT_IN_FONT).encode("cp1252", "replace").decode("cp1252")
    return Paragraph(escape(known.replace(" :", "\u00a0:")), look)


def _facts(document: Document, looks: dict[str, "ParagraphStyle"], width: float) -> "Table":
    from reportlab.platypus import Table

    rows = [
        [_paragraph(label, looks["libelle"]), _paragraph(value, looks["fait"])]
        for label, value in document.faits
    ]
    return Table(rows, colWidths=[_LABELS, width - _LABELS], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])


def _table(tableau: Tableau, looks: dict[str, "ParagraphStyle"], width: float) -> list["Flowable"]:
    """Return a table under its title; its header is said again on each page."""
    from reportlab.platypus import CondPageBreak, Table

    head = [
        CondPageBreak(120),
        _paragraph(tableau.titre, looks["sous_titre"]),
        _paragraph(tableau.note, looks["note"]),
    ]
    if not tableau.lignes:
        return [*head, _paragraph(tableau.vide, looks["fait"])]
    rows = [[_paragraph(title, looks[look]) for title, look in _titles(tableau)]]
    rows += [
        [
            _paragraph(told(cell, colonne), looks[_look_of(cell)])
            for cell, colonne in zip(cells, tableau.colonnes, strict=True)
        ]
        for cells in tableau.lignes
    ]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("BACKGROUND", (0, 0), (-1, 0), _BLUE),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), ["white", _STRIPE]),
    ]
    total = sum(widths(tableau.colonnes))
    sizes = [width * size / total for size in widths(tableau.colonnes)]
    return [*head, Table(rows, colWidths=sizes, repeatRows=1, style=style)]


def _look_of(cell: Cell) -> str:
    return "texte" if isinstance(cell, str) else "nombre"


def _titles(tableau: Tableau) -> Iterator[tuple[str, str]]:
    """Yield the title of each column and its look: over numbers, it stands as they do."""
    for colonne, cells in zip(tableau.colonnes, zip(*tableau.lignes, strict=True), strict=True):
        is_text = any(isinstance(cell, str) for cell in cells)
        yield colonne.titre, "entete" if is_text else "entete_nombre"


def _numbered(foot: str) -> Any:
    """Return the canvas that says, at the foot of each page, which one it is and of how many."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):
        """Keep each page until their number is known."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 the name is ReportLab's
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for rank, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                self.setFont("Helvetica", 7)
                self.setFillColor(_GREY)
                said = f"{foot} — page {rank} sur {len(self._kept)}"
                self.drawString(_MARGIN + _FRAME, _MARGIN - 14, said)
                super().showPage()
            super().save()

    return Numbered
