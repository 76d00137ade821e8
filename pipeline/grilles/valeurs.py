"""One scalar of a grid: its text becomes a value of the kind its key asks for, or is told unreadable."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pipeline.grilles.cles import Cle, Genre
from pipeline.grilles.problemes import shown, told_words

OUI_NON = {"oui": True, "true": True, "non": False, "false": False}
RESERVED = {"total", "grille", "ecretement"}
MOST_POINTS = 1000
LARGEST_NUMBER = 1_000_000_000
LONGEST_TEXT = 500
MOST_MONTHS = 600
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,9})?")
_NEARLY_NUMBER = re.compile(r"[+-]?[0-9]{1,12},[0-9]{1,9}")
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}")
SIREN = re.compile(r"[0-9]{9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class IllisibleError(Exception):
    """A text that is not what its key asks for; its reader makes a problem of it."""

    def __init__(self, constat: str, remede: str) -> None:
        self.constat = constat
        self.remede = remede
        super().__init__(constat)


def read_number(text: str) -> Decimal:
    """Read an exact decimal.

    >>> read_number("2.50")
    Decimal('2.50')
    """
    if _NUMBER.fullmatch(text):
        value = Decimal(text)
        if abs(value) > LARGEST_NUMBER:
            raise IllisibleError(f"{shown(text)} est trop grand.", "Écrivez un nombre d'au plus un milliard.")
        return value
    if _NEARLY_NUMBER.fullmatch(text):
        raise IllisibleError(
            f"{shown(text)} a une virgule.", f"Écrivez {text.replace(',', '.')}, avec un point."
        )
    raise IllisibleError(f"{shown(text)} n'est pas un nombre.", "Écrivez un nombre, par exemple 20 ou 2.5.")


def read_score(text: str) -> Decimal:
    """Read points that add up to a score: at most two decimals."""
    points = read_number(text)
    if points != points.quantize(Decimal("0.01")):
        raise IllisibleError(
            f"{shown(text)} a plus de deux décimales.", "Les points ont au plus deux décimales."
        )
    return points


def read_points(text: str) -> Decimal:
    """Read the points a grid gives: between -1000 and 1000."""
    points = read_score(text)
    if abs(points) > MOST_POINTS:
        raise IllisibleError(
            f"{shown(text)} est hors des points d'une grille.",
            f"Écrivez entre -{MOST_POINTS} et {MOST_POINTS}.",
        )
    return points


def read_whole(text: str) -> int:
    """Read a whole number of months, 1 to 600."""
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST_MONTHS:
        raise IllisibleError(
            f"{shown(text)} n'est pas un nombre de mois.", f"Écrivez un entier de 1 à {MOST_MONTHS}."
        )
    return int(text)


def read_date(text: str) -> date:
    """Read an ISO date."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise IllisibleError(f"{shown(text)} n'est pas une date.", "Écrivez AAAA-MM-JJ, par exemple 2025-01-01.")


def read_yes_no(text: str) -> bool:
    """Read oui or non.

    >>> read_yes_no("oui")
    True
    """
    if text.lower() not in OUI_NON:
        raise IllisibleError(f"{shown(text)} n'est ni oui ni non.", "Écrivez oui ou non.")
    return OUI_NON[text.lower()]


def read_code(text: str) -> str:
    """Read a code: letters without accents, digits, underscores."""
    if not CODE.fullmatch(text):
        raise IllisibleError(
            f"{shown(text)} n'est pas un code.",
            "Un code commence par une lettre, sans accent ni espace, 60 caractères au plus.",
        )
    if text.lower() in RESERVED:
        raise IllisibleError(f"{shown(text)} est un mot réservé.", "Choisissez un autre code.")
    return text


def read_text(text: str) -> str:
    """Read a text a person reads: not empty, printable, short."""
    if not text.strip():
        raise IllisibleError("Le texte est vide.", "Écrivez-le.")
    if len(text) > LONGEST_TEXT:
        raise IllisibleError(f"Le texte a {len(text)} caractères.", f"Limitez-le à {LONGEST_TEXT}.")
    if not all(char.isprintable() or char == "\n" for char in text):
        raise IllisibleError("Le texte contient un caractère de contrôle.", "Retapez-le.")
    return " ".join(text.split())


def _matching(pattern: re.Pattern[str], what: str, remedy: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise IllisibleError(f"{shown(text)} n'est pas {what}.", remedy)
        return text

    return read


_READERS: dict[Genre, Callable[[str], object]] = {
    "code": read_code,
    "version": _matching(_VERSION, "une version", "Écrivez par exemple 1 ou 2025.1, 30 caractères au plus."),
    "siren": _matching(SIREN, "un SIREN", "Écrivez les 9 chiffres du SIREN de l'EPCI."),
    "texte": read_text,
    "points": read_points,
    "nombre": read_number,
    "entier": read_whole,
    "date": read_date,
    "oui_non": read_yes_no,
    "fait": str,
}


def read_scalar(cle: Cle, text: str) -> object:
    """Read a text as its key asks; raise `IllisibleError` otherwise."""
    if cle.genre == "choix":
        if text not in cle.choix:
            raise IllisibleError(f"{shown(text)} est inconnu.", told_words(text, cle.choix))
        return text
    return _READERS[cle.genre](text)
