"""A suite that could not run is refused before it runs, every problem named."""

import pytest

from pipeline.errors import MisuseError
from pipeline.feeds import load_feeds
from pipeline.quality.suites import ROW_COUNT, UNEXPECTED_ROWS, Ratios, load_suite

NOT_NULL = "expect_column_values_to_not_be_null"


def refusal(feed):
    with pytest.raises(MisuseError) as caught:
        load_suite(feed)
    return caught.value


@pytest.mark.parametrize("feed", load_feeds().values(), ids=lambda feed: feed.name)
def test_suites_of_the_project_are_read(feed):
    controls = load_suite(feed)
    assert len(controls) >= 6
    assert ROW_COUNT in {control.type for control in controls}


def test_suite_is_read_in_its_order(write_suite, control):
    drift = control(ROW_COUNT, "volume-stable") | {"par_rapport_au_precedent": {"min": 0.5, "max": 2}}
    wrapped = control(NOT_NULL, "nom-present", column="nom") | {"description": "Sur deux\n  lignes.\n"}
    volume, present = load_suite(write_suite([drift, wrapped]))
    assert (volume.code, volume.ratios) == ("volume-stable", Ratios(0.5, 2))
    assert (present.columns, present.description) == (("nom",), "Sur deux lignes.")


def test_unknown_type_names_the_proven_ones(write_suite, control):
    error = refusal(write_suite([control("expect_column_to_be_nice", column="nom")]))
    assert "expectations/essai_mesures/suite.yml : contrôle « essai » : type inconnu" in error.constat
    assert NOT_NULL in error.constat
    assert error.remede


def test_every_problem_is_named_at_once(write_suite, control):
    error = refusal(
        write_suite(
            [
                control(NOT_NULL, "un", column="absente"),
                control(NOT_NULL, "deux"),
                control(ROW_COUNT, "trois") | {"severity": "grave"},
                control(ROW_COUNT, "trois"),
            ]
        )
    )
    for problem in (
        "contrôle « un » : colonne absente de la copie contrôlée « absente »",
        "contrôle « deux » : « kwargs » : il manque « column »",
        "contrôle « trois » : « severity » vaut critical ou warning",
        "code en double « trois »",
    ):
        assert problem in error.constat


@pytest.mark.parametrize("key", ["code", "type", "kwargs", "severity", "description"])
def test_missing_key(key, write_suite, control):
    item = control(ROW_COUNT)
    del item[key]
    assert f"il manque « {key} »" in refusal(write_suite([item])).constat


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"code": "Déjà vu"}, "le code s'écrit en minuscules"),
        ({"mostly": 0.9}, "clé inconnue « mostly »"),
        ({"description": " "}, "la description est vide"),
        ({"kwargs": None}, "« kwargs » doit être une liste de clés"),
        ({"par_rapport_au_precedent": {"min": 2}}, "s'écrit {min: 0.5, max: 2}"),
        ({"par_rapport_au_precedent": {"min": 2, "max": 1}}, "s'écrit {min: 0.5, max: 2}"),
        ({"par_rapport_au_precedent": {"min": 1, "max": 2}, "kwargs": {"min_value": 1}}, "ne va qu'avec"),
    ],
)
def test_wrong_item(change, problem, write_suite, control):
    assert problem in refusal(write_suite([control(ROW_COUNT) | change])).constat


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM {batch}",
        "SELECT nom FROM {batch}",
        "SELECT ligne, nom FROM {batch}",
        "SELECT ligne FROM livraison",
    ],
)
def test_query_of_rows_gives_lines_of_the_batch_and_nothing_else(query, write_suite, control):
    error = refusal(write_suite([control(UNEXPECTED_ROWS, unexpected_rows_query=query)]))
    assert "ne rend que des lignes" in error.constat


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("controles: [", "ne se lit pas"),
        ("", "n'a pas de liste « controles: »"),
        ({"controles": []}, "n'a pas de liste « controles: »"),
        (["texte"], "le contrôle n° 1 n'est pas une liste de clés"),
    ],
)
def test_file_that_is_no_suite(content, found, write_suite):
    assert found in refusal(write_suite(content)).constat


def test_missing_file(write_suite, control):
    feed = write_suite([control(ROW_COUNT)])
    feed.suite_path.unlink()
    assert "expectations/essai_mesures/suite.yml manque." in refusal(feed).constat
