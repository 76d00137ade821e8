"""What is wrong in a grid: where, what was found, what to write instead; all of it told at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from pipeline.errors import MisuseError

MOST_SHOWN = 50
_NEAR_ENOUGH = 0.5
_SHOWN, _LOOKED_AT = 60, 200


@dataclass(frozen=True)
class Probleme:
    """One fault of a grid, at its line."""

    ligne: int
    chemin: tuple[str, ...]
    constat: str
    remede: str

    @property
    def place(self) -> str:
        """Say where it is."""
        return ", ".join([f"ligne {self.ligne}", " › ".join(map(_flat, self.chemin))]).removesuffix(", ")

    def __str__(self) -> str:
        return f"{self.place} : {self.constat} {self.remede}".rstrip()


@dataclass
class Recueil:
    """The problems and warnings met while a grid is read: nothing stops at the first."""

    problemes: list[Probleme] = field(default_factory=list)
    avertissements: list[Probleme] = field(default_factory=list)

    def refuse(self, ligne: int, chemin: Sequence[str], constat: str, remede: str) -> None:
        """Keep a problem; the grid will be refused."""
        self.problemes.append(Probleme(ligne, tuple(chemin), constat, remede))

    def warn(self, ligne: int, chemin: Sequence[str], constat: str, remede: str) -> None:
        """Keep a warning; the grid stays usable."""
        self.avertissements.append(Probleme(ligne, tuple(chemin), constat, remede))


class GrilleRefuseeError(MisuseError):
    """A grid that cannot be used, with every problem found in it."""

    dit = "Grille refusée"

    def __init__(self, fichier: str, problemes: Iterable[Probleme]) -> None:
        self.fichier = fichier
        self.problemes = tuple(
            sorted(set(problemes), key=lambda item: (item.ligne, item.chemin, item.constat))
        )
        count = f"{len(self.problemes)} problème" + ("s" if len(self.problemes) > 1 else "")
        self.entete = f"{self.dit}, {fichier} : {count}."
        hidden = len(self.problemes) - MOST_SHOWN
        self.reste = f"… et {hidden} autres, dits quand ceux-ci seront corrigés." if hidden > 0 else ""
        told = [str(item) for item in self.problemes[:MOST_SHOWN]]
        lines = [*told, self.reste] if self.reste else told
        super().__init__("\n".join([self.entete, *(f"  {line}" for line in lines)]))


class CasRefusesError(GrilleRefuseeError):
    """A file of cases that cannot be tried, with every problem found in it."""

    dit = "Cas refusés"


def nearest_first(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words, those that look like `word` first, then the rest in their order.

    >>> nearest_first("plafon", ["points", "plafond", "plancher"])
    ['plafond', 'plancher', 'points']
    """
    names = list(known)
    folded = {name.lower(): name for name in names}
    near = [folded[key] for key in get_close_matches(word.lower()[:80], folded, n=5, cutoff=_NEAR_ENOUGH)]
    return [*near, *(name for name in names if name not in near)]


def told_words(word: str, known: Iterable[str]) -> str:
    """Tell the remedy of an unknown word: the nearest one, then all that exist.

    >>> told_words("maxi", ["max", "coche"])
    'Vouliez-vous dire « max » ? Existent : max, coche.'
    """
    names = nearest_first(word, known)
    near = get_close_matches(word.lower()[:80], [names[0].lower()], cutoff=_NEAR_ENOUGH) if names else []
    question = f"Vouliez-vous dire « {names[0]} » ? " if near else ""
    return f"{question}Existent : {', '.join(names)}."


def shown(text: str) -> str:
    """Quote what was written, shortened, on one line.

    >>> shown("vingt  points")
    '« vingt points »'
    """
    return f"« {_flat(text)} »"


def _flat(text: str) -> str:
    flat = " ".join("".join(char if char.isprintable() else " " for char in text[:_LOOKED_AT]).split())
    is_whole = len(flat) <= _SHOWN and len(text) <= _LOOKED_AT
    return flat if is_whole else f"{flat[:_SHOWN]}…"
