"""Reads the keys of one part of the file after the table of `cles`, and tells those at fault."""

from typing import Any

from pipeline.grilles.cles import Cle, Forme
from pipeline.grilles.conditions import Chemin, ConditionReader
from pipeline.grilles.problemes import Recueil, shown, told_words
from pipeline.grilles.valeurs import read_scalar, read_text
from pipeline.grilles.yaml_situe import Carte, Liste, Noeud, Texte

_LEFT_AS_NODES = {"si", "tranches", "criteres", "rubriques", "blocs", "fait", "nombre", "noeud"}


class KeyReader:
    """Reads maps of keys; problems go to the collection it was given."""

    def __init__(self, conditions: ConditionReader, recueil: Recueil) -> None:
        self.conditions = conditions
        self.recueil = recueil

    def read(self, node: Noeud, forme: Forme, chemin: Chemin) -> dict[str, Any]:
        """Return the values of the keys; what depends on a fact stays a node, the unreadable is None."""
        if not isinstance(node, Carte):
            self.recueil.refuse(
                node.ligne,
                chemin,
                f"Les clés d'une partie « {forme.nom} » sont attendues.",
                f"Écrivez : {', '.join(forme.par_nom)}.",
            )
            return {}
        found: dict[str, Any] = {}
        for key, value in node.entrees:
            path = (*chemin, key.valeur)
            if (cle := forme.par_nom.get(key.valeur)) is None:
                self.recueil.refuse(
                    key.ligne,
                    path,
                    f"Clé inconnue : {shown(key.valeur)}.",
                    told_words(key.valeur, forme.par_nom),
                )
            else:
                found[key.valeur] = self._value(cle, value, path)
        self._tell_missing(node, forme, chemin)
        return found

    def _value(self, cle: Cle, node: Noeud, chemin: Chemin) -> Any:
        if cle.genre == "textes":
            return self._texts(node, chemin)
        if cle.genre in {"fait", "nombre"} and not isinstance(node, Texte):
            return self.conditions.scalar(node, chemin, str)
        if cle.genre in _LEFT_AS_NODES:
            return node
        return self.conditions.scalar(node, chemin, lambda text: read_scalar(cle, text))

    def _texts(self, node: Noeud, chemin: Chemin) -> tuple[Texte, ...]:
        items = node.elements if isinstance(node, Liste) else (node,)
        read = ((item.ligne, self.conditions.scalar(item, chemin, read_text)) for item in items)
        return tuple(Texte(ligne, text) for ligne, text in read if text is not None)

    def _tell_missing(self, node: Carte, forme: Forme, chemin: Chemin) -> None:
        written = {key.valeur for key, _ in node.entrees}
        for cle in forme.cles:
            if cle.obligatoire and cle.nom not in written:
                self.recueil.refuse(
                    node.ligne, chemin, f"La clé « {cle.nom} » manque.", f"Écrivez-la. {cle.dit}"
                )
