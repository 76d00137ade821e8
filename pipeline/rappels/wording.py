"""Dates, periods and steps, as French people write them."""

from datetime import date

from pipeline.periods import Periode

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_NAMES = {"annee": "année", "semestre": "semestre", "trimestre": "trimestre"}


def step_name(step: int) -> str:
    """Write a step as people do.

    >>> step_name(-15), step_name(7)
    ('J−15', 'J+7')
    """
    return f"J+{step}" if step > 0 else f"J−{-step}"


def told_period(periode: Periode) -> str:
    """Name a period.

    >>> told_period(Periode.parse("2025-T1")), told_period(Periode.parse("2025-S2"))
    ('1er trimestre 2025', '2e semestre 2025')
    >>> told_period(Periode.parse("2025"))
    'année 2025'
    """
    name, year = _NAMES[periode.cadence], periode.code[:4]
    if periode.cadence == "annee":
        return f"{name} {year}"
    rank = periode.code[-1]
    return f"{rank}{'er' if rank == '1' else 'e'} {name} {year}"


def told_date(day: date) -> str:
    """Write a date in words.

    >>> told_date(date(2025, 8, 1))
    '1er août 2025'
    """
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def told_days(days: int) -> str:
    """Write a number of days.

    >>> told_days(1), told_days(7)
    ('1 jour', '7 jours')
    """
    return f"{days} jour{'s' if days > 1 else ''}"


def told_bounds(periode: Periode) -> str:
    """Name the first and last days of a period."""
    return f"du {told_date(periode.premier_jour)} au {told_date(periode.dernier_jour)}"
