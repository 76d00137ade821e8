"""Blank templates of a feed, made from its schema alone: a workbook with its lists, and its CSV twin."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MisuseError
from pipeline.feeds import Column, Feed, load_feeds
from pipeline.initiation import examples_of, form_of
from pipeline.spreadsheets import for_paper, row_height

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_ENTRY, _GUIDE, _LISTS = "Saisie", "Mode d'emploi", "Listes"
_ROWS = 5000
_HEADER = 2
_WIDTH, _FITTING = 20, 16
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False}
_GUIDE_COLUMNS = (
    ("Colonne", 28),
    ("Obligatoire", 13),
    ("Forme", 17),
    ("Exemple", 20),
    ("Ce qu'elle dit", 48),
    ("Valeurs", 48),
)
_TITLE = {"bold": True, "font_color": "#FFFFFF", "border": 1, "text_wrap": True, "valign": "top"}
_MUST, _MAY, _EXAMPLE = "#1F3864", "#7F7F7F", "#DDEBF7"


def write_templates(key: str, folder: Path) -> list[Path]:
    """Write the templates of a feed; raises MisuseError on an unknown feed or a template already there."""
    feeds = load_feeds()
    if key not in feeds:
        raise MisuseError(f"Flux inconnu « {key} ».", remede=f"Flux connus : {', '.join(sorted(feeds))}.")
    feed, folder = feeds[key], folder.expanduser()
    paths = [folder / f"modele-{feed.name}{extension}" for extension in (".xlsx", ".csv")]
    if there := [path for path in paths if path.exists()]:
        raise MisuseError(
            f"Un modèle est déjà là : {there[0]}.", remede="Déplacez-le, ou choisissez un autre --sortie."
        )
    folder.mkdir(parents=True, exist_ok=True)
    _write_workbook(feed, paths[0])
    _write_csv(feed, paths[1])
    return paths


def _asked(feed: Feed) -> list[Column]:
    """Return the columns to fill: those that the door drops are not asked for."""
    return [column for column in feed.columns if column.treatment != "ecarter"]


def _reminder(feed: Feed) -> str:
    told = "L'exemple ci-dessous n'est pas lu : écrivez sous les titres."
    return f"{feed.title} : une ligne par {feed.grain}. {told}"


def _example(feed: Feed) -> list[str]:
    examples = examples_of(feed)
    return [_as_delivered(column, examples.get(column.name, "")) for column in _asked(feed)]


def _as_delivered(column: Column, example: str) -> str:
    return next(iter(column.codes), "") if column.codes and not example else example


def _write_csv(feed: Feed, path: Path) -> None:
    import csv

    with path.open("x", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter=";", lineterminator="\r\n")
        rows.writerow([_reminder(feed)])
        rows.writerow(_example(feed))
        rows.writerow([column.title for column in _asked(feed)])


def _write_workbook(feed: Feed, path: Path) -> None:
    from xlsxwriter import Workbook

    book = Workbook(str(path), _OPTIONS)
    _write_entry(book, feed)
    _write_guide(book, feed)
    _write_lists(book, feed)
    book.close()


def _write_entry(book: "Workbook", feed: Feed) -> None:
    """Write the sheet to fill; the example is above the titles, where the door does not read."""
    sheet = book.add_worksheet(_ENTRY)
    sheet.freeze_panes(_HEADER + 1, 0)
    titles_of = [column.title for column in _asked(feed)]
    for_paper(sheet, [_WIDTH] * len(titles_of), on_one_page=False)
    sheet.set_row(_HEADER, row_height(titles_of, [_FITTING] * len(titles_of)))
    sheet.write_string(0, 0, _reminder(feed))
    text = book.add_format({"num_format": "@"})
    example = book.add_format({"num_format": "@", "italic": True, "bg_color": _EXAMPLE})
    titles = {
        needed: book.add_format(_TITLE | {"bg_color": _MUST if needed else _MAY}) for needed in (True, False)
    }
    lists = 0
    for rank, (column, value) in enumerate(zip(_asked(feed), _example(feed), strict=True)):
        sheet.set_column(rank, rank, _WIDTH, text)
        sheet.write_string(_HEADER, rank, column.title, titles[column.header_required])
        sheet.write_comment(
            _HEADER, rank, _explanation(column), {"author": "Modèle", "x_scale": 2.5, "y_scale": 1.5}
        )
        sheet.write_string(1, rank, value, example)
        if answers := _answers(column):
            sheet.data_validation(_HEADER + 1, rank, _ROWS, rank, _choice(column, answers, lists))
            lists += 1


def _choice(column: Column, answers: Sequence[str], rank: int) -> dict[str, object]:
    """Return the drop-down list of a column; an open list warns, a closed one refuses."""
    from xlsxwriter.utility import xl_range_abs

    return {
        "validate": "list",
        "source": f"={_LISTS}!{xl_range_abs(1, rank, len(answers), rank)}",
        "error_type": "stop" if column.closed_list or column.type == "boolean" else "warning",
        "error_title": "Valeur hors liste",
        "error_message": "Choisissez une valeur de la liste.",
    }


def _answers(column: Column) -> list[str]:
    if column.codes:
        return list(column.codes)
    if column.type == "boolean":
        return [*column.true_values[:1], *column.false_values[:1]]
    return []


def _write_guide(book: "Workbook", feed: Feed) -> None:
    sheet = book.add_worksheet(_GUIDE)
    widths = [width for _, width in _GUIDE_COLUMNS]
    for_paper(sheet, widths)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format(_TITLE | {"bg_color": _MUST})
    sheet.write_string(0, 0, f"{feed.title} : une ligne par {feed.grain}.", book.add_format({"bold": True}))
    sheet.write_string(1, 0, feed.description)
    sheet.write_string(2, 0, f"Remplissez la feuille « {_ENTRY} », sous la ligne des titres, et envoyez.")
    for rank, (title, _) in enumerate(_GUIDE_COLUMNS):
        sheet.write_string(4, rank, title, head)
    for row, (column, example) in enumerate(zip(_asked(feed), _example(feed), strict=True), 5):
        cells = _guide_cells(column, example)
        sheet.set_row(row, row_height(cells, widths))
        _write_row(sheet, row, cells, wrapped)


def _write_row(sheet: "Worksheet", row: int, cells: Sequence[str], look: "Format") -> None:
    for rank, cell in enumerate(cells):
        sheet.write_string(row, rank, cell, look)


def _guide_cells(column: Column, example: str) -> tuple[str, ...]:
    return (column.title, _need(column), form_of(column), example, column.description, _values(column))


def _need(column: Column) -> str:
    if column.required:
        return "oui"
    return "oui, même vide" if column.header_required else "non"


def _values(column: Column) -> str:
    return " ; ".join(f"{code} : {spec.libelle}" for code, spec in column.codes.items())


def _explanation(column: Column) -> str:
    return f"{column.description}\nForme : {form_of(column)}. Obligatoire : {_need(column)}."


def _write_lists(book: "Workbook", feed: Feed) -> None:
    sheet = book.add_worksheet(_LISTS)
    listed = [column for column in _asked(feed) if _answers(column)]
    for rank, column in enumerate(listed):
        sheet.write_string(0, rank, column.name)
        for row, answer in enumerate(_answers(column), 1):
            sheet.write_string(row, rank, answer)
    sheet.hide()
