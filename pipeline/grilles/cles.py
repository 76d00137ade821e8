"""The keys of a grid's YAML, said once: the reader, its messages and the JSON Schema follow this table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from pipeline.grilles.modele import BLOCS, Public, Regle, Statut

Genre = Literal[
    "code", "version", "texte", "siren", "points", "nombre", "entier", "date", "oui_non", "choix",
    "textes", "fait", "si", "tranches", "criteres", "rubriques", "blocs", "noeud",
]  # fmt: skip


@dataclass(frozen=True)
class Cle:
    """One key: what it holds and what it says."""

    nom: str
    genre: Genre
    dit: str
    obligatoire: bool = False
    choix: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forme:
    """The keys one part of the file may have."""

    nom: str
    cles: tuple[Cle, ...]
    par_nom: Mapping[str, Cle] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "par_nom", {cle.nom: cle for cle in self.cles})


_PLAFOND = Cle("plafond", "points", "Jamais plus de points que cela.")
_PLANCHER = Cle("plancher", "points", "Jamais moins de points que cela.")
_SAUF = Cle(
    "sauf_si_compte",
    "textes",
    "Codes de critères, de rubriques ou de blocs : si l'un d'eux a donné des points, ceci n'en donne pas.",
)

GRILLE = Forme(
    "grille",
    (
        Cle("grille", "code", "Code de la grille, le même dans les listes de points.", obligatoire=True),
        Cle("version", "version", "Version de la grille.", obligatoire=True),
        Cle("libelle", "texte", "Nom de la grille, tel qu'il se lit.", obligatoire=True),
        Cle("code_epci", "siren", "SIREN de l'EPCI qui cote.", obligatoire=True),
        Cle(
            "demandes",
            "choix",
            "Les demandes cotées : toutes (par défaut), ou les seules mutations, ou les autres.",
            choix=get_args(Public),
        ),
        Cle("valide_du", "date", "Premier jour de validité, AAAA-MM-JJ.", obligatoire=True),
        Cle("valide_au", "date", "Dernier jour de validité ; absent : toujours en vigueur."),
        Cle(
            "statut",
            "choix",
            "en_vigueur : cote ; test : cote à côté ; projet : à simuler.",
            obligatoire=True,
            choix=get_args(Statut),
        ),
        Cle(
            "fictive",
            "oui_non",
            "oui : aucune délibération ; le code de la grille le dit alors (FICTIF, FICTIVE).",
            obligatoire=True,
        ),
        Cle("source", "texte", "Délibération, ou origine des valeurs.", obligatoire=True),
        _PLAFOND,
        _PLANCHER,
        Cle("blocs", "blocs", f"Les blocs de la grille : {', '.join(BLOCS)}.", obligatoire=True),
    ),
)
BLOC = Forme(
    "bloc",
    (
        Cle("criteres", "criteres", "Critères qui s'additionnent, chacun sous son code."),
        Cle("rubriques", "rubriques", "Rubriques, chacune sous son code."),
        _PLAFOND,
        _PLANCHER,
        _SAUF,
    ),
)
RUBRIQUE = Forme(
    "rubrique",
    (
        Cle(
            "regle",
            "choix",
            "max : seul le critère rempli qui donne le plus compte ; coche : seul le premier rempli ; "
            "somme : tous, et leur somme est bornée.",
            obligatoire=True,
            choix=get_args(Regle),
        ),
        Cle("criteres", "criteres", "Critères de la rubrique, chacun sous son code.", obligatoire=True),
        _PLAFOND,
        _PLANCHER,
        _SAUF,
    ),
)
CRITERE = Forme(
    "critère",
    (
        Cle("libelle", "texte", "Ce que dit la délibération.", obligatoire=True),
        Cle("si", "si", "Qui remplit le critère."),
        Cle("points", "points", "Points du critère, ou de chaque unité avec pour_chaque."),
        Cle("selon", "fait", "Le fait mesuré : un nombre, ou des événements que l'on compte."),
        Cle("depuis_mois", "entier", "Pour des événements : seuls ceux des derniers mois comptent."),
        Cle("pour_chaque", "nombre", "Pas de la mesure : chaque pas entier donne les points."),
        Cle("a_partir_de", "nombre", "La mesure se compte au-delà de cette valeur (0 par défaut)."),
        Cle("tranches", "tranches", "Points par tranche de la mesure : de ≤ mesure < a."),
        _PLAFOND,
        _PLANCHER,
        _SAUF,
        Cle("certifie_par", "code", "Pièce sans laquelle le critère ne compte pas dans le score définitif."),
        Cle("codes_declares", "textes", "Autres codes de ce critère dans les listes de points."),
    ),
)
TRANCHE = Forme(
    "tranche",
    (
        Cle("de", "nombre", "Borne basse, comprise ; absente : pas de borne."),
        Cle("a", "nombre", "Borne haute, non comprise ; absente : pas de borne."),
        Cle("points", "points", "Points de la tranche.", obligatoire=True),
    ),
)
