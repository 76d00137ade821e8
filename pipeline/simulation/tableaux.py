"""The figures of a simulation as tables, secrecy applied: what is shown, drawn or written comes from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pipeline.publication.secret import mask_partition, mask_share


@dataclass(frozen=True)
class Secret:
    """A figure that statistical secrecy hides."""


SECRET: Final = Secret()
Valeur = int | Decimal | Secret | None


@dataclass(frozen=True)
class Ligne:
    """One row: the axis and value it is about, what a person reads, its figures."""

    axe: str
    modalite: str
    libelle: str
    valeurs: tuple[Valeur, ...]


@dataclass(frozen=True)
class Tableau:
    """One table: its code and columns are those of the Parquet."""

    code: str
    titre: str
    dit: str
    tete: str
    colonnes: tuple[str, ...]
    titres: tuple[str, ...]
    lignes: tuple[Ligne, ...]


def told(values: Sequence[int | None]) -> tuple[Valeur, ...]:
    """Return masked counts as values."""
    return tuple(SECRET if value is None else value for value in values)


def share(part: int, whole: int, threshold: int) -> Valeur:
    """Return a part of a whole, or that it is secret."""
    return told([mask_share(part, whole, threshold)])[0]


def partition(counts: Sequence[int], threshold: int) -> tuple[Valeur, ...]:
    """Return the parts of a whole that is known."""
    return told(mask_partition(counts, threshold))


def whole(count: int, threshold: int) -> Valeur:
    """Return a total, or that it is secret."""
    return SECRET if 0 < count < threshold else count
