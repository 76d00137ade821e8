"""What stands under `si`: facts and tests, joined by `toutes`, `une_de`, `aucune_de`.

Two facts in one map must both hold. A text or a list takes one code or several; a number takes
comparisons; events take comparisons of how many happened.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar, get_args

from pipeline.grilles.modele import (
    AucuneDe,
    Comparaison,
    Compare,
    Condition,
    Mesure,
    Parmi,
    Renseigne,
    Toutes,
    UneDe,
    Vrai,
)
from pipeline.grilles.problemes import Recueil, nearest_first, shown, told_words
from pipeline.grilles.valeurs import IllisibleError, read_number, read_text, read_whole, read_yes_no
from pipeline.grilles.vocabulaire import Fait, Vocabulaire
from pipeline.grilles.yaml_situe import Carte, Liste, Noeud, Texte

JOINS = {"toutes": Toutes, "une_de": UneDe, "aucune_de": AucuneDe}
COMPARISONS = get_args(Comparaison)
_CODE_TESTS = ("parmi", "sauf", "renseigne")
_COUNT_TESTS = (*COMPARISONS, "renseigne")
_EVENT_TESTS = (*COMPARISONS, "depuis_mois", "renseigne")
UNKNOWN_WORD = "non_renseigne"

Chemin = tuple[str, ...]
T = TypeVar("T")


class ConditionReader:
    """Reads conditions over one vocabulary; problems go to the collection it was given."""

    def __init__(self, vocabulaire: Vocabulaire, recueil: Recueil) -> None:
        self.vocabulaire = vocabulaire
        self.recueil = recueil

    def read(self, node: Noeud, chemin: Chemin) -> Condition | None:
        """Read one map of facts and joins; None when a problem was met in it."""
        if not isinstance(node, Carte) or not node.entrees:
            self.recueil.refuse(
                node.ligne,
                chemin,
                "Une condition est attendue.",
                "Écrivez « fait: valeur », par exemple « est_dalo: oui ».",
            )
            return None
        terms: list[Condition | None] = []
        for key, value in node.entrees:
            path = (*chemin, key.valeur)
            if key.valeur in JOINS:
                terms.append(self._join(key.valeur, value, path))
            elif (fait := self.fact(key, path, extra=tuple(JOINS))) is not None:
                terms.append(self._test(fait, value, path))
            else:
                terms.append(None)
        known = [term for term in terms if term is not None]
        if len(known) < len(terms):
            return None
        return known[0] if len(known) == 1 else Toutes(tuple(known))

    def fact(self, name: Texte, chemin: Chemin, extra: tuple[str, ...] = ()) -> Fait | None:
        """Find a fact by its name, or list those that exist, the nearest first."""
        if fait := self.vocabulaire.get(name.valeur):
            return fait
        known = (*self.vocabulaire, *extra)
        first, *others = nearest_first(name.valeur, known)
        self.recueil.refuse(
            name.ligne,
            chemin,
            f"{shown(name.valeur)} n'est pas un fait connu.",
            f"Le plus proche : {first}. Les autres : {', '.join(others)}.",
        )
        return None

    def _join(self, name: str, node: Noeud, chemin: Chemin) -> Condition | None:
        if not isinstance(node, Liste) or not node.elements:
            self.recueil.refuse(
                node.ligne,
                chemin,
                f"« {name} » attend une liste de conditions.",
                "Une condition par tiret, dessous.",
            )
            return None
        terms = [self.read(item, (*chemin, str(rank))) for rank, item in enumerate(node.elements, 1)]
        known = tuple(term for term in terms if term is not None)
        return JOINS[name](known) if len(known) == len(terms) else None

    def _test(self, fait: Fait, node: Noeud, chemin: Chemin) -> Condition | None:
        if isinstance(node, Carte):
            return self._operators(fait, node, chemin)
        match fait.type:
            case "texte" | "liste":
                return self._codes(fait, node, chemin)
            case "booleen":
                value = self.scalar(node, chemin, read_yes_no)
                return None if value is None else Vrai(fait.nom, value)
            case "entier" | "nombre":
                number = self.number(fait, node, chemin)
                return None if number is None else Compare(Mesure(fait.nom), "egal", number)
            case "dates":
                self.recueil.refuse(
                    node.ligne,
                    chemin,
                    f"{fait.nom} est une suite d'événements datés.",
                    "Dites combien : {au_moins: 1}, et depuis quand : {au_moins: 1, depuis_mois: 24}.",
                )
                return None

    def _operators(self, fait: Fait, node: Carte, chemin: Chemin) -> Condition | None:
        """Read `{au_moins: 3, renseigne: oui}`: every operator must hold."""
        allowed = self._allowed(fait)
        window = self._window(node, chemin) if fait.type == "dates" else None
        before = len(self.recueil.problemes)
        terms: list[Condition | None] = []
        for key, value in node.entrees:
            path = (*chemin, key.valeur)
            if key.valeur not in allowed:
                self.recueil.refuse(
                    key.ligne,
                    path,
                    f"{shown(key.valeur)} ne s'applique pas à {fait.nom} ({fait.type}).",
                    told_words(key.valeur, allowed),
                )
            elif key.valeur != "depuis_mois":
                terms.append(self._operator(fait, key.valeur, value, path, window))
        known = tuple(term for term in terms if term is not None)
        if len(self.recueil.problemes) > before:
            return None
        if not known:
            self.recueil.refuse(
                node.ligne, chemin, "Aucune comparaison.", f"Écrivez l'une de : {', '.join(allowed)}."
            )
            return None
        self._check_bounds(known, node.ligne, chemin)
        return known[0] if len(known) == 1 else Toutes(known)

    def _allowed(self, fait: Fait) -> tuple[str, ...]:
        return {
            "texte": _CODE_TESTS,
            "liste": _CODE_TESTS,
            "booleen": ("renseigne",),
            "dates": _EVENT_TESTS,
        }.get(fait.type, _COUNT_TESTS)

    def _operator(
        self, fait: Fait, operator: str, node: Noeud, chemin: Chemin, window: int | None
    ) -> Condition | None:
        if operator == "renseigne":
            value = self.scalar(node, chemin, read_yes_no)
            return None if value is None else Renseigne(fait.nom, value)
        if operator in {"parmi", "sauf"}:
            found = self._codes(fait, node, chemin)
            return AucuneDe((found,)) if found is not None and operator == "sauf" else found
        number = self.number(fait, node, chemin)
        return None if number is None else Compare(Mesure(fait.nom, window), operator, number)  # ty: ignore[invalid-argument-type]

    def _window(self, node: Carte, chemin: Chemin) -> int | None:
        for key, value in node.entrees:
            if key.valeur == "depuis_mois":
                return self.scalar(value, (*chemin, key.valeur), read_whole)
        return None

    def _check_bounds(self, terms: tuple[Condition, ...], line: int, chemin: Chemin) -> None:
        low = [
            term.seuil
            for term in terms
            if isinstance(term, Compare) and term.comparaison in {"au_moins", "plus_de"}
        ]
        high = [
            term.seuil
            for term in terms
            if isinstance(term, Compare) and term.comparaison in {"au_plus", "moins_de"}
        ]
        if low and high and max(low) > min(high):
            self.recueil.refuse(
                line,
                chemin,
                f"Rien n'est à la fois d'au moins {max(low)} et d'au plus {min(high)}.",
                "Échangez les deux bornes.",
            )

    def _codes(self, fait: Fait, node: Noeud, chemin: Chemin) -> Parmi | None:
        """Read one code or a list of codes."""
        items = node.elements if isinstance(node, Liste) else (node,)
        if not items:
            self.recueil.refuse(node.ligne, chemin, "La liste est vide.", "Écrivez au moins un code.")
        codes = [self.scalar(item, chemin, read_text) for item in items]
        for item, code in zip(items, codes, strict=True):
            if code is not None:
                self.check_code(fait, code, item.ligne, chemin)
        known = tuple(dict.fromkeys(code for code in codes if code is not None))
        return Parmi(fait.nom, known) if known else None

    def check_code(self, fait: Fait, code: str, line: int, chemin: Chemin) -> None:
        """Refuse a code out of a closed list, doubt one out of an open list."""
        if code == UNKNOWN_WORD:
            self.recueil.refuse(line, chemin, f"« {code} » n'est pas un code.", "Écrivez {renseigne: non}.")
        elif fait.codes is not None and code not in fait.codes:
            tell = self.recueil.warn if fait.liste_ouverte else self.recueil.refuse
            tell(
                line, chemin, f"{shown(code)} n'est pas un code de {fait.nom}.", told_words(code, fait.codes)
            )

    def number(self, fait: Fait, node: Noeud, chemin: Chemin) -> Decimal | None:
        """Read a number the fact can be compared with: no more decimals than it has."""
        value = self.scalar(node, chemin, read_number)
        if value is None:
            return None
        step = Decimal(1).scaleb(-fait.decimales)
        if value != value.quantize(step):
            kind = f"{fait.decimales} décimale(s) au plus" if fait.decimales else "un nombre entier"
            self.recueil.refuse(
                node.ligne, chemin, f"{value} est plus fin que {fait.nom}.", f"Écrivez {kind}."
            )
            return None
        return value

    def scalar(self, node: Noeud, chemin: Chemin, read: Callable[[str], T]) -> T | None:
        """Read one text by `read`; a list, a map or an unreadable text is a problem."""
        if not isinstance(node, Texte):
            self.recueil.refuse(
                node.ligne, chemin, "Une seule valeur est attendue.", "Écrivez-la sur la ligne de sa clé."
            )
            return None
        try:
            return read(node.valeur)
        except IllisibleError as fault:
            self.recueil.refuse(node.ligne, chemin, fault.constat, fault.remede)
            return None
