"""The households: who they are, what they earn, what the grid sees in them. Nothing here has a date.

Calibrated on La Réunion (domaine.md §7): 65 % of one or two persons, a third already social tenants,
49 % wishing a T1 or T2, about a quarter under the first-quartile threshold.
"""

import numpy as np
import polars as pl

from pipeline.sample.geographie import COMMUNES
from pipeline.sample.tirages import Mask, Numbers, Ranks, draw_words, flag

TAILLES = {"1": 42, "2": 23, "3": 16, "4": 11, "5": 5, "6": 2, "7": 1}
LOGEMENTS_HORS_HLM = {
    "LP": 38, "CPE": 24, "CP": 18, "LTG": 6, "SH": 5, "RS": 3, "SD": 2, "HOT": 2, "POCC": 2,
}  # fmt: skip
STATUTS = {"CDI": 24, "CDD": 13, "CHO": 27, "AUT": 19, "RET": 10, "ART": 3, "ETU": 2, "APP": 2}
SITUATIONS = {"C": 52, "U": 15, "M": 14, "D": 10, "S": 5, "V": 3, "P": 1}
MOTIFS = {"01": 25, "09": 14, "13": 14, "12": 12, "11": 9, "03": 8, "17": 6, "08": 5, "19": 4, "10": 3}
MOTIFS_CONNUS = tuple(f"{number:02d}" for number in range(1, 24))
CRITERES_FIXES = {
    "DALO": 0.015,
    "L441_1": 0.09,
    "HANDICAP": 0.06,
    "SUROCC": 0.14,
    "SEPARATION": 0.10,
    "DISTANCE": 0.07,
}
_REVENU_MEDIAN_PAR_UC, _DISPERSION = 830.0, 0.52
_UC_ADULTE, _UC_ENFANT = 0.5, 0.3


def draw_menages(rng: np.random.Generator, count: int) -> pl.DataFrame:
    """Return one row per household; `menage` is its rank among those drawn."""
    sizes = draw_words(rng, TAILLES, count).astype(np.int64)
    mutation = flag(rng, 0.335, count)
    children = _draw_children(rng, sizes)
    units = 1 + _UC_ADULTE * (sizes - 1 - children) + _UC_ENFANT * children
    return pl.DataFrame(
        {
            "menage": np.arange(count),
            "est_association": flag(rng, 0.005, count),
            "taille": sizes,
            "enfants": children,
            "unites": np.round(units, 1),
            "revenu": _draw_incomes(rng, units),
            "age": np.clip(rng.normal(39, 14, count).astype(np.int64), 18, 88),
            "sexe": draw_words(rng, {"F": 58, "M": 42}, count),
            "statut": draw_words(rng, STATUTS, count),
            "situation": draw_words(rng, SITUATIONS, count),
            "motif_demande": draw_words(rng, MOTIFS, count),
            "est_mutation": mutation,
            "mode_logement": np.where(mutation, "HLM", draw_words(rng, LOGEMENTS_HORS_HLM, count)),
            "commune_actuelle": draw_words(rng, dict.fromkeys(COMMUNES, 1), count),
            "commune_souhaitee": draw_words(rng, {"97411": 76, "97418": 15, "97420": 9}, count),
            "pieces_souhaitees": _draw_wishes(rng, sizes),
            "unites_invalides": flag(rng, 0.004, count),
            "est_cote": flag(rng, 0.96, count),
            **{critere: flag(rng, share, count) for critere, share in CRITERES_FIXES.items()},
        }
    )


def _draw_children(rng: np.random.Generator, sizes: Ranks) -> Ranks:
    """Draw the children under 14: every household keeps at least one adult."""
    return rng.binomial(np.maximum(sizes - 1, 0), 0.55)


def _draw_incomes(rng: np.random.Generator, units: Numbers) -> Numbers:
    """Draw monthly incomes in euros and cents; 2 % are declared as zero (règle D5)."""
    per_unit = _REVENU_MEDIAN_PAR_UC * np.exp(rng.normal(0, _DISPERSION, len(units)))
    return np.where(flag(rng, 0.02, len(units)), 0.0, np.round(per_unit * units, 2))


def _draw_wishes(rng: np.random.Generator, sizes: Ranks) -> Ranks:
    """Draw the number of rooms wished, around one more than half the household."""
    wished = 1 + (sizes + 1) // 2 + rng.choice((-1, 0, 1), len(sizes), p=(0.28, 0.36, 0.36))
    return np.clip(wished, 1, 6)


def priority_points(menages: pl.DataFrame) -> Numbers:
    """Return what draws a household nearer to a lease: its national and local priorities, in rough points."""
    weights = {"DALO": 50, "L441_1": 30, "HANDICAP": 20, "est_mutation": 6, "SUROCC": 10, "SEPARATION": 5}
    total = np.zeros(menages.height)
    for column, weight in weights.items():
        held: Mask = menages[column].to_numpy()
        total += weight * held
    return total
