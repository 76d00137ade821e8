"""Periods: bounds, order, what is not one."""

from datetime import date

import pytest

from pipeline.periods import Periode


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2024-T1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-T4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-S1", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024-S2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_bounds(code, first, last):
    periode = Periode.parse(code)
    assert (periode.premier_jour, periode.dernier_jour) == (first, last)
    assert Periode.de(last, periode.cadence) == Periode.de(first, periode.cadence) == periode


@pytest.mark.parametrize(
    "code", ["2024-T5", "2024-S3", "2024-T0", "24-T1", "2024T1", "2024-t1", "1850", "", "2024-T1 "]
)
def test_what_is_not_a_period_is_said(code):
    with pytest.raises(ValueError, match="n'est pas une période"):
        Periode.parse(code)


def test_order_follows_the_calendar():
    codes = ["2025-T1", "2024", "2024-T4", "2024-S1", "2024-T1", "2023-T4"]
    assert [p.code for p in sorted(map(Periode.parse, codes))] == [
        "2023-T4", "2024-T1", "2024-S1", "2024", "2024-T4", "2025-T1",
    ]  # fmt: skip


def test_the_year_holds_its_quarters_and_not_the_reverse():
    year, quarter = Periode.parse("2024"), Periode.parse("2024-T3")
    assert year.contient(quarter)
    assert not quarter.contient(year)
    assert not Periode.parse("2024-S1").contient(quarter)


def test_the_following_period_crosses_the_year():
    assert [Periode.parse(code).suivante.code for code in ("2024-T4", "2024-S2", "2024")] == [
        "2025-T1",
        "2025-S1",
        "2025",
    ]
