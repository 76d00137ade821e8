"""The document as a workbook: one sheet of facts, one sheet per table; no text of it is a formula."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.bilan_flux.documents import Document, Tableau, told, widths
from pipeline.spreadsheets import for_paper, row_height

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_LOOKS = {
    "titre": {"bold": True, "font_size": 16, "font_color": "#1F3864"},
    "entete": {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "border": 1, "text_wrap": True},
    "libelle": {"bold": True},
    "texte": {"text_wrap": True},
    "nombre": {"align": "right", "num_format": "#,##0"},
    "decimal": {"align": "right", "num_format": "0.##"},
    "part": {"align": "right", "num_format": "0.0 %"},
    "inconnu": {"align": "right", "font_color": "#7F7F7F"},
}
_FACTS = (30, 110)
_HEADER, _TITLE_HEIGHT = 3, 24

Looks = dict[str, "Format"]


def write_workbook(document: Document, path: Path) -> None:
    """Write the document; a number stays a number, what is unknown is a dash."""
    from xlsxwriter import Workbook

    with Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": document.titre})
        looks = {name: book.add_format(_FONT | look) for name, look in _LOOKS.items()}
        _write_facts(book, document, looks)
        for tableau in document.tableaux:
            _write_table(book, tableau, looks)


def _write_facts(book: "Workbook", document: Document, looks: Looks) -> None:
    sheet = book.add_worksheet("À lire")
    for_paper(sheet, _FACTS)
    sheet.write_string(0, 0, document.titre, looks["titre"])
    notes = [(tableau.nom, f"{tableau.titre}. {tableau.note}") for tableau in document.tableaux]
    for row, (label, value) in enumerate((*document.faits, *notes), 2):
        sheet.set_row(row, row_height((label, value), _FACTS))
        sheet.write_string(row, 0, label, looks["libelle"])
        sheet.write_string(row, 1, value, looks["texte"])


def _write_table(book: "Workbook", tableau: Tableau, looks: Looks) -> None:
    sheet = book.add_worksheet(tableau.nom)
    sizes = widths(tableau.colonnes)
    for_paper(sheet, sizes)
    sheet.set_row(0, _TITLE_HEIGHT)
    sheet.write_string(0, 0, tableau.titre, looks["titre"])
    sheet.write_string(1, 0, tableau.note)
    titles = [colonne.titre for colonne in tableau.colonnes]
    sheet.set_row(_HEADER, row_height(titles, sizes))
    for rank, title in enumerate(titles):
        sheet.write_string(_HEADER, rank, title, looks["entete"])
    sheet.repeat_rows(_HEADER)
    sheet.freeze_panes(_HEADER + 1, 0)
    if not tableau.lignes:
        sheet.write_string(_HEADER + 1, 0, tableau.vide)
        return
    sheet.autofilter(_HEADER, 0, _HEADER + len(tableau.lignes), len(titles) - 1)
    for row, cells in enumerate(tableau.lignes, _HEADER + 1):
        texts = [told(cell, colonne) for cell, colonne in zip(cells, tableau.colonnes, strict=True)]
        sheet.set_row(row, row_height(texts, sizes))
        for rank, (cell, colonne) in enumerate(zip(cells, tableau.colonnes, strict=True)):
            if cell is None:
                sheet.write_string(row, rank, texts[rank], looks["inconnu"])
            elif isinstance(cell, str):
                sheet.write_string(row, rank, cell, looks["texte"])
            else:
                kind = "part" if colonne.est_part else "nombre" if isinstance(cell, int) else "decimal"
                sheet.write_number(row, rank, float(cell), looks[kind])
