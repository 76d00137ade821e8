"""Runs the suite of a feed on a conformed copy and tells what it found, line by line, value by none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import MisuseError
from pipeline.feeds import Feed
from pipeline.quality.results import CheckResult
from pipeline.quality.suites import QUERY, UNEXPECTED_ROWS, Control, load_suite

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

    from pipeline.quality.duckdb_datasource import ConformedCopy

MOST_LINES = 1000
_COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}
_LINES = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": MOST_LINES,
    "unexpected_index_column_names": ["ligne"],
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
_DUCKDB_FAULT = re.compile(r"\(_?duckdb\.(\w+)\)")


def run_suite(feed: Feed, parquet: Path, *, previous_rows: int | None = None) -> list[CheckResult]:
    """Check a conformed copy; results come in the order of the suite.

    `previous_rows` is the number of rows of the previous delivery of the feed by the same
    provider; without one, controls that compare with it give no result. A control that cannot
    run is a failure with `error`. Raises MisuseError when the suite itself is wrong.
    """
    controls = [
        control.against(previous_rows)
        for control in load_suite(feed)
        if control.ratios is None or previous_rows is not None
    ]
    expectations = {control.code: _expectation(feed, control) for control in controls}

    from pipeline.quality.duckdb_datasource import open_copy

    with open_copy(parquet) as copy:
        found = _validate(copy, expectations)
        return [_told(feed, control, found[control.code], copy) for control in controls]


def _validate(
    copy: "ConformedCopy", expectations: "Mapping[str, Expectation]"
) -> "dict[str, ExpectationValidationResult]":
    """Count for all, then look for the lines of those that found something: lines cost more than counts."""
    found = _results(copy, expectations.values(), _COUNTS)
    at_fault = [expectations[code] for code, result in found.items() if _found_something(result)]
    return found | (_results(copy, at_fault, _LINES) if at_fault else {})


def _results(
    copy: "ConformedCopy", expectations: "Iterable[Expectation]", result_format: dict[str, Any]
) -> "dict[str, ExpectationValidationResult]":
    from great_expectations import ExpectationSuite

    suite = ExpectationSuite(name="suite", expectations=list(expectations))
    outcome = copy.batch.validate(suite, result_format=result_format)
    return {_code_of(result): result for result in outcome.results}


def _found_something(result: "ExpectationValidationResult") -> bool:
    return not result.success or bool(result.result.get("unexpected_count"))


def _code_of(result: "ExpectationValidationResult") -> str:
    config = result.expectation_config
    assert config is not None
    assert config.meta is not None
    return config.meta["code"]


def _expectation(feed: Feed, control: Control) -> "Expectation":
    from great_expectations.compatibility.pydantic import ValidationError
    from great_expectations.expectations.registry import get_expectation_impl

    try:
        return get_expectation_impl(control.type)(**control.kwargs, meta={"code": control.code})
    except ValidationError as error:
        refused = ", ".join(sorted({str(item["loc"][0]) for item in error.errors()}))
        raise MisuseError(
            f"expectations/{feed.name}/suite.yml, contrôle « {control.code} » : kwargs refusés ({refused}).",
            remede=f"Corrigez-les d'après la documentation de {control.type}.",
        ) from error


def _told(
    feed: Feed, control: Control, found: "ExpectationValidationResult", copy: "ConformedCopy"
) -> CheckResult:
    error = _error(feed, control, found.exception_info, copy.columns)
    counts = {} if error else found.result
    lines = _lines(control, counts, copy)
    by_row = "unexpected_count" in counts
    return CheckResult(
        code=control.code,
        type=control.type,
        column=", ".join(control.columns) or None,
        severity=control.severity,
        description=control.description,
        success=bool(found.success) and error is None,
        rows_checked=_rows_checked(counts) if by_row else copy.rows,
        rows_at_fault=_rows_at_fault(control, counts),
        lines=lines,
        error=error,
    )


def _rows_checked(counts: Mapping[str, Any]) -> int:
    return counts["element_count"] - (counts.get("missing_count") or 0)


def _rows_at_fault(control: Control, counts: Mapping[str, Any]) -> int:
    if control.type == UNEXPECTED_ROWS:
        return counts.get("observed_value", 0)
    return counts.get("unexpected_count") or 0


def _lines(control: Control, counts: Mapping[str, Any], copy: "ConformedCopy") -> tuple[int, ...]:
    if control.type == UNEXPECTED_ROWS and counts.get("observed_value"):
        return copy.lines_of(control.kwargs[QUERY], most=MOST_LINES)
    groups: Sequence[Mapping[str, list[int]]] = counts.get("partial_unexpected_index_list") or ()
    return tuple(sorted(line for group in groups for line in group["ligne"]))


def _error(
    feed: Feed, control: Control, exception_info: Mapping[str, Any], columns: frozenset[str]
) -> str | None:
    """Tell why a control could not run: GX's own message may hold a value, so it is not repeated."""
    if not exception_info or exception_info.get("raised_exception") is False:
        return None
    if missing := sorted(set(control.columns) - columns):
        return (
            f"Colonne absente de la copie contrôlée : {', '.join(missing)}. "
            "La copie date d'un autre schéma : relancez « ppgd construire »."
        )
    messages = " ".join(str(item.get("exception_message")) for item in _exceptions(exception_info))
    kinds = sorted(set(_DUCKDB_FAULT.findall(messages)))
    reason = f" ({', '.join(kinds)})" if kinds else ""
    return (
        f"Le contrôle n'a pas pu s'exécuter{reason}. "
        f"Corrigez « {control.code} » dans expectations/{feed.name}/suite.yml."
    )


def _exceptions(exception_info: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the exceptions: GX gives one, or one per metric."""
    return [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
