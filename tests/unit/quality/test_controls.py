"""Each expectation type used in the suites, pinned on DuckDB: verdict, counts and exact lines."""

from typing import Any, NamedTuple

import pytest

from pipeline.errors import MisuseError
from pipeline.quality.controls import run_suite
from pipeline.quality.suites import PROVEN_TYPES, ROW_COUNT, UNEXPECTED_ROWS

PAIR = "expect_column_pair_values_a_to_be_greater_than_b"
IGNORE_GAPS = {"ignore_row_if": "either_value_is_missing"}


class Case(NamedTuple):
    """A control over the ten rows: what it must find."""

    type: str
    kwargs: dict[str, Any]
    success: bool
    checked: int
    lines: tuple[int, ...] = ()


CASES = [
    Case(ROW_COUNT, {"min_value": 10}, True, 10),
    Case(ROW_COUNT, {"min_value": 11}, False, 10),
    Case(
        UNEXPECTED_ROWS,
        {"unexpected_rows_query": "SELECT ligne FROM {batch} WHERE montant > 9"},
        False,
        10,
        (5, 11),
    ),
    Case(
        UNEXPECTED_ROWS, {"unexpected_rows_query": "SELECT ligne FROM {batch} WHERE montant > 9999"}, True, 10
    ),
    # Lines 10 and 11 lack a date, so 8 pairs; line 5 ends in March and begins in April.
    Case(PAIR, {"column_A": "fin", "column_B": "debut", "or_equal": True, **IGNORE_GAPS}, False, 8, (5,)),
    Case(
        PAIR,
        {"column_A": "fin", "column_B": "debut", "or_equal": True, "mostly": 0.85, **IGNORE_GAPS},
        True,
        8,
        (5,),
    ),
    Case("expect_column_unique_value_count_to_be_between", {"column": "code", "max_value": 4}, True, 10),
    Case("expect_column_unique_value_count_to_be_between", {"column": "code", "max_value": 3}, False, 10),
    Case("expect_column_value_lengths_to_be_between", {"column": "nom", "max_value": 40}, False, 9, (11,)),
    Case(
        "expect_column_values_to_be_between",
        {"column": "montant", "min_value": 0, "max_value": 100},
        False,
        10,
        (5, 9),
    ),
    # 2 faults of 10 rows: 80 % pass.
    Case(
        "expect_column_values_to_be_between",
        {"column": "montant", "min_value": 0, "max_value": 100, "mostly": 0.8},
        True,
        10,
        (5, 9),
    ),
    Case(
        "expect_column_values_to_be_in_set",
        {"column": "code", "value_set": ["A1", "B2", "C3"]},
        False,
        9,
        (6,),
    ),
    Case("expect_column_values_to_be_in_set", {"column": "actif", "value_set": [True]}, False, 9, (4, 11)),
    Case("expect_column_values_to_be_unique", {"column": "nom"}, False, 9, (2, 10)),
    Case("expect_column_values_to_match_regex", {"column": "code", "regex": "^[A-Z][0-9]$"}, False, 9, (6,)),
    Case("expect_column_values_to_not_be_in_set", {"column": "effectif", "value_set": [1]}, False, 9, (2, 3)),
    Case("expect_column_values_to_not_be_null", {"column": "nom"}, False, 10, (7,)),
    # Rows of code B2 (lines 3 and 9) only; both have a name.
    Case(
        "expect_column_values_to_not_be_null",
        {"column": "nom", "row_condition": 'col("code") == "B2"', "condition_parser": "great_expectations"},
        True,
        2,
    ),
    Case("expect_column_values_to_not_match_regex", {"column": "code", "regex": "^z+$"}, False, 9, (6,)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.type}-{case.success}")
def test_type_on_duckdb(case, write_suite, write_copy, control):
    feed = write_suite([control(case.type, **case.kwargs)])
    (result,) = run_suite(feed, write_copy())
    assert result.error is None
    assert (result.success, result.lines) == (case.success, case.lines)
    assert result.rows_checked == case.checked
    assert result.rows_at_fault == len(case.lines)


def test_every_proven_type_has_a_case():
    assert {case.type for case in CASES} == set(PROVEN_TYPES)


def test_results_come_in_the_order_of_the_suite(write_suite, write_copy, control):
    feed = write_suite(
        [control(case.type, code=f"controle-{rank}", **case.kwargs) for rank, case in enumerate(CASES)]
    )
    results = run_suite(feed, write_copy())
    assert [result.code for result in results] == [f"controle-{rank}" for rank in range(len(CASES))]
    assert [result.success for result in results] == [case.success for case in CASES]


def test_result_tells_the_control(write_suite, write_copy, control):
    query = "SELECT ligne FROM {batch} WHERE montant > 9"
    feed = write_suite(
        [
            control(PAIR, column_A="fin", column_B="debut"),
            control(UNEXPECTED_ROWS, "b", unexpected_rows_query=query),
        ]
    )
    pair, custom = run_suite(feed, write_copy())
    assert (pair.code, pair.type, pair.column) == ("essai", PAIR, "fin, debut")
    assert (pair.severity, pair.description) == ("critical", "Ce que le contrôle demande, et pourquoi.")
    assert custom.column is None


def test_no_value_in_any_result(write_suite, write_copy, control):
    feed = write_suite(
        [control(case.type, code=f"controle-{rank}", **case.kwargs) for rank, case in enumerate(CASES)]
    )
    told = " ".join(repr(result) for result in run_suite(feed, write_copy()))
    assert "SECRET" not in told
    assert "xxxx" not in told
    assert "999" not in told


def test_empty_copy_passes_all_but_its_row_count(write_suite, write_copy, control, rows):
    feed = write_suite(
        [control(case.type, code=f"controle-{rank}", **case.kwargs) for rank, case in enumerate(CASES)]
    )
    empty = write_copy({column: [] for column in rows})
    red = {result.type for result in run_suite(feed, empty) if not result.success}
    assert red == {ROW_COUNT}


def test_lines_stop_at_a_thousand(write_suite, write_copy, control):
    query = "SELECT ligne FROM {batch} WHERE effectif = 1"
    feed = write_suite(
        [
            control("expect_column_values_to_not_be_in_set", column="effectif", value_set=[1]),
            control(UNEXPECTED_ROWS, "b", unexpected_rows_query=query),
        ]
    )
    copy = write_copy({"effectif": [1] * 1500, "ligne": list(range(1501, 1, -1))})
    first, second = run_suite(feed, copy)
    assert (first.rows_at_fault, second.rows_at_fault) == (1500, 1500)
    assert len(first.lines) == 1000
    assert second.lines == tuple(range(2, 1002))


def test_missing_column_is_an_error_in_french(write_suite, write_copy, control, rows):
    feed = write_suite(
        [
            control("expect_column_values_to_not_be_null", column="nom"),
            control("expect_column_values_to_not_be_null", "b", column="code", mostly=0.5),
        ]
    )
    del rows["nom"]
    missing, other = run_suite(feed, write_copy(rows))
    assert not missing.success
    assert missing.error is not None
    assert missing.error.startswith("Colonne absente de la copie contrôlée : nom.")
    assert (missing.rows_checked, missing.rows_at_fault, missing.lines) == (10, 0, ())
    assert (other.success, other.error) == (True, None)


def test_control_that_fails_to_run_stops_no_other_and_tells_no_value(write_suite, write_copy, control):
    wrong = "SELECT ligne FROM {batch} WHERE cast(nom AS INTEGER) > 1"
    feed = write_suite(
        [
            control(UNEXPECTED_ROWS, "illisible", unexpected_rows_query=wrong),
            control("expect_column_values_to_not_be_null", "b", column="code", mostly=0.5),
        ]
    )
    failed, other = run_suite(feed, write_copy())
    assert not failed.success
    assert failed.error == (
        "Le contrôle n'a pas pu s'exécuter (ConversionException). "
        "Corrigez « illisible » dans expectations/essai_mesures/suite.yml."
    )
    assert other.success


def test_refused_kwargs_name_file_and_control(write_suite, write_copy, control):
    feed = write_suite([control("expect_column_values_to_not_be_null", column="nom", mosty=0.9)])
    with pytest.raises(
        MisuseError, match=r"expectations/essai_mesures/suite\.yml, contrôle « essai ».*mosty"
    ):
        run_suite(feed, write_copy())


@pytest.mark.parametrize(("previous_rows", "success"), [(5, True), (20, True), (4, False), (21, False)])
def test_drift_is_held_against_the_previous_delivery(
    previous_rows, success, write_suite, write_copy, control
):
    # 10 rows now; allowed from half to twice: previous 5 → 3..10, 20 → 10..40, 4 → 2..8, 21 → 11..42.
    feed = write_suite([control(ROW_COUNT) | {"par_rapport_au_precedent": {"min": 0.5, "max": 2}}])
    (result,) = run_suite(feed, write_copy(), previous_rows=previous_rows)
    assert result.success is success
    assert result.rows_checked == 10


def test_drift_gives_no_result_without_a_previous_delivery(write_suite, write_copy, control):
    drift = control(ROW_COUNT) | {"par_rapport_au_precedent": {"min": 0.5, "max": 2}}
    feed = write_suite([drift, control(ROW_COUNT, "volume", min_value=1)])
    assert [result.code for result in run_suite(feed, write_copy())] == ["volume"]


def test_nothing_is_printed(write_suite, write_copy, control, capfd):
    wrong = "SELECT ligne FROM {batch} WHERE inconnue > 1"
    items = [control(case.type, code=f"controle-{rank}", **case.kwargs) for rank, case in enumerate(CASES)]
    feed = write_suite([*items, control(UNEXPECTED_ROWS, "illisible", unexpected_rows_query=wrong)])
    run_suite(feed, write_copy())
    assert capfd.readouterr() == ("", "")
