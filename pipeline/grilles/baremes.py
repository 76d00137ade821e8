"""How many points a criterion gives: always the same, for each unit of a measure, or by tranche of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pipeline.grilles.cles import TRANCHE
from pipeline.grilles.cles_lues import KeyReader
from pipeline.grilles.conditions import Chemin, ConditionReader
from pipeline.grilles.modele import Bareme, Fixe, Mesure, ParTranches, ParUnite, Tranche
from pipeline.grilles.problemes import Recueil
from pipeline.grilles.vocabulaire import Fait
from pipeline.grilles.yaml_situe import Liste, Noeud, Texte

_NOTHING = Fixe(Decimal(0))
_ZERO = Decimal(0)
_MEASURED_KEYS = ("selon", "depuis_mois", "pour_chaque", "a_partir_de", "tranches")


class BaremeReader:
    """Reads the points of a criterion from its keys; a fault gives no points, the grid being refused."""

    def __init__(self, keys: KeyReader, conditions: ConditionReader, recueil: Recueil) -> None:
        self.keys = keys
        self.conditions = conditions
        self.recueil = recueil

    def read(self, parts: Mapping[str, Any], ligne: int, chemin: Chemin) -> Bareme:
        """Read one of the three forms, or say what is missing of the one begun."""
        if not parts:
            return _NOTHING
        if not any(name in parts for name in _MEASURED_KEYS):
            return self._fixed(parts, ligne, chemin)
        if "selon" not in parts:
            self._refuse(ligne, chemin, "La clé « selon » manque.", "Écrivez le fait que le barème mesure.")
            return _NOTHING
        name: Texte | None = parts["selon"]
        fait = self.conditions.fact(name, (*chemin, "selon")) if name else None
        if fait is None or not self._is_measurable(fait, parts, chemin):
            return _NOTHING
        mesure = Mesure(fait.nom, parts.get("depuis_mois"))
        if "tranches" in parts:
            return self._by_tranche(fait, mesure, parts, chemin)
        return self._by_unit(fait, mesure, parts, ligne, chemin)

    def _fixed(self, parts: Mapping[str, Any], ligne: int, chemin: Chemin) -> Bareme:
        if "points" not in parts:
            self._refuse(
                ligne,
                chemin,
                "Le critère ne donne pas de points.",
                "Écrivez « points », ou « selon » et « tranches ».",
            )
            return _NOTHING
        if "si" not in parts:
            self._refuse(
                ligne,
                chemin,
                "Le critère n'a pas de condition : tout le monde aurait ces points.",
                "Écrivez « si ».",
            )
        return _NOTHING if parts["points"] is None else Fixe(parts["points"])

    def _is_measurable(self, fait: Fait, parts: Mapping[str, Any], chemin: Chemin) -> bool:
        name: Texte = parts["selon"]
        if not fait.est_mesurable:
            self._refuse(
                name.ligne,
                (*chemin, "selon"),
                f"{fait.nom} ne se mesure pas ({fait.type}).",
                "Mettez-le sous « si », ou mesurez un nombre ou des événements.",
            )
        elif "depuis_mois" in parts and fait.type != "dates":
            self._refuse(
                name.ligne,
                (*chemin, "depuis_mois"),
                f"{fait.nom} n'est pas une suite d'événements datés.",
                "Retirez « depuis_mois », ou mesurez des événements.",
            )
        else:
            return True
        return False

    def _by_unit(
        self, fait: Fait, mesure: Mesure, parts: Mapping[str, Any], ligne: int, chemin: Chemin
    ) -> Bareme:
        missing = [name for name in ("pour_chaque", "points") if name not in parts]
        for name in missing:
            self._refuse(
                ligne,
                chemin,
                f"La clé « {name} » manque au barème.",
                "Écrivez « pour_chaque » et « points », ou « tranches ».",
            )
        step = self._number(fait, parts.get("pour_chaque"), (*chemin, "pour_chaque"))
        start = self._number(fait, parts.get("a_partir_de"), (*chemin, "a_partir_de"))
        if step is not None and step <= 0:
            self._refuse(
                parts["pour_chaque"].ligne,
                (*chemin, "pour_chaque"),
                f"Le pas {step} n'est pas positif.",
                "Écrivez par exemple 1.",
            )
        if missing or step is None or step <= 0 or parts["points"] is None:
            return _NOTHING
        return ParUnite(mesure, step, start or _ZERO, parts["points"])

    def _by_tranche(self, fait: Fait, mesure: Mesure, parts: Mapping[str, Any], chemin: Chemin) -> Bareme:
        node: Noeud = parts["tranches"]
        for name in ("points", "pour_chaque", "a_partir_de"):
            if name in parts:
                self._refuse(
                    node.ligne,
                    (*chemin, name),
                    f"« {name} » ne va pas avec « tranches ».",
                    "Chaque tranche dit ses points.",
                )
        if not isinstance(node, Liste) or not node.elements:
            self._refuse(
                node.ligne,
                (*chemin, "tranches"),
                "Des tranches sont attendues.",
                "Une par tiret : {de: 12, a: 24, points: 5}.",
            )
            return _NOTHING
        path = (*chemin, "tranches")
        read = [self._tranche(fait, item, (*path, str(rank))) for rank, item in enumerate(node.elements, 1)]
        return ParTranches(mesure, tuple(tranche for tranche in read if tranche is not None))

    def _tranche(self, fait: Fait, node: Noeud, chemin: Chemin) -> Tranche | None:
        parts = self.keys.read(node, TRANCHE, chemin)
        low = self._number(fait, parts.get("de"), (*chemin, "de"))
        high = self._number(fait, parts.get("a"), (*chemin, "a"))
        if low is not None and high is not None and low >= high:
            self._refuse(
                node.ligne,
                chemin,
                f"La tranche de {low} à {high} est vide.",
                "« de » est compris, « a » ne l'est pas : de < a.",
            )
            return None
        unread = [name for name, value in (("de", low), ("a", high)) if name in parts and value is None]
        return (
            None if unread or parts.get("points") is None else Tranche(node.ligne, low, high, parts["points"])
        )

    def _number(self, fait: Fait, node: Texte | None, chemin: Chemin) -> Decimal | None:
        return None if node is None else self.conditions.number(fait, node, chemin)

    def _refuse(self, ligne: int, chemin: Chemin, found: str, remedy: str) -> None:
        self.recueil.refuse(ligne, chemin, found, remedy)
