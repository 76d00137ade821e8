"""The templates of every feed: filled, the door accepts them; blank, it finds no row in them."""

from datetime import date

import fastexcel
import polars as pl
import pytest
from xlsxwriter import Workbook

from pipeline.errors import MisuseError
from pipeline.feeds import load_feeds
from pipeline.intake.conform import Conformer, read_table
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.headers import HeaderBook
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.modeles import write_templates
from tests.depots import exemple

FEEDS = list(load_feeds().values())
feeds = pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)


def rows_of(path, feed, tmp_path):
    """The header that the door recognises in a template, and the rows below it."""
    table = read_table(path, tmp_path, HeaderBook(feed).score)
    return table.headers, table.frame.collect()


def example_rows(feed):
    """The valid example of a feed, by column."""
    book = HeaderBook(feed)
    lines = exemple(feed.key).lstrip("\ufeff").splitlines()
    delimiter = ";" if ";" in lines[0] else ","
    ranks = book.map_headers(lines[0].split(delimiter)).ranks
    return [{name: line.split(delimiter)[rank] for name, rank in ranks.items()} for line in lines[1:]]


def as_csv(template, target, feed):
    """Write the example's rows under the titles."""
    lines = template.read_text(encoding="utf-8-sig").splitlines()
    names = [column.name for column in feed.columns if column.treatment != "ecarter"]
    filled = [";".join(row.get(name, "") for name in names) for row in example_rows(feed)]
    target.write_text("\n".join([*lines, *filled]) + "\n", encoding="utf-8")


def as_workbook(template, target, feed):
    """Copy the sheet to fill, with the example's rows under the titles, its other sheets after it."""
    model = fastexcel.read_excel(template)
    names = [column.name for column in feed.columns if column.treatment != "ecarter"]
    filled = [[row.get(name, "") for name in names] for row in example_rows(feed)]
    with Workbook(str(target), {"strings_to_formulas": False}) as book:
        for rank, name in enumerate(model.sheet_names):
            cells = model.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()
            sheet = book.add_worksheet(name)
            for row, values in enumerate([*cells, *(filled if rank == 0 else ())]):
                sheet.write_row(row, 0, [value or "" for value in values])


@feeds
@pytest.mark.parametrize(("extension", "fill"), [(".csv", as_csv), (".xlsx", as_workbook)])
def test_a_filled_template_passes_the_door(feed, extension, fill, tmp_path):
    templates = write_templates(feed.key, tmp_path / "modeles")
    filled = tmp_path / f"essai{extension}"
    fill(next(path for path in templates if path.suffix == extension), filled, feed)
    conformed = Conformer(Pseudonymiser(b"k" * 32), tmp_path, FEEDS).conform_delivery(
        feed,
        Delivery(feed.key, "2025", "essai", filled),
        received=date(2026, 12, 31),
        correspondences=Correspondences(),
        footer={},
    )
    expected = len(example_rows(feed))
    assert (conformed.rows_read, conformed.rows_accepted) == (expected, expected)
    assert conformed.unknown_headers == ()
    assert not conformed.faults


@feeds
def test_a_blank_template_holds_no_row_and_every_title_is_known(feed, tmp_path):
    for path in write_templates(feed.key, tmp_path / "modeles"):
        headers, rows = rows_of(path, feed, tmp_path)
        mapped = HeaderBook(feed).map_headers(headers)
        asked = [column.name for column in feed.columns if column.treatment != "ecarter"]
        assert [name for name, _ in sorted(mapped.ranks.items(), key=lambda item: item[1])] == asked
        assert rows.filter(pl.any_horizontal(pl.col("^c\\d+$").is_not_null())).is_empty()


def test_an_unknown_feed_or_a_template_already_there_is_a_misuse(tmp_path):
    with pytest.raises(MisuseError, match="bailleurs/attributions"):
        write_templates("bailleurs/attribution", tmp_path)
    write_templates("bailleurs/attributions", tmp_path)
    with pytest.raises(MisuseError, match="déjà là"):
        write_templates("bailleurs/attributions", tmp_path)
