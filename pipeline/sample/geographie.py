"""The stage: CINOR's real communes and quartiers prioritaires, invented bailleurs, six quarters.

Sources: official geographic code (communes, EPCI); decrees 2014-1751 and 2024-1212 as listed by the
ANCT (quartiers 2015 and 2024). Bailleurs, their SIREN and every weight are inventions.
"""

from dataclasses import dataclass
from datetime import date

from pipeline.periods import Periode

CODE_EPCI = "249740119"
CODE_REGION, LIBELLE_REGION = "04", "La Réunion"
CODE_DEPARTEMENT = "974"
LIBELLE_EPCI = "CA Intercommunale du Nord de la Réunion (CINOR)"
COMMUNES = {"97411": "Saint-Denis", "97418": "Sainte-Marie", "97420": "Sainte-Suzanne"}
CODES_POSTAUX = {"97411": "97400", "97418": "97438", "97420": "97441"}
COMMUNES_VOISINES = ("97415", "97409")

DEBUT, FIN = date(2023, 10, 1), date(2025, 3, 31)
BASCULE_QPV = date(2025, 1, 1)


def _trimestres() -> tuple[Periode, ...]:
    found = [Periode.de(DEBUT, "trimestre")]
    while found[-1].dernier_jour < FIN:
        found.append(found[-1].suivante)
    return tuple(found)


TRIMESTRES = _trimestres()
CODES_TRIMESTRES = tuple(trimestre.code for trimestre in TRIMESTRES)


@dataclass(frozen=True)
class Quartier:
    """A quartier prioritaire: its codes on both maps, its commune, its share of the commune's QPV stock.

    `poids` is for the 2015 map; `poids_ajoute` for the dwellings that only the 2024 map puts in QPV.
    """

    code_2024: str
    code_2015: str | None
    commune: str
    libelle: str
    poids: float
    poids_ajoute: float = 0.0


QUARTIERS = (
    Quartier("QN97426M", "QP974026", "97411", "Le Bas De La Rivière", 6, 2),
    Quartier("QN97427I", "QP974027", "97411", "Le Bas Maréchal Leclerc", 10),
    Quartier("QN97428I", "QP974028", "97411", "Le Butor", 10),
    Quartier("QN97429I", "QP974029", "97411", "Vauban", 9),
    Quartier("QN97430I", "QP974030", "97411", "La Source Bellepierre", 7),
    Quartier("QN97431I", "QP974031", "97411", "Les Camélias", 13),
    Quartier("QN97432M", "QP974032", "97411", "Sainte Clotilde Le Chaudron", 15, 2),
    Quartier("QN97458M", "QP974032", "97411", "Le Chaudron", 10, 1),
    Quartier("QN97433I", "QP974033", "97411", "Moufia Les Bas", 8),
    Quartier("QN97434I", "QP974034", "97411", "Primat", 6),
    Quartier("QN97435I", "QP974035", "97411", "Moufia Les Hauts", 6),
    Quartier("QN97450N", None, "97411", "Le Ruisseau", 0, 5),
    Quartier("QN97415I", "QP974015", "97418", "Le Verger-La Découverte", 6),
    Quartier("QN97416I", "QP974016", "97418", "Gaspard - La Réserve", 4),
    Quartier("QN97443M", "QP974043", "97420", "Bel Air Centre Ville Village Desprez", 6, 1),
    Quartier("QN97444M", "QP974044", "97420", "Bagatelle - Les Jacques Bel-Air", 4, 1),
)


@dataclass(frozen=True)
class Bailleur:
    """An invented bailleur: file stem, name, a SIREN that no company bears, share of the stock."""

    fournisseur: str
    nom: str
    siren: str
    poids: float


BAILLEURS = (
    Bailleur("alize", "Bailleur fictif Alizé", "900000001", 28),
    Bailleur("bassin-bleu", "Bailleur fictif Bassin Bleu", "900000002", 22),
    Bailleur("cap-corail", "Bailleur fictif Cap Corail", "900000003", 15),
    Bailleur("dodo", "Bailleur fictif Dodo", "900000004", 13),
    Bailleur("ecume", "Bailleur fictif Écume", "900000005", 10),
    Bailleur("filaos", "Bailleur fictif Filaos", "900000006", 8),
    Bailleur("goyavier", "Bailleur fictif Goyavier", "900000007", 4),
)
