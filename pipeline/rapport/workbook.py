"""The report as a workbook: what is wrong, line by line, and the delivered rows to correct in place."""

import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name, xl_range

from pipeline.intake.xlsx_tables import DEPOSITED
from pipeline.quality.anomalies import GRAVITIES, Anomaly
from pipeline.rapport.deposited import Deposited, sheet_rows
from pipeline.rapport.summary import facts_of, percentage, stage_titles
from pipeline.spreadsheets import for_paper, row_height

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pipeline.rapport.report import Report

MOST_COMMENTS = 1000
_SUMMARY, _ANOMALIES = "Synthèse", "Anomalies"
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_LOOKS = {
    "titre": {"bold": True, "font_size": 16, "font_color": "#1F3864"},
    "sous_titre": {"bold": True, "font_size": 12, "font_color": "#1F3864"},
    "entete": {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "border": 1, "text_wrap": True},
    "libelle": {"bold": True},
    "texte": {"text_wrap": True},
    "nombre": {"align": "center"},
    "lien": {"font_color": "#0563C1", "underline": 1},
    "bloquant": {"bg_color": "#F8CBAD", "border": 2, "border_color": "#C00000"},
    "a_confirmer": {"bg_color": "#FFF2CC", "border": 2, "border_color": "#BF8F00"},
    "information": {"bg_color": "#DDEBF7"},
    "confirme": {"bg_color": "#E2EFDA", "border": 1, "border_color": "#70AD47"},
}
_OF_DECISIONS = {"accepte": "confirme", "accepte_avec_reserves": "a_confirmer", "refuse": "bloquant"}
_LISTED = (
    ("Ligne", 8),
    ("Cellule", 9),
    ("Colonne", 22),
    ("Valeur", 20),
    ("Gravité", 12),
    ("Explication", 42),
    ("Correction proposée", 28),
    ("Code", 25),
)
_REPEATED = (
    ("Gravité", 22),
    ("Colonne", 24),
    ("Ce qui ne va pas", 40),
    ("Nombre", 9),
    ("Part", 9),
    ("Que faire", 38),
    ("Code", 25),
)
_SHEET_DATA = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
_STYLE = re.compile(rb' s="(\d+)"')

Looks = Mapping[str, "Format"]


def write_workbook(report: "Report", deposited: Deposited | None, path: Path) -> None:
    """Write the report of a delivery; without `deposited`, the sheet of its rows is left out."""
    from xlsxwriter import Workbook

    target = path if deposited is None else path.with_suffix(".tmp")
    book = Workbook(str(target), _OPTIONS)
    looks = {name: book.add_format(_FONT | look) for name, look in _LOOKS.items()}
    _write_summary(book, report, looks, with_rows=deposited is not None)
    _write_anomalies(book, report, looks, deposited)
    if deposited:
        _prepare_rows(book, report, looks, deposited)
    book.close()
    if deposited:
        _fill_rows(target, path, deposited, len(book.worksheets()))
        target.unlink()


def _write_summary(book: "Workbook", report: "Report", looks: Looks, *, with_rows: bool) -> None:
    sheet = book.add_worksheet(_SUMMARY)
    for_paper(sheet, _widths(_REPEATED))
    sheet.write(0, 0, "Rapport de dépôt", looks["titre"])
    row = 2
    for label, value in facts_of(report):
        sheet.write_string(row, 0, label, looks["libelle"])
        look = looks[_OF_DECISIONS[report.findings.decision]] if value == report.decision else None
        sheet.write_string(row, 1, value, look)
        row += 1
    for sentence in _guide(report, with_rows=with_rows):
        row += 1
        sheet.write_string(row, 0, sentence)
    row += 2
    for title, items in stage_titles(report):
        sheet.write_string(row, 0, title, looks["sous_titre"])
        _write_header(sheet, row + 1, _REPEATED, looks)
        row += 2
        for item in items:
            told = GRAVITIES[item.gravity] + (" — erreur systématique" if item.is_systematic else "")
            share = percentage(item.share) if item.share else "—"
            texts = (told, item.column or "—", item.explanation, "", share, item.correction or "", item.code)
            sheet.set_row(row, row_height(texts, _widths(_REPEATED)))
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, looks["texte"])
            sheet.write_string(row, 0, told, looks[item.gravity])
            sheet.write_number(row, 3, item.times, looks["nombre"])
            sheet.write_string(row, 4, share, looks["nombre"])
            row += 1
        row += 1


def _guide(report: "Report", *, with_rows: bool) -> list[str]:
    if not report.repeated:
        return ["Rien à corriger : merci."]
    if not with_rows:
        return ["Corrigez votre fichier, puis renvoyez-le."]
    return [
        f"1. Corrigez la feuille « {DEPOSITED} » : cellules rouges, bloquant ; jaunes, à confirmer.",
        "2. Une valeur jaune est juste ? Écrivez « oui » dans la colonne « confirme » de sa ligne.",
        "3. Renvoyez ce même classeur : il est relu tel quel, sans rien effacer d'autre.",
    ]


def _write_anomalies(book: "Workbook", report: "Report", looks: Looks, deposited: Deposited | None) -> None:
    sheet = book.add_worksheet(_ANOMALIES)
    for_paper(sheet, _widths(_LISTED))
    _write_header(sheet, 0, _LISTED, looks)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(report.anomalies), 1), len(_LISTED) - 1)
    for row, item in enumerate(report.anomalies, 1):
        cells = (
            item.column,
            item.value,
            GRAVITIES[item.gravity],
            item.explanation,
            item.correction,
            item.code,
        )
        sheet.set_row(row, row_height(("", "", *cells), _widths(_LISTED)))
        if item.line:
            sheet.write_number(row, 0, item.line, looks["nombre"])
        if item.line and deposited:
            cell = f"{xl_col_to_name(item.rank or 0)}{item.line}"
            sheet.write_url(row, 1, f"internal:'{DEPOSITED}'!{cell}", looks["lien"], cell)
        for column, text in enumerate(cells, 2):
            look = looks[item.gravity] if text == GRAVITIES[item.gravity] else looks["texte"]
            sheet.write_string(row, column, text or "", look)
    total = sum(report.times.values())
    if total > len(report.anomalies):
        told = f"Les {len(report.anomalies)} premières sur {total} : toutes sont dans rejets.csv."
        sheet.write_string(len(report.anomalies) + 1, 5, told, looks["texte"])


def _prepare_rows(book: "Workbook", report: "Report", looks: Looks, deposited: Deposited) -> None:
    """Write all of the sheet but its rows: widths, comments, list of answers, and the styles to be used."""
    sheet = book.add_worksheet(DEPOSITED)
    sheet.freeze_panes(deposited.header_line, 0)
    for_paper(sheet, [18] * (len(deposited.titles) + 1), on_one_page=False)
    sheet.repeat_rows(deposited.header_line - 1)
    sheet.set_column(deposited.confirms, deposited.confirms, 12)
    first, last = deposited.header_line, max(deposited.last_line - 1, deposited.header_line)
    answers = {"validate": "list", "source": ["oui"], "error_message": "Écrivez « oui », ou laissez vide."}
    sheet.data_validation(first, deposited.confirms, last, deposited.confirms, answers)
    for rank, name in enumerate(_styles_used()):
        sheet.write_blank(0, rank, None, looks[name])
    seen: dict[tuple[int, int], list[Anomaly]] = {}
    for item in report.anomalies:
        if item.line and (len(seen) < MOST_COMMENTS or (item.line, item.rank or 0) in seen):
            seen.setdefault((item.line, item.rank or 0), []).append(item)
    for (line, rank), items in seen.items():
        told = "\n".join(" ".join(filter(None, (item.explanation, item.correction))) for item in items)
        sheet.write_comment(line - 1, rank, told, {"author": "Rapport de dépôt", "x_scale": 2})


def _styles_used() -> tuple[str, ...]:
    return ("entete", "bloquant", "a_confirmer", "confirme")


def _fill_rows(source: Path, target: Path, deposited: Deposited, rank: int) -> None:
    """Copy the workbook, the rows of its last sheet in the place of those that carry the styles."""
    filled = f"xl/worksheets/sheet{rank}.xml"
    with (
        zipfile.ZipFile(source) as model,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
    ):
        for entry in model.infolist():
            if entry.filename != filled:
                with model.open(entry) as part, book.open(entry.filename, "w") as copy:
                    shutil.copyfileobj(part, copy)
        sheet = model.read(filled)
        found = _SHEET_DATA.search(sheet)
        assert found, "the model of the sheet has rows"
        numbers = [int(number) for number in _STYLE.findall(found[0])]
        styles = dict(zip(_styles_used(), numbers, strict=True))
        whole = xl_range(0, 0, deposited.last_line - 1, len(deposited.titles))
        before = re.sub(
            rb'<dimension ref="[^"]*"', f'<dimension ref="{whole}"'.encode(), sheet[: found.start()]
        )
        with book.open(filled, "w", force_zip64=True) as rows:
            rows.write(before + b"<sheetData>")
            for part in sheet_rows(deposited, styles):
                rows.write(part.encode())
            rows.write(b"</sheetData>" + sheet[found.end() :])


def _widths(columns: Sequence[tuple[str, int]]) -> list[int]:
    return [width for _, width in columns]


def _write_header(sheet: "Worksheet", row: int, columns: tuple[tuple[str, int], ...], looks: Looks) -> None:
    for rank, (title, _) in enumerate(columns):
        sheet.write_string(row, rank, title, looks["entete"])
