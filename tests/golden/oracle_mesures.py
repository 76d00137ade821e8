"""Delays and shares as the rules measure them: plain Python, no SQL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

JOURS_PAR_MOIS = 30.4375

Key = tuple[str, ...]
Measures = Mapping[str, Any]


def percentile_cont(ordered: Sequence[float], share: float) -> float:
    """Interpolate between the two nearest ranks (règle B11).

    >>> percentile_cont([1, 2, 3, 4], 0.5)
    2.5
    """
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def measure_delays(days: Iterable[int | None]) -> dict[str, Any]:
    """Return counts and delays in months; unknown delays are counted, then left out (règles B10, B11)."""
    every = list(days)
    known = sorted(day for day in every if day is not None)
    return {
        "nombre_attributions": len(every),
        "nombre_delais": len(known),
        "delai_attribution_moyen_mois": sum(known) / len(known) / JOURS_PAR_MOIS if known else None,
        "delai_attribution_median_mois": percentile_cont(known, 0.5) / JOURS_PAR_MOIS if known else None,
        "delai_attribution_p90_mois": percentile_cont(known, 0.9) / JOURS_PAR_MOIS if known else None,
    }


def measure_seniority(days: Iterable[int | None]) -> dict[str, Any]:
    """Give counts and seniority in months; an unknown filing date is counted, then left out (règle A20)."""
    every = list(days)
    known = sorted(day for day in every if day is not None)
    return {
        "nombre_demandes": len(every),
        "anciennete_moyenne_mois": sum(known) / len(known) / JOURS_PAR_MOIS if known else None,
        "anciennete_mediane_mois": percentile_cont(known, 0.5) / JOURS_PAR_MOIS if known else None,
    }


def with_share(cells: Mapping[Key, list[int | None]], whole: Callable[[Key], Key]) -> dict[Key, Measures]:
    """Add to each cell its share of the cell it belongs to."""
    return {
        key: {**measure_delays(days), "part_attributions": len(days) / len(cells[whole(key)])}
        for key, days in cells.items()
    }
