"""From the nodes of a YAML file to the parts of a `Grille`: keys, types and the shape of each criterion.

What several parts say together (codes, exclusions, bounds, tranches) is judged in coherence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.grilles.baremes import BaremeReader
from pipeline.grilles.cles import BLOC, CRITERE, GRILLE, RUBRIQUE
from pipeline.grilles.cles_lues import KeyReader
from pipeline.grilles.conditions import Chemin, ConditionReader
from pipeline.grilles.modele import BLOCS, Bloc, Bornes, Critere, Grille, Renvoi, Rubrique
from pipeline.grilles.problemes import Recueil, shown, told_words
from pipeline.grilles.valeurs import IllisibleError, read_code
from pipeline.grilles.vocabulaire import Vocabulaire
from pipeline.grilles.yaml_situe import Carte, Noeud, Texte


@dataclass(frozen=True)
class GrilleLue:
    """What could be read of a file, faults included: enough to look for the others."""

    ligne: int
    entete: Mapping[str, Any]
    blocs: tuple[Bloc, ...]

    @property
    def bornes(self) -> Bornes:
        """Return the cap and floor of the whole grid."""
        return _bounds(self.entete)

    def complete(self) -> Grille:
        """Return the grid, once nothing was found wrong."""
        head = self.entete
        return Grille(
            code=head["grille"],
            version=head["version"],
            libelle=head["libelle"],
            code_epci=head["code_epci"],
            demandes=head.get("demandes", "toutes"),
            valide_du=head["valide_du"],
            valide_au=head.get("valide_au"),
            statut=head["statut"],
            fictive=head["fictive"],
            source=head["source"],
            blocs=self.blocs,
            bornes=self.bornes,
        )


class GrilleReader:
    """Reads one grid; every problem goes to `recueil`."""

    def __init__(self, vocabulaire: Vocabulaire, recueil: Recueil) -> None:
        self.recueil = recueil
        self.conditions = ConditionReader(vocabulaire, recueil)
        self.keys = KeyReader(self.conditions, recueil)
        self.baremes = BaremeReader(self.keys, self.conditions, recueil)

    def read(self, root: Noeud) -> GrilleLue:
        """Read the whole file."""
        head = self.keys.read(root, GRILLE, ())
        blocs = tuple(self._blocs(head["blocs"])) if "blocs" in head else ()
        return GrilleLue(root.ligne, head, blocs)

    def _blocs(self, node: Noeud) -> Iterator[Bloc]:
        for key, value in self._named(node, ("blocs",), "bloc"):
            path = ("blocs", key.valeur)
            if key.valeur not in BLOCS:
                self.recueil.refuse(
                    key.ligne, path, f"{shown(key.valeur)} n'est pas un bloc.", told_words(key.valeur, BLOCS)
                )
                continue
            parts = self.keys.read(value, BLOC, path)
            elements = (*self._criteria(parts, path), *self._rubriques(parts, path))
            if isinstance(value, Carte) and not {"criteres", "rubriques"} & set(parts):
                self.recueil.refuse(
                    key.ligne,
                    path,
                    "Le bloc n'a aucun critère.",
                    "Écrivez-en sous « criteres », ou supprimez le bloc.",
                )
            yield Bloc(key.valeur, key.ligne, elements, _bounds(parts), _references(parts))

    def _rubriques(self, parts: Mapping[str, Any], chemin: Chemin) -> Iterator[Rubrique]:
        for key, value in self._coded(parts.get("rubriques"), (*chemin, "rubriques"), "rubrique"):
            path = (*chemin, "rubriques", key.valeur)
            read = self.keys.read(value, RUBRIQUE, path)
            criteria, bounds, rule = (
                tuple(self._criteria(read, path)),
                _bounds(read),
                read.get("regle", "somme"),
            )
            if rule != "somme" and bounds != Bornes():
                self.recueil.refuse(
                    key.ligne,
                    path,
                    "Un plafond ou un plancher sur une rubrique où un seul critère compte.",
                    "Mettez-le sur ses critères.",
                )
            yield Rubrique(key.valeur, key.ligne, rule, criteria, bounds, _references(read))

    def _criteria(self, parts: Mapping[str, Any], chemin: Chemin) -> Iterator[Critere]:
        for key, value in self._coded(parts.get("criteres"), (*chemin, "criteres"), "critère"):
            path = (*chemin, "criteres", key.valeur)
            read = self.keys.read(value, CRITERE, path)
            yield Critere(
                code=key.valeur,
                ligne=key.ligne,
                libelle=read.get("libelle") or "",
                bareme=self.baremes.read(read, key.ligne, path),
                si=self.conditions.read(read["si"], (*path, "si")) if "si" in read else None,
                bornes=_bounds(read),
                sauf_si_compte=_references(read),
                certifie_par=read.get("certifie_par"),
                codes_declares=tuple(text.valeur for text in read.get("codes_declares", ())),
            )

    def _coded(self, node: Noeud | None, chemin: Chemin, what: str) -> Iterator[tuple[Texte, Noeud]]:
        """Yield the entries of a map keyed by codes; an unreadable code is told and left out."""
        for key, value in self._named(node, chemin, what) if node else ():
            try:
                read_code(key.valeur)
            except IllisibleError as fault:
                self.recueil.refuse(key.ligne, (*chemin, key.valeur), fault.constat, fault.remede)
            else:
                yield key, value

    def _named(self, node: Noeud, chemin: Chemin, what: str) -> tuple[tuple[Texte, Noeud], ...]:
        if isinstance(node, Carte) and node.entrees:
            return node.entrees
        self.recueil.refuse(
            node.ligne,
            chemin,
            f"Aucun code de {what} ici.",
            f"Écrivez dessous, en retrait, « code: » pour chaque {what}.",
        )
        return ()


def _bounds(parts: Mapping[str, Any]) -> Bornes:
    return Bornes(parts.get("plafond"), parts.get("plancher"))


def _references(parts: Mapping[str, Any]) -> tuple[Renvoi, ...]:
    return tuple(Renvoi(text.valeur, text.ligne) for text in parts.get("sauf_si_compte", ()))
