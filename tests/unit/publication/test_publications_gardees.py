"""`ppgd sql --publication`: what was known on a day, even once a purge has taken the detail."""

from pathlib import Path

import pytest

from pipeline.errors import MisuseError
from pipeline.publication.consultation import query_observatoire
from pipeline.publication.kept import DATABASE
from pipeline.publication.releases import publish_release
from pipeline.settings import Settings
from tests.unit.publication.conftest import Rebuild

ENTREES = "e" * 64
FIRST, SECOND = "20240110T080000Z-aaaaaaaa", "20240710T080000Z-bbbbbbbb"
COUNT = "SELECT nombre FROM mart_delais WHERE periode = '2024-T3'"


@pytest.fixture
def deux_publications(reglages: Settings, construction: Path, rebuild: Rebuild) -> Settings:
    """12, published in January 2024, was corrected to 15 in July."""
    first = publish_release(reglages, construction, input_fingerprint=ENTREES).folder
    first.replace(first.with_name(FIRST))
    corrected = rebuild("UPDATE marts.mart_delais SET nombre = 15 WHERE nombre = 12")
    second = publish_release(reglages, corrected, input_fingerprint=ENTREES).folder
    second.replace(second.with_name(SECOND))
    return reglages


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (FIRST, 12),
        (SECOND, 15),
        ("2024-01-10", 12),
        ("2024-07-09", 12),
        ("2024-07-10", 15),
        ("2030-01-01", 15),
    ],
)
def test_a_figure_is_read_as_it_was_known(deux_publications, asked, known):
    assert query_observatoire(deux_publications, COUNT, asked).rows == ((known,),)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("2024-01-09", "gardée le 09/01/2024 ni avant"),
        ("20240110T080000Z", "inconnue"),
        ("../..", "inconnue"),
    ],
)
def test_what_is_not_kept_is_said_with_what_is(deux_publications, asked, message):
    with pytest.raises(MisuseError, match=message) as refused:
        query_observatoire(deux_publications, COUNT, asked)
    assert f"{FIRST}, {SECOND}" in str(refused.value.remede)


def test_nothing_is_kept_before_the_first_release(reglages):
    with pytest.raises(MisuseError, match="Rien n'est encore publié"):
        query_observatoire(reglages, COUNT, FIRST)


def test_a_release_without_its_detail_still_answers_by_its_marts(deux_publications):
    """A purge leaves the marts of the former releases, and no row of a demande; the door stays locked."""
    folder = deux_publications.marts / "publications" / FIRST
    (folder / DATABASE).unlink()
    assert query_observatoire(deux_publications, COUNT, FIRST).rows == ((12,),)
    with pytest.raises(MisuseError, match="fct_attributions"):
        query_observatoire(deux_publications, "FROM fct_attributions", FIRST)
    for way_out in (f"FROM read_parquet('{folder}/parquet/*')", f"FROM read_text('{folder}/manifeste.json')"):
        with pytest.raises(MisuseError, match="sort de l'observatoire"):
            query_observatoire(deux_publications, way_out, FIRST)
    for writing in ("CREATE TABLE t AS SELECT 1", "SET enable_external_access = true"):
        with pytest.raises(MisuseError, match="n'est pas une lecture"):
            query_observatoire(deux_publications, writing, FIRST)
