"""The dwellings: where, when built, by whom let, in which quartier of each map, in which RPLS vintages.

Calibrated on CINOR (domaine.md §7): 31,041 dwellings on 1/1/2023, 29,666 in 2024, 30,160 in 2025;
46.7 % in QPV on the 2015 map, 51 % on the 2024 map; 75 % of the 1949–76 stock, 19 % of 2010–18.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.sample.geographie import BAILLEURS, COMMUNES_VOISINES, QUARTIERS
from pipeline.sample.tirages import Mask, Words, draw_words, flag, pick

MILLESIMES = (2023, 2024, 2025)
STOCK_2023, STOCK_2024, STOCK_2025 = 31_041, 29_666, 30_160
NEUFS_2024, NEUFS_2025 = 260, 540
HORS_CARTE = ""
_PART_AJOUTEE_2024 = 0.094


@dataclass(frozen=True)
class Generation:
    """Dwellings of one commune built in the same years: weight (‰) and share in QPV on the 2015 map."""

    commune: str
    debut: int
    fin: int
    poids: float
    part_qpv: float


GENERATIONS = (
    Generation("97411", 1955, 1976, 207, 0.75),
    Generation("97411", 1977, 1989, 139, 0.56),
    Generation("97411", 1990, 1999, 213, 0.45),
    Generation("97411", 2000, 2009, 92, 0.38),
    Generation("97411", 2010, 2018, 174, 0.16),
    Generation("97411", 2019, 2022, 20, 0.30),
    Generation("97418", 1990, 1999, 38, 0.45),
    Generation("97418", 2000, 2009, 15, 0.57),
    Generation("97418", 2010, 2018, 56, 0.29),
    Generation("97418", 2019, 2022, 8, 0.25),
    Generation("97420", 1977, 1989, 5, 1.00),
    Generation("97420", 1990, 1999, 27, 0.83),
    Generation("97420", 2000, 2009, 19, 0.53),
    Generation("97420", 2010, 2018, 16, 0.15),
    Generation("97420", 2019, 2022, 4, 0.25),
)
PREMIERE_ANNEE_AIDEE = 1978
PIECES = {1: 8, 2: 21, 3: 39, 4: 25, 5: 6, 6: 1}
SURFACES = {1: 30, 2: 46, 3: 63, 4: 78, 5: 93, 6: 110}


def draw_parc(rng: np.random.Generator) -> pl.DataFrame:
    """Return one row per dwelling ever present; `premier` and `dernier` are its RPLS vintages."""
    count = STOCK_2023 + NEUFS_2024 + NEUFS_2025
    weights = np.array([generation.poids for generation in GENERATIONS])
    ranks = rng.choice(len(GENERATIONS), size=count, p=weights / weights.sum())
    first = np.repeat(MILLESIMES, (STOCK_2023, NEUFS_2024, NEUFS_2025))
    built_from = np.array([generation.debut for generation in GENERATIONS])[ranks]
    built_to = np.array([generation.fin for generation in GENERATIONS])[ranks]
    built = np.where(first == MILLESIMES[0], rng.integers(built_from, built_to, endpoint=True), first - 1)
    communes = np.array([generation.commune for generation in GENERATIONS])[ranks]
    shares = np.array([generation.part_qpv for generation in GENERATIONS])[ranks]
    code_2015, code_2024 = _draw_quartiers(rng, communes, flag(rng, shares, count))
    rooms = draw_words(rng, {str(key): weight for key, weight in PIECES.items()}, count).astype(np.int64)
    sirens = draw_words(rng, {bailleur.siren: bailleur.poids for bailleur in BAILLEURS}, count)
    surfaces = np.array([SURFACES[room] for room in rooms]) + rng.integers(-6, 7, count)
    return pl.DataFrame(
        {
            "logement": np.arange(count),
            "identifiant": [f"0974{rank:06d}" for rank in range(count)],
            "siren": sirens,
            "commune": communes,
            "annee_construction": built,
            "pieces": rooms,
            "surface": surfaces,
            "financement": _draw_financing(rng, built),
            "individuel": flag(rng, 0.08, count),
            "qpv_2015": code_2015,
            "qpv_2024": code_2024,
            "premier": first,
            "dernier": _draw_last_vintage(rng, first),
        }
    )


def _draw_quartiers(rng: np.random.Generator, communes: Words, in_2015: Mask) -> tuple[Words, Words]:
    """Draw both codes: the 2024 map keeps what the 2015 map held, and adds to it."""
    before = np.full(len(communes), HORS_CARTE, dtype="U8")
    after = before.copy()
    added = ~in_2015 & flag(rng, _PART_AJOUTEE_2024, len(communes))
    for commune in np.unique(communes):
        here = communes == commune
        for chosen, held in ((here & in_2015, True), (here & added, False)):
            known = [
                quartier
                for quartier in QUARTIERS
                if quartier.commune == commune and (quartier.poids if held else quartier.poids_ajoute)
            ]
            if not known:
                continue
            weights = np.array([quartier.poids if held else quartier.poids_ajoute for quartier in known])
            ranks = rng.choice(len(known), size=int(chosen.sum()), p=weights / weights.sum())
            after[chosen] = np.array([quartier.code_2024 for quartier in known])[ranks]
            if held:
                before[chosen] = np.array([quartier.code_2015 or HORS_CARTE for quartier in known])[ranks]
    return before, after


def _draw_financing(rng: np.random.Generator, built: np.ndarray) -> Words:
    """Draw the overseas names: old loans are AUTRE, then LLTS, LLS, PLS, PLI."""
    recent = draw_words(rng, {"LLTS": 38, "LLS": 44, "PLS": 8, "PLI": 10}, len(built))
    return np.where(built < PREMIERE_ANNEE_AIDEE, "AUTRE", recent)


def _draw_last_vintage(rng: np.random.Generator, first: np.ndarray) -> np.ndarray:
    """Draw which dwellings leave the file: 1,375 fewer in 2024 in spite of the new ones, then a few."""
    last = np.full(len(first), MILLESIMES[-1])
    gone_2024 = pick(rng, first == MILLESIMES[0], STOCK_2023 + NEUFS_2024 - STOCK_2024)
    last[gone_2024] = MILLESIMES[0]
    gone_2025 = pick(
        rng, (last == MILLESIMES[-1]) & (first < MILLESIMES[-1]), STOCK_2024 + NEUFS_2025 - STOCK_2025
    )
    last[gone_2025] = MILLESIMES[1]
    return last


def neighbouring_dwellings(count: int) -> pl.DataFrame:
    """Return dwellings outside the EPCI: some leases of its bailleurs and demandeurs are there (règle B6)."""
    return pl.DataFrame(
        {
            "identifiant": [f"0975{rank:06d}" for rank in range(count)],
            "commune": [COMMUNES_VOISINES[rank % len(COMMUNES_VOISINES)] for rank in range(count)],
        }
    )
