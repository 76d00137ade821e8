"""The words of the SQL a grid becomes: quoted names and texts, whole numbers, stages of computed columns.

Points are counted in hundredths, decimal facts compared as decimals: whole numbers, no float, no rounding.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

HUNDREDTHS = 2
NUL = "\0"
FOUR_BYTES = 1 << 31
_PLACE = re.compile(f"{NUL}([0-9]+){NUL}")
Valeur = int | bool | Decimal | date | str


def quoted_name(name: str) -> str:
    """Quote an identifier.

    >>> quoted_name('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """Quote a text; a NUL is refused, numbers stand between two of them until they are placed.

    >>> quoted_text("l'un")
    "'l''un'"
    """
    if NUL in text:
        raise ValueError("a text holds a NUL")
    return "'" + text.replace("'", "''") + "'"


def scaled(value: Decimal, decimals: int = HUNDREDTHS) -> int:
    """Return an exact decimal as a whole number of its last decimal.

    >>> scaled(Decimal("2.5"))
    250
    """
    whole = value.scaleb(decimals)
    if whole != whole.to_integral_value():
        raise ValueError(f"{value} has more than {decimals} decimals")
    return int(whole)


@dataclass
class Nombres:
    """The numbers, dates and names of a grid, out of its text: grids of one shape then share one query."""

    valeurs: list[Valeur] = field(default_factory=list)

    def write(self, value: Valeur) -> str:
        """Return what stands for a value until it is placed."""
        self.valeurs.append(value)
        return f"{NUL}{len(self.valeurs) - 1}{NUL}"


def place_numbers(sql: str, grids: Sequence[Nombres]) -> tuple[str, dict[str, Sequence[Valeur]]]:
    """Write the values all grids share in the text, the others as columns; return these, a value per grid."""
    columns = {
        rank: values
        for rank, values in enumerate(zip(*(each.valeurs for each in grids), strict=True))
        if len(set(values)) > 1
    }

    def placed(mark: re.Match[str]) -> str:
        rank = int(mark[1])
        return _number_column(rank) if rank in columns else _literal(grids[0].valeurs[rank])

    return _PLACE.sub(placed, sql), {_number_column(rank): values for rank, values in columns.items()}


def listed_values(values: Sequence[Valeur]) -> str:
    """Write a list of values; whole numbers are read at once, which costs less.

    >>> listed_values([1, 2])
    "cast('[1, 2]' as integer[])"
    """
    wholes = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    if len(wholes) == len(values):
        kind = "integer" if max(map(abs, wholes)) < FOUR_BYTES else "bigint"
        return f"cast('[{', '.join(map(str, wholes))}]' as {kind}[])"
    return f"[{', '.join(map(_literal, values))}]"


def _number_column(rank: int) -> str:
    return f"n{rank}"


def _literal(value: Valeur) -> str:
    match value:
        case str():
            return quoted_text(value)
        case date():
            return f"date '{value}'"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value).lower()


@dataclass
class Etapes:
    """A chain of common table expressions, each adding columns to the one before."""

    premiere: str = ""
    ajouts: list[Mapping[str, str]] = field(default_factory=list)

    def add(self, columns: Mapping[str, str]) -> None:
        """Add columns computed from those already there."""
        if columns:
            self.ajouts.append(dict(columns))

    def sql(self, final: str) -> str:
        """Return the expressions and the final select; `{etape}` in `final` names the last stage."""
        ctes = [f"etape_0 as (\n{self.premiere}\n)"]
        for rank, columns in enumerate(self.ajouts):
            added = listed([f"{expression} as {name}" for name, expression in columns.items()])
            ctes.append(f"etape_{rank + 1} as (\nselect *,\n{added}\nfrom etape_{rank}\n)")
        return ",\n".join(ctes) + "\n" + final.replace("{etape}", f"etape_{len(self.ajouts)}")


def listed(terms: list[str]) -> str:
    """Write terms one under the other."""
    return ",\n".join(terms)


def summed(terms: list[str]) -> str:
    """Add terms up; nothing adds to zero."""
    return " + ".join(terms) if terms else "0"


def any_of(terms: list[str]) -> str:
    """Join conditions of which one is enough."""
    return "(" + " or ".join(terms) + ")"
