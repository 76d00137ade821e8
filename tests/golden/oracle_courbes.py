"""Aalen-Johansen and Kaplan-Meier by their definitions: delayed entry, ties, censoring; no SQL."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

from tests.golden.oracle_mesures import JOURS_PAR_MOIS

LOGEE, AUTRE_SORTIE, CENSURE = "attribution", "autre_sortie", "censure"
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Suivi:
    """A wait as a window sees it: at risk every day after `debut`, up to `fin`, counted from the filing."""

    debut: int
    fin: int
    issue: str


def last_day(months: int) -> int:
    """Return the last whole day of a delay in months."""
    return int(months * JOURS_PAR_MOIS)


def estimate(every: Iterable[Suivi], days: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Give the measures of one curve on each of the days."""
    every = list(every)
    starts, ends = sorted(held.debut for held in every), sorted(held.fin for held in every)
    outcomes = Counter((held.fin, held.issue) for held in every)
    steps = [
        (day, _at_risk(starts, ends, day), outcomes[day, LOGEE], outcomes[day, AUTRE_SORTIE])
        for day in sorted({fin for fin, issue in outcomes if issue != CENSURE})
    ]
    for day in days:
        past = steps[: bisect_right(steps, day, key=lambda step: step[0])]
        at_risk = _at_risk(starts, ends, day)
        exhausted = any(n == housed + gone and held < day for held, n, housed, gone in past)
        housed, gone = sum(step[2] for step in past), sum(step[3] for step in past)
        yield {
            "nombre_a_risque": at_risk,
            "nombre_attributions": housed,
            "nombre_autres_sorties": gone,
            "nombre_censures": bisect_right(ends, day) - housed - gone,
            **(_SILENT if exhausted or not at_risk else _estimators(step[1:] for step in past)),
        }


_SILENT = dict.fromkeys(
    (
        "incidence_attribution",
        "incidence_attribution_min",
        "incidence_attribution_max",
        "incidence_autres_sorties",
        "kaplan_meier_attente",
        "kaplan_meier_attente_min",
        "kaplan_meier_attente_max",
    )
)


def _at_risk(starts: Sequence[int], ends: Sequence[int], day: int) -> int:
    return bisect_left(starts, day) - bisect_left(ends, day)


def _estimators(counts: Iterable[tuple[int, int, int]]) -> dict[str, Any]:
    """Aalen-Johansen and Kaplan-Meier, by their definitions; variances: delta method, Greenwood."""
    waiting, kept, housed_share, gone_share, greenwood = 1.0, 1.0, 0.0, 0.0, 0.0
    steps = []
    for n, housed, gone in counts:
        housed_share += waiting * housed / n
        gone_share += waiting * gone / n
        steps.append((n, housed, housed + gone, waiting, housed_share))
        waiting *= 1 - (housed + gone) / n
        kept *= 1 - housed / n
        greenwood += housed / (n * (n - housed)) if housed < n else 0.0
    variance = 0.0
    for n, housed, left, before, share in steps:
        ahead = housed_share - share
        variance += ahead**2 * left / (n * (n - left)) if left < n else 0.0
        variance += before**2 * housed * (n - housed) / n**3 - 2 * ahead * before * housed / n**2
    low, high = interval(housed_share, variance)
    kept_low, kept_high = interval(kept, kept**2 * greenwood)
    return {
        "incidence_attribution": housed_share,
        "incidence_attribution_min": low,
        "incidence_attribution_max": high,
        "incidence_autres_sorties": gone_share,
        "kaplan_meier_attente": kept,
        "kaplan_meier_attente_min": kept_low,
        "kaplan_meier_attente_max": kept_high,
    }


def interval(share: float, variance: float) -> tuple[float | None, float | None]:
    """Return the 95 % bounds of a probability, from log(-log); none when it is 0 or 1."""
    if not 0 < share < 1 or variance <= 0:
        return None, None
    theta, error = log(-log(share)), sqrt(variance) / (share * -log(share))
    return exp(-exp(theta + Z_95 * error)), exp(-exp(theta - Z_95 * error))
