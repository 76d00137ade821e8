"""Every feed's example passes its schema and its suite; each broken file turns exactly one control red.

Files go through the real door: what the schema would reject there could not prove a suite.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from frictionless import Dialect, Schema, formats, system
from frictionless.resources import TableResource

from pipeline.feeds import Feed, load_feeds
from pipeline.intake.conform import Conformed, Conformer
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.quality.controls import run_suite
from pipeline.quality.results import CheckResult
from pipeline.quality.suites import Control, load_suite

BROKEN = Path(__file__).parent / "depots_casses"
EXAMPLE = "exemple-valide.csv"
PERIOD = {
    "trimestrielle": "2025-T1",
    "semestrielle": "2025-S1",
    "annuelle": "2025",
    "tous les deux ans": "2025",
    "annuelle ou trimestrielle": "2025-T1",
}
RECEIVED = date(2025, 12, 31)
FEEDS = sorted(load_feeds().values(), key=lambda feed: feed.name)
CONTROLS = [(feed, control) for feed in FEEDS for control in load_suite(feed)]

Conform = Callable[[Feed, Path, str], Conformed]


@pytest.fixture
def conform(tmp_path: Path) -> Conform:
    """Send a file through the door and give its conformed copy."""
    conformer = Conformer(Pseudonymiser(b"cle des essais, 32 octets au moins"), tmp_path)

    def pass_door(feed: Feed, path: Path, periode: str) -> Conformed:
        delivery = Delivery(feed.key, periode, "essai", path)
        none = Correspondences({}, {})
        return conformer.conform_delivery(feed, delivery, received=RECEIVED, correspondences=none, footer={})

    return pass_door


def rows_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines()) - 1


def told(results: list[CheckResult]) -> str:
    return "\n".join(
        f"{result.code}: {result.description} {result.error or ''} {result.lines}" for result in results
    )


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_schema_is_a_table_schema_and_the_example_follows_it(feed):
    schema = feed.folder / "schema.json"
    with system.use_context(trusted=True):
        resource = TableResource(
            path=str(feed.folder / EXAMPLE),
            schema=Schema.from_descriptor(str(schema)),
            dialect=Dialect(controls=[formats.CsvControl(delimiter=";")]),
        )
        report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    header = (feed.folder / EXAMPLE).read_text(encoding="utf-8").splitlines()[0]
    assert header.split(";") == [column.name for column in feed.columns]
    assert rows_of(feed.folder / EXAMPLE) >= 10


@pytest.mark.parametrize("periode", ["2025-T1", "2025-S1", "2025"])
@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_example_passes_its_suite_whatever_the_cadence(feed, periode, conform):
    example = feed.folder / EXAMPLE
    conformed = conform(feed, example, periode)
    assert conformed.rows_accepted == rows_of(example)
    assert not conformed.faults
    results = run_suite(feed, conformed.parquet, previous_rows=conformed.rows_accepted)
    red = [result for result in results if not result.success]
    assert not red, told(red)
    assert [result.code for result in results] == [control.code for control in load_suite(feed)]


@pytest.mark.parametrize(
    ("feed", "control"), CONTROLS, ids=lambda item: getattr(item, "name", None) or item.code
)
def test_broken_file_turns_its_control_red_and_no_other(feed, control: Control, conform):
    path = BROKEN / feed.name / f"{control.code}.csv"
    conformed = conform(feed, path, PERIOD[feed.cadence])
    assert conformed.rows_accepted == rows_of(path)
    assert not conformed.faults
    previous = rows_of(feed.folder / EXAMPLE) if control.ratios else None
    results = run_suite(feed, conformed.parquet, previous_rows=previous)
    red = [result for result in results if not result.success]
    assert [result.code for result in red] == [control.code], told(red)
    assert red[0].error is None
    assert set(red[0].lines) <= set(range(2, rows_of(path) + 2))
    assert len(red[0].lines) == red[0].rows_at_fault


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_each_control_has_its_broken_file_and_each_file_its_control(feed):
    files = {path.stem for path in (BROKEN / feed.name).glob("*.csv")}
    assert files == {control.code for control in load_suite(feed)}
