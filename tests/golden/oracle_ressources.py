"""Resources per UC and their quartiles, exact: no rounding, no SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.golden.oracle_parametres import NON_RENSEIGNE


@dataclass(frozen=True)
class BornesRessources:
    """Median and third quartile of yearly resources per UC in a stock (règle D4)."""

    p50: Fraction
    p75: Fraction

    @classmethod
    def de(cls, rows: Iterable[Mapping[str, Any]]) -> "BornesRessources | None":
        """Read the discrete percentiles of the usable resources of a stock.

        >>> rows = [{"revenu": Decimal(n), "unites": Decimal(1)} for n in (100, 200, 300, 400)]
        >>> BornesRessources.de(rows)
        BornesRessources(p50=Fraction(2400, 1), p75=Fraction(3600, 1))
        """
        known = sorted(found for row in rows if (found := ressources_uc(row["revenu"], row["unites"])))
        return cls(*(known[-(-share * len(known) // 4) - 1] for share in (2, 3))) if known else None

    def quartile(self, per_unit: Fraction) -> str:
        """Class resources above the first-quartile threshold: R2 ≤ p50 < R3 ≤ p75 < R4."""
        return ("R2", "R3", "R4")[sum(per_unit > bound for bound in (self.p50, self.p75))]


def ressources_uc(income: Decimal | None, units: Decimal | None) -> Fraction | None:
    """Give yearly resources per UC, None when they cannot be used (règle D5)."""
    if income is None or income <= 0 or units is None or units < 1:
        return None
    return Fraction(12 * income) / Fraction(units)


def rank_resources(
    per_unit: Fraction | None, threshold: Decimal | None, bornes: BornesRessources | None
) -> str:
    """Règle D3: R1 up to the threshold, then R2 to R4; `R2_R4` where no stock gives bounds."""
    if per_unit is None or threshold is None:
        return NON_RENSEIGNE
    if per_unit <= Fraction(threshold):
        return "R1"
    return bornes.quartile(per_unit) if bornes else "R2_R4"
