"""What to write instead of a value at fault, when the value itself tells: a date's form, a near code."""

import re
from datetime import date, timedelta

from pipeline.feeds import Column
from pipeline.intake.headers import fold
from pipeline.intake.reasons import nearest_code

_MONTHS = (
    ("janvier", "janv"),
    ("fevrier", "fevr"),
    ("mars",),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout",),
    ("septembre", "sept"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
_RANKS = {word: rank for rank, words in enumerate(_MONTHS, 1) for word in words}
_SPREADSHEET_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 60_000)
_NUMBER = re.compile(r"\d[\d \u00a0\u202f]*(?:[.,]\d+)?")
_CENTURY, _TURN = 2000, 50
_LONGEST_DATE = 40
_FORMS = {
    "date": "Écrivez la date JJ/MM/AAAA.",
    "number": "Écrivez un nombre seul, sans unité.",
    "integer": "Écrivez un nombre entier, sans unité.",
    "boolean": "Écrivez OUI ou NON.",
}


def proposed_correction(code: str, column: Column, value: str | None) -> str | None:
    """Return what to write instead, or how to write it; None when nothing can be said."""
    if not value:
        return None
    if code in {"code_inconnu", "code_a_confirmer"}:
        near = nearest_code(value, column)
        return f"{near} ({column.codes[near].libelle})" if near else None
    if code != "valeur_invalide":
        return None
    if column.type == "date":
        found = read_loose_date(value)
        return f"{found:%d/%m/%Y}" if found else _FORMS["date"]
    if column.type in {"number", "integer"}:
        numbers = _NUMBER.findall(value)
        return numbers[0].strip() if len(numbers) == 1 else _FORMS[column.type]
    return _FORMS.get(column.type)


def read_loose_date(text: str) -> date | None:
    """Read a date written in another way than the door accepts.

    >>> read_loose_date("6 janvier 2025"), read_loose_date("20250106"), read_loose_date("06/01/25")
    (datetime.date(2025, 1, 6), datetime.date(2025, 1, 6), datetime.date(2025, 1, 6))
    """
    bare = fold(text)
    if len(bare) > _LONGEST_DATE:
        return None
    if re.fullmatch(r"(19|20)\d{6}", bare):
        return _day(int(bare[:4]), int(bare[4:6]), int(bare[6:]))
    if bare.isdecimal() and int(bare) in _SERIALS:
        return _SPREADSHEET_EPOCH + timedelta(days=int(bare))
    match bare.split("_"):
        case [*weekday, first, middle, last] if len(weekday) <= 1 and first.isdecimal() and last.isdecimal():
            month = _RANKS.get(middle) or (int(middle) if middle.isdecimal() else 0)
        case _:
            return None
    if len(first) == len("2025"):
        return _day(int(first), month, int(last))
    year = int(last)
    if len(last) == len("25"):
        year += _CENTURY if year < _TURN else _CENTURY - 100
    return _day(year, month, int(first))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
