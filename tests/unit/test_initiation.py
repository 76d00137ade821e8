"""The templates of a territory's parameters: read by the door once filled, refused or unseen before."""

import shutil
from datetime import date

import polars as pl
import pytest

from pipeline.acceptation import Door
from pipeline.errors import MisuseError
from pipeline.feeds import load_feeds
from pipeline.initiation import FOLDER, write_parameter_templates
from pipeline.intake.conform import Conformer
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery, discover_deliveries
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.settings import ROOT

SIREN = "244400404"
FEEDS = [feed for feed in load_feeds().values() if feed.source == "parametres"]

feeds = pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.table)


def lines_of(settings, feed):
    path = settings.donnees / FOLDER / f"{feed.table}.csv"
    return path.read_text(encoding="utf-8-sig").splitlines()


def header_rank(lines, feed):
    return lines.index(";".join(column.name for column in feed.columns))


def fill(lines, feed):
    """Write the example, which stands just above the header, where the analyst writes."""
    header = header_rank(lines, feed)
    return [*lines[: header + 1], lines[header - 1]]


def as_a_spreadsheet(lines, feed):
    """Save as a French spreadsheet does: Windows code page, CRLF, every row as wide as the widest."""
    padding = ";" * (len(feed.columns) - 1)
    rows = [line + padding if line.startswith(("#", '"#')) else line for line in lines]
    return "\r\n".join([*rows, ""]).encode("cp1252")


def as_written(lines, _):
    return "\n".join([*lines, ""]).encode("utf-8-sig")


@feeds
@pytest.mark.parametrize("save", [as_written, as_a_spreadsheet])
def test_a_filled_template_passes_the_door(feed, save, reglages, tmp_path):
    write_parameter_templates(reglages, SIREN)
    path = tmp_path / "analyste.csv"
    lines = fill(lines_of(reglages, feed), feed)
    path.write_bytes(save(lines, feed))
    conformed = Conformer(Pseudonymiser(b"k" * 32), tmp_path).conform_delivery(
        feed,
        Delivery(feed.key, "2025", "analyste", path),
        received=date(2025, 12, 31),
        correspondences=Correspondences({}, {}),
        footer={},
    )
    assert (conformed.rows_read, conformed.rows_accepted) == (1, 1)
    assert not conformed.faults
    assert not conformed.unknown_headers
    row = pl.read_parquet(conformed.parquet).row(0, named=True)
    assert row["ligne"] == len(lines)
    assert row.get("code_epci", SIREN) == SIREN


@feeds
def test_a_template_explains_each_column_and_says_where_to_copy_it(feed, reglages):
    write_parameter_templates(reglages, SIREN)
    lines = lines_of(reglages, feed)
    above = "\n".join(lines[: header_rank(lines, feed)])
    assert f"raw/parametres/{feed.table}/<annee>/analyste.csv" in above
    for column in feed.columns:
        need = "obligatoire" if column.required else "facultatif"
        assert f"# {column.name} ({need}, " in above
        assert all(f"{code} (" in above for code in column.codes)


@feeds
def test_the_siren_is_written_where_the_analyst_writes(feed, reglages):
    write_parameter_templates(reglages, SIREN)
    lines = lines_of(reglages, feed)
    names = [column.name for column in feed.columns]
    started = [";".join(SIREN if name == "code_epci" else "" for name in names)]
    assert lines[header_rank(lines, feed) + 1 :] == (started if "code_epci" in names else [])


def test_each_parameter_has_its_template_and_its_line_in_the_guide(reglages):
    written = write_parameter_templates(reglages, SIREN)
    assert sorted(path.name for path in written) == sorted(f"{feed.table}.csv" for feed in FEEDS)
    guide = (ROOT / "docs" / "parametres.md").read_text(encoding="utf-8")
    assert [feed.table for feed in FEEDS if f"| `{feed.table}` |" not in guide] == []


def test_templates_are_no_deliveries(reglages):
    write_parameter_templates(reglages, SIREN)
    assert discover_deliveries(reglages, load_feeds()) == ([], [])


@pytest.mark.parametrize(
    ("table", "reason"), [("seuils_q1", "1 ligne rejetée sur 1"), ("qpv", "au moins un quartier")]
)
def test_a_template_delivered_unfilled_is_refused(table, reason, reglages):
    write_parameter_templates(reglages, SIREN)
    place = reglages.raw / "parametres" / table / "2025" / "analyste.csv"
    place.parent.mkdir(parents=True)
    shutil.copy(reglages.donnees / FOLDER / f"{table}.csv", place)
    with Door.open(reglages) as door:
        ((decision,),) = door.decide_each(door.waiting_groups())
    assert decision.is_refused
    assert reason in " ".join(decision.record.motifs)


def test_a_file_already_there_is_left_as_it_is(reglages):
    first, *others = write_parameter_templates(reglages, SIREN)
    first.write_text("rempli à moitié", encoding="utf-8")
    others[0].unlink()
    assert write_parameter_templates(reglages, "249740119") == [others[0]]
    assert first.read_text(encoding="utf-8") == "rempli à moitié"


def test_a_siren_copied_with_its_spaces_is_understood(reglages):
    write_parameter_templates(reglages, " 244 400 404 ")
    path = reglages.donnees / FOLDER / "seuils_q1.csv"
    assert path.read_text(encoding="utf-8-sig").endswith(f"\n{SIREN};;;\n")


@pytest.mark.parametrize("siren", ["", "24440040", "2444004045", "219740117", "CINOR", "24440040404567"])
def test_what_is_not_the_siren_of_an_epci_is_refused(siren, reglages):
    with pytest.raises(MisuseError, match="n'est pas le SIREN d'un EPCI"):
        write_parameter_templates(reglages, siren)
    assert not (reglages.donnees / FOLDER).exists()
