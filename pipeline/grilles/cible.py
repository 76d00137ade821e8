"""What a compiled grid scores."""

from dataclasses import dataclass

from pipeline.grilles.vocabulaire import Vocabulaire, load_vocabulaire

FAITS = "int_demandes__faits"
LEFT_OUT = "rang_sans"


@dataclass(frozen=True)
class Cible:
    """A relation of facts, its vocabulary, and whether grids are tried beyond their validity.

    `sans` names a list of that relation, ranks of criteria: the row is scored once for each, without it.
    """

    faits: str = FAITS
    a_toute_date: bool = False
    vocabulaire: Vocabulaire | None = None
    sans: str = ""

    @property
    def mots(self) -> Vocabulaire:
        """Return the vocabulary of its facts."""
        return load_vocabulaire() if self.vocabulaire is None else self.vocabulaire
