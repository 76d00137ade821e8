"""Trimestre, semestre and année: parse, bounds and order. Nothing here knows a feed or a table."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.errors import MisuseError

Cadence = Literal["trimestre", "semestre", "annee"]

_FORMS: dict[str, tuple[Cadence, int]] = {"": ("annee", 1), "S": ("semestre", 2), "T": ("trimestre", 4)}
_MONTHS: dict[Cadence, int] = {"annee": 12, "semestre": 6, "trimestre": 3}


@dataclass(frozen=True, order=True)
class Periode:
    """A calendar period, ordered by its first day, then by its last.

    >>> Periode.parse("2024-T3").dernier_jour
    datetime.date(2024, 9, 30)
    >>> Periode.parse("2024-S2").contient(Periode.parse("2024-T4"))
    True
    """

    premier_jour: date
    dernier_jour: date
    code: str
    cadence: Cadence

    @classmethod
    def parse(cls, code: str) -> "Periode":
        """Read `2024-T3`, `2024-S2` or `2024`; raises ValueError on anything else."""
        match = re.fullmatch(r"(19|20)(\d{2})(?:-([TS])([1-4]))?", code)
        if not match:
            raise ValueError(f"« {code} » n'est pas une période : attendu 2024-T3, 2024-S2 ou 2024.")
        year, letter, rank = int(match[1] + match[2]), match[3] or "", int(match[4] or 1)
        cadence, count = _FORMS[letter]
        if rank > count:
            raise ValueError(
                f"« {code} » n'est pas une période : une année a deux semestres, quatre trimestres."
            )
        months = _MONTHS[cadence]
        first = date(year, (rank - 1) * months + 1, 1)
        following = date(year + (rank * months) // 12, (rank * months) % 12 + 1, 1)
        return cls(first, following - timedelta(days=1), code, cadence)

    def contient(self, other: "Periode") -> bool:
        """Tell whether the other period lies within this one."""
        return self.premier_jour <= other.premier_jour and other.dernier_jour <= self.dernier_jour

    @property
    def suivante(self) -> "Periode":
        """The next period of the same cadence.

        >>> Periode.parse("2024-T4").suivante.code
        '2025-T1'
        """
        return Periode.de(self.dernier_jour + timedelta(days=1), self.cadence)

    @classmethod
    def de(cls, jour: date, cadence: Cadence) -> "Periode":
        """The period of that cadence that holds the day.

        >>> Periode.de(date(2024, 8, 2), "semestre").code
        '2024-S2'
        """
        rank = (jour.month - 1) // _MONTHS[cadence] + 1
        suffix = {"annee": "", "semestre": f"-S{rank}", "trimestre": f"-T{rank}"}[cadence]
        return cls.parse(f"{jour.year}{suffix}")


def parse_jour(texte: str) -> date:
    """Read a day written AAAA-MM-JJ; raises MisuseError on anything else.

    >>> parse_jour("2025-06-30")
    datetime.date(2025, 6, 30)
    """
    try:
        return date.fromisoformat(texte)
    except ValueError as error:
        raise MisuseError(
            f"« {texte} » n'est pas une date.", remede="Écrivez-la AAAA-MM-JJ, par exemple 2025-06-30."
        ) from error
