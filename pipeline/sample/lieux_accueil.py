"""The places where an applicant is received: what each counted, then what its file says of it.

Every place is an invention. A fall of visits, a place that opens, one that closes, one whose register is
lost: each is put in on purpose, under the rule it tests.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

PILS, GADLS = "PILS", "GADLS"
PERIODES = {PILS: ("2023", "2024"), GADLS: ("2023-S1", "2023-S2", "2024-S1", "2024-S2")}
REFUSEE = (GADLS, "2023-S2")
NORMAL, INCONNUES, SENTINELLE, ABSENT = "normal", "visites_inconnues", "visites_sentinelle", "lieu_absent"
REPETE = "lieu_repete"
EN_TETE_INCONNU = "entete_des_visites_inconnu"
REGLES = {INCONNUES: "R0.6", SENTINELLE: "R0.11", ABSENT: "B13", REPETE: "A19", EN_TETE_INCONNU: "R0.13"}
CAS = {
    ("PILS-05", "2024"): ABSENT,
    ("PILS-07", "2024"): INCONNUES,
    ("PILS-02", "2024"): REPETE,
    ("GADLS-04", "2024-S2"): SENTINELLE,
}


@dataclass(frozen=True)
class Lieu:
    """An invented place; `visites` a year about, `tendance` the change of 2024, `ouvert` its first year."""

    type_lieu: str
    rang: int
    libelle: str
    commune: str
    visites: int
    tendance: float = 1.0
    ouvert: int = 2023

    @property
    def code(self) -> str:
        """Return the code of the place, the same in every file."""
        return f"{self.type_lieu}-{self.rang:02}"


LIEUX = (
    Lieu(PILS, 1, "Mairie du Nord (fictif)", "97411", 4200),
    Lieu(PILS, 2, "Annexe des Filaos (fictif)", "97411", 1900, 0.97),
    Lieu(PILS, 3, "Annexe du Ruisseau (fictif)", "97411", 1500, 0.68),
    Lieu(PILS, 4, "Annexe des Hauts (fictif)", "97411", 640, 1.12),
    Lieu(PILS, 5, "Annexe du Port sec (fictif)", "97411", 380),
    Lieu(PILS, 6, "Mairie du Milieu (fictif)", "97418", 2100, 0.94),
    Lieu(PILS, 7, "Annexe de la Rivière (fictif)", "97418", 720),
    Lieu(PILS, 8, "Mairie de l'Est (fictif)", "97420", 1300, 0.99),
    Lieu(PILS, 9, "Annexe du Bel Air (fictif)", "97420", 450, ouvert=2024),
    Lieu(GADLS, 1, "Maison du logement (fictif)", "97411", 6100, 1.03),
    Lieu(GADLS, 2, "Agence Alizé (fictif)", "97411", 2900, 0.71),
    Lieu(GADLS, 3, "Agence Bassin Bleu (fictif)", "97418", 1700, 0.96),
    Lieu(GADLS, 4, "Agence Cap Corail (fictif)", "97420", 1200),
)
_SHARES = {
    "appels": (0.28, 0.36),
    "courriels": (0.06, 0.14),
    "en_ligne": (0.01, 0.04),
    "demandes": (0.14, 0.2),
    "renouvellements": (0.2, 0.28),
    "orientations": (0.06, 0.1),
}


def draw_activity(rng: np.random.Generator) -> pl.DataFrame:
    """Return one row per place and period: what it counted, its `cas`, and the visits its file tells."""
    rows = [
        _count(rng, lieu, periode)
        for lieu in LIEUX
        for periode in PERIODES[lieu.type_lieu]
        if int(periode[:4]) >= lieu.ouvert
    ]
    told = pl.when(~pl.col("cas").is_in([INCONNUES, SENTINELLE, ABSENT])).then("visites")
    refused = (pl.col("type_lieu") == REFUSEE[0]) & (pl.col("periode") == REFUSEE[1])
    return pl.DataFrame(rows).with_columns(visites_dites=told, vu=~refused & (pl.col("cas") != ABSENT))


def _count(rng: np.random.Generator, lieu: Lieu, periode: str) -> dict[str, str | int]:
    part = 1 if lieu.type_lieu == PILS else 0.5
    expected = lieu.visites * part * (lieu.tendance if periode.startswith("2024") else 1)
    visites = int(rng.poisson(expected))
    counts = {name: int(visites * rng.uniform(low, high)) for name, (low, high) in _SHARES.items()}
    return {
        "type_lieu": lieu.type_lieu,
        "code_lieu": lieu.code,
        "libelle": lieu.libelle,
        "commune": lieu.commune,
        "periode": periode,
        "cas": CAS.get((lieu.code, periode), NORMAL),
        "visites": visites,
        **counts,
        "jours": int(rng.integers(220, 245) * part),
    }
