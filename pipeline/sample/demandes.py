"""The demandes: arrivals over two decades, how each ends and when; kept: those alive in the window.

Calibrated on CINOR (domaine.md §7): about 15,000 active demandes, 2,300 attributions a year after
16 months on average with a long tail, non-renewal as the main exit.
"""

import numpy as np
import polars as pl

from pipeline.sample.geographie import DEBUT, FIN
from pipeline.sample.menages import draw_menages, priority_points
from pipeline.sample.tirages import Days, Numbers, Words, day, draw_words, flag

PREMIERE_ANNEE, DERNIERE_ANNEE = 2004, 2025
ANNEE_REPERE, ARRIVEES_REPERE, CROISSANCE = 2024, 6_650, 1.045
ATTRIBUTION, EN_COURS = "RADATT", ""
AUTRES_SORTIES = {"RADREN": 74, "RADABA": 14, "RADCON": 7, "RADIRR": 5}
AVANCE = np.timedelta64(45, "D")
_DELAI_MEDIAN, _DISPERSION = 350.0, 0.92
_MOYENNES = {"RADABA": 420.0, "RADCON": 560.0, "RADIRR": 200.0}
_VALIDITE, _ANNEE = 396, 365
_PART_NON_RENOUVELEE = 0.275


def draw_demandes(rng: np.random.Generator) -> pl.DataFrame:
    """Return one row per demande alive after the window opens, households' columns included.

    `date_fin` is the day of the lease or of the other exit, null while the demande is active.
    """
    filed = _draw_arrivals(rng)
    menages = draw_menages(rng, len(filed))
    points = priority_points(menages)
    fates = _draw_fates(rng, points)
    ended = filed + _draw_durations(rng, fates, points).astype("timedelta64[D]")
    active = ended > day(FIN)
    demandes = menages.with_columns(
        date_depot=pl.Series(filed),
        destin=pl.Series(np.where(active, EN_COURS, fates)),
        date_fin=pl.Series(np.where(active, np.datetime64("NaT"), ended).astype("datetime64[D]")),
    )
    kept = demandes.filter(pl.Series(ended >= day(DEBUT) - AVANCE)).sort("date_depot", "menage")
    return kept.with_columns(menage=pl.int_range(pl.len()), numero_unique=_write_numbers(rng, kept))


def _draw_arrivals(rng: np.random.Generator) -> Days:
    years = range(PREMIERE_ANNEE, DERNIERE_ANNEE + 1)
    counts = [round(ARRIVEES_REPERE * CROISSANCE ** (year - ANNEE_REPERE)) for year in years]
    first = np.repeat([np.datetime64(f"{year}-01-01", "D") for year in years], counts)
    filed = first + rng.integers(0, _ANNEE, len(first)).astype("timedelta64[D]")
    return filed[filed <= day(FIN)]


def _draw_fates(rng: np.random.Generator, points: Numbers) -> Words:
    """Draw how each demande will end: priorities raise the chance of a lease."""
    attributed = flag(rng, np.clip(0.30 + 0.009 * points, 0, 0.9), len(points))
    return np.where(attributed, ATTRIBUTION, draw_words(rng, AUTRES_SORTIES, len(points)))


def _draw_durations(rng: np.random.Generator, fates: Words, points: Numbers) -> Numbers:
    """Draw the days from filing to the end, by kind of end; non-renewals fall 13 months after a renewal."""
    count = len(fates)
    quicker = np.exp(-0.024 * (points - points.mean()))
    days = {
        ATTRIBUTION: _DELAI_MEDIAN * np.exp(rng.normal(0, _DISPERSION, count)) * quicker,
        "RADREN": _VALIDITE
        + _ANNEE * (rng.geometric(_PART_NON_RENOUVELEE, count) - 1)
        + rng.normal(0, 4, count),
    }
    for fate, mean in _MOYENNES.items():
        days[fate] = rng.exponential(mean, count)
    durations = np.zeros(count)
    for fate, drawn in days.items():
        durations = np.where(fates == fate, drawn, durations)
    return np.maximum(np.round(durations), 1)


def _write_numbers(rng: np.random.Generator, demandes: pl.DataFrame) -> pl.Series:
    """Write numéros uniques of the official form, whose counter `FIC..` no real guichet bears."""
    counters = rng.integers(1, 10, demandes.height)
    filed = demandes["date_depot"].dt.strftime("%m%y").to_list()
    return pl.Series(
        [
            f"974{month}{rank:06d}FIC0{counter}"
            for rank, (month, counter) in enumerate(zip(filed, counters, strict=True))
        ]
    )
