"""The words of the SQL a grid becomes: quoted names and texts, whole numbers, stages of computed columns.

Points are counted in hundredths and decimal facts in their last decimal, all BIGINT: no float, no rounding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

HUNDREDTHS = 2


def quoted_name(name: str) -> str:
    """Quote an identifier.

    >>> quoted_name('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """Quote a text.

    >>> quoted_text("l'un")
    "'l''un'"
    """
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
    """The numbers of a grid, held in columns of parameters: grids of one shape then share one query."""

    valeurs: list[int] = field(default_factory=list)

    def write(self, value: int) -> str:
        """Return the column of a number."""
        self.valeurs.append(value)
        return f"n{len(self.valeurs) - 1}"


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
    return " + ".join(terms) if terms else "cast(0 as bigint)"


def any_of(terms: list[str]) -> str:
    """Join conditions of which one is enough."""
    return "(" + " or ".join(terms) + ")"
