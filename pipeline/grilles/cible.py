"""What a compiled grid scores."""

from dataclasses import dataclass

from pipeline.grilles.vocabulaire import Vocabulaire, load_vocabulaire

FAITS = "int_demandes__faits"


@dataclass(frozen=True)
class Cible:
    """A relation of facts, its vocabulary, and whether grids are tried beyond their validity."""

    faits: str = FAITS
    a_toute_date: bool = False
    vocabulaire: Vocabulaire | None = None

    @property
    def mots(self) -> Vocabulaire:
        """Return the vocabulary of its facts."""
        return load_vocabulaire() if self.vocabulaire is None else self.vocabulaire
