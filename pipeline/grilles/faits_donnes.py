"""The facts of a household described by hand: read as their type asks, `inconnu` for what is not known."""

from datetime import date
from decimal import Decimal

from pipeline.grilles.conditions import UNKNOWN_WORD, Chemin, ConditionReader
from pipeline.grilles.problemes import Recueil
from pipeline.grilles.valeurs import read_date, read_text, read_yes_no
from pipeline.grilles.vocabulaire import Fait
from pipeline.grilles.yaml_situe import Carte, Liste, Noeud, Texte

UNKNOWN = "inconnu"

Valeur = bool | int | Decimal | str | list[str] | list[date] | None


class FaitsReader:
    """Reads maps of facts; problems go to the collection it was given."""

    def __init__(self, conditions: ConditionReader, recueil: Recueil) -> None:
        self.conditions = conditions
        self.recueil = recueil

    def read(self, node: Noeud, chemin: Chemin) -> dict[str, Valeur]:
        """Return the facts that could be read, in their order."""
        if not isinstance(node, Carte):
            self.recueil.refuse(
                node.ligne, chemin, "Des faits sont attendus.", "Écrivez « fait: valeur », un par ligne."
            )
            return {}
        found: dict[str, Valeur] = {}
        for key, value in node.entrees:
            path = (*chemin, key.valeur)
            if (fait := self.conditions.fact(key, path)) is not None:
                found[fait.nom] = self._value(fait, value, path)
        return found

    def _value(self, fait: Fait, node: Noeud, chemin: Chemin) -> Valeur:
        if isinstance(node, Texte) and node.valeur == UNKNOWN:
            return None
        if isinstance(node, Texte) and node.valeur == UNKNOWN_WORD:
            self.recueil.refuse(
                node.ligne, chemin, f"« {UNKNOWN_WORD} » n'est pas une valeur.", f"Écrivez {UNKNOWN}."
            )
            return None
        if fait.type == "liste":
            codes = [self._code(fait, item, chemin) for item in _items(node)]
            return [code for code in codes if code is not None]
        if fait.type == "dates":
            days = [self.conditions.scalar(item, chemin, read_date) for item in _items(node)]
            return [day for day in days if day is not None]
        return self._one(fait, node, chemin)

    def _one(self, fait: Fait, node: Noeud, chemin: Chemin) -> Valeur:
        if fait.type == "booleen":
            return self.conditions.scalar(node, chemin, read_yes_no)
        if fait.type == "texte":
            return self._code(fait, node, chemin)
        number = self.conditions.number(fait, node, chemin)
        return int(number) if number is not None and fait.type == "entier" else number

    def _code(self, fait: Fait, node: Noeud, chemin: Chemin) -> str | None:
        code = self.conditions.scalar(node, chemin, read_text)
        if code is not None:
            self.conditions.check_code(fait, code, node.ligne, chemin)
        return code


def _items(node: Noeud) -> tuple[Noeud, ...]:
    """Return the elements of a list; one value alone makes a list of one."""
    return node.elements if isinstance(node, Liste) else (node,)
