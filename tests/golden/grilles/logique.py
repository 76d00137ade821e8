"""Three-valued logic, calendars and bounds for the reference, in plain Python: unknown is None."""

from datetime import date
from decimal import Decimal


def months_before(day: date, months: int) -> date:
    """Go back whole months; the last day of a shorter month stands for the days it lacks."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    candidate = day.day
    while True:
        try:
            return date(year, month, candidate)
        except ValueError:
            candidate -= 1


def within(points: Decimal, part: dict) -> Decimal:
    if "plancher" in part and points < part["plancher"]:
        points = part["plancher"]
    if "plafond" in part and points > part["plafond"]:
        points = part["plafond"]
    return Decimal(points)


def both(values: list) -> bool | None:
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def either(values: list) -> bool | None:
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


def as_list(value: object) -> list:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
