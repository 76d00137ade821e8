"""The cases of a grid: households described by facts, and the points worked out by hand.

A fact that neither the case nor « defaut » gives is unknown, as it would be in the observatory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pipeline.grilles.cles import Cle, Forme
from pipeline.grilles.cles_lues import KeyReader
from pipeline.grilles.conditions import Chemin, ConditionReader
from pipeline.grilles.faits_donnes import UNKNOWN, FaitsReader, Valeur
from pipeline.grilles.modele import BLOCS, Grille
from pipeline.grilles.problemes import (
    CasRefusesError,
    GrilleRefuseeError,
    Probleme,
    Recueil,
    shown,
    told_words,
)
from pipeline.grilles.valeurs import read_score, read_text
from pipeline.grilles.vocabulaire import Vocabulaire, load_vocabulaire
from pipeline.grilles.yaml_situe import Carte, Noeud, Texte, read_yaml

SUFFIX = ".cas.yml"
NO_SCORE = "aucun"

Nature = Literal["total", "definitif", "bloc", "critere"]
_WORDS = {"bloc": "bloc", "critere": "critère"}

_JOUR = Cle(
    "jour", "date", "Jour des faits, AAAA-MM-JJ ; par défaut, le premier jour de validité de la grille."
)
_JEU = Forme(
    "cas",
    (
        _JOUR,
        Cle("defaut", "noeud", "Faits que tous les cas partagent ; un cas peut en dire d'autres."),
        Cle("cas", "noeud", "Les cas, chacun sous son nom.", obligatoire=True),
    ),
)
_CAS = Forme(
    "cas",
    (
        _JOUR,
        Cle("faits", "noeud", "Les faits qui comptent ; les autres sont inconnus.", obligatoire=True),
        Cle("calcul", "texte", "Le calcul à la main, en clair."),
        Cle(
            "total",
            "noeud",
            f"Points attendus ; {NO_SCORE} : la grille ne cote pas ce ménage.",
            obligatoire=True,
        ),
        Cle("definitif", "noeud", f"Score définitif attendu, ou {UNKNOWN}."),
        Cle("blocs", "noeud", "Points attendus de blocs, bornes comprises."),
        Cle("criteres", "noeud", "Points attendus de critères ; 0 : il ne compte pas."),
    ),
)


@dataclass(frozen=True)
class Attente:
    """A figure worked out by hand; None for no score, or for an unknown final score."""

    nature: Nature
    code: str
    points: Decimal | None


@dataclass(frozen=True)
class Cas:
    """One household, the day it is looked at, and what is expected of it."""

    nom: str
    ligne: int
    jour: date
    faits: Mapping[str, Valeur]
    attentes: tuple[Attente, ...]
    calcul: str = ""


@dataclass(frozen=True)
class JeuDeCas:
    """The cases of one file, and what is doubtful in them."""

    chemin: Path
    cas: tuple[Cas, ...]
    avertissements: tuple[Probleme, ...]


def cases_beside(grille: Path) -> Path:
    """Return where the cases of a grid are by default.

    >>> cases_beside(Path("a/lyon.yml")).name
    'lyon.cas.yml'
    """
    return grille.with_suffix(SUFFIX)


def load_cases(path: Path, grille: Grille, vocabulaire: Vocabulaire | None = None) -> JeuDeCas:
    """Read the cases of a grid, or refuse them with every problem found."""
    recueil = Recueil()
    try:
        root = read_yaml(path)
    except GrilleRefuseeError as error:
        raise CasRefusesError(error.fichier, error.problemes) from None
    facts = load_vocabulaire() if vocabulaire is None else vocabulaire
    cases = tuple(CasReader(grille, facts, recueil).read(root))
    if recueil.problemes:
        raise CasRefusesError(str(path), recueil.problemes)
    return JeuDeCas(path, cases, tuple(recueil.avertissements))


class CasReader:
    """Reads the cases of one grid; every problem goes to `recueil`."""

    def __init__(self, grille: Grille, vocabulaire: Vocabulaire, recueil: Recueil) -> None:
        self.grille = grille
        self.recueil = recueil
        self.conditions = ConditionReader(vocabulaire, recueil)
        self.keys = KeyReader(self.conditions, recueil)
        self.faits = FaitsReader(self.conditions, recueil)

    def read(self, root: Noeud) -> Iterator[Cas]:
        """Yield the cases in the order of the file."""
        head = self.keys.read(root, _JEU, ())
        day = head.get("jour") or self.grille.valide_du
        shared = self.faits.read(head["defaut"], ("defaut",)) if "defaut" in head else {}
        for key, node in self._entries(head["cas"], ("cas",), "cas") if "cas" in head else ():
            if (name := self.conditions.scalar(key, ("cas",), read_text)) is not None:
                yield self._case(name, key.ligne, node, day, shared)

    def _case(self, name: str, line: int, node: Noeud, day: date, shared: Mapping[str, Valeur]) -> Cas:
        path = (name,)
        parts = self.keys.read(node, _CAS, path)
        own = self.faits.read(parts["faits"], (*path, "faits")) if "faits" in parts else {}
        case = Cas(
            nom=name,
            ligne=line,
            jour=parts.get("jour") or day,
            faits={**shared, **own},
            attentes=tuple(self._expected(parts, path)),
            calcul=parts.get("calcul") or "",
        )
        self._check_days(case)
        return case

    def _expected(self, parts: Mapping[str, Any], chemin: Chemin) -> Iterator[Attente]:
        if "total" in parts:
            yield from self._score("total", "total", parts["total"], (*chemin, "total"), NO_SCORE)
        if "definitif" in parts:
            yield from self._score(
                "definitif", "definitif", parts["definitif"], (*chemin, "definitif"), UNKNOWN
            )
        yield from self._points("bloc", parts.get("blocs"), BLOCS, (*chemin, "blocs"))
        codes = tuple(critere.code for critere in self.grille.criteres)
        yield from self._points("critere", parts.get("criteres"), codes, (*chemin, "criteres"))

    def _points(
        self, nature: Nature, node: Noeud | None, known: tuple[str, ...], chemin: Chemin
    ) -> Iterator[Attente]:
        for key, value in self._entries(node, chemin, _WORDS[nature]) if node else ():
            if key.valeur in known:
                yield from self._score(nature, key.valeur, value, (*chemin, key.valeur))
            else:
                self.recueil.refuse(
                    key.ligne,
                    chemin,
                    f"{shown(key.valeur)} n'est pas dans la grille.",
                    told_words(key.valeur, known),
                )

    def _score(
        self, nature: Nature, code: str, node: Noeud, chemin: Chemin, absent: str = ""
    ) -> Iterator[Attente]:
        """Yield the points expected; a word may say that there are none."""
        if absent and isinstance(node, Texte) and node.valeur == absent:
            yield Attente(nature, code, None)
        elif (points := self.conditions.scalar(node, chemin, read_score)) is not None:
            yield Attente(nature, code, points)

    def _entries(self, node: Noeud, chemin: Chemin, what: str) -> tuple[tuple[Texte, Noeud], ...]:
        if isinstance(node, Carte) and node.entrees:
            return node.entrees
        self.recueil.refuse(
            node.ligne, chemin, f"Aucun {what} ici.", "Écrivez dessous, en retrait, « nom: »."
        )
        return ()

    def _check_days(self, case: Cas) -> None:
        """Refuse a day out of the grid's validity, and events after the day."""
        start, end = self.grille.valide_du, self.grille.valide_au
        if case.jour < start or (end is not None and case.jour > end):
            valid = f"du {start} au {end}" if end else f"depuis le {start}"
            self.recueil.refuse(
                case.ligne,
                (case.nom, "jour"),
                f"La grille ne vaut pas le {case.jour}.",
                f"Elle vaut {valid} : écrivez un « jour » où elle vaut.",
            )
        for name, value in case.faits.items():
            days = [item for item in value if isinstance(item, date)] if isinstance(value, list) else []
            if days and max(days) > case.jour:
                self.recueil.refuse(
                    case.ligne,
                    (case.nom, name),
                    f"Un événement du {max(days)} vient après le jour du cas, {case.jour}.",
                    "Corrigez sa date, ou écrivez « jour ».",
                )
