"""A document as both writers take it: a title, facts, tables of texts and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Cell = str | int | Decimal | float | None


@dataclass(frozen=True)
class Colonne:
    """A column: its title, its width in characters."""

    titre: str
    largeur: int = 10
    est_part: bool = False


@dataclass(frozen=True)
class Tableau:
    """A table, with the short name of its sheet."""

    nom: str
    titre: str
    note: str
    colonnes: tuple[Colonne, ...]
    lignes: tuple[tuple[Cell, ...], ...]
    vide: str = "Rien à signaler."


@dataclass(frozen=True)
class Document:
    """What is written of one bailleur and one year."""

    titre: str
    faits: tuple[tuple[str, str], ...]
    tableaux: tuple[Tableau, ...]


def told(cell: Cell, colonne: Colonne) -> str:
    """Write a cell as it is read in French; unknown is a dash.

    >>> [told(value, Colonne("", est_part=True)) for value in (0.814, None)]
    ['81,4 %', '—']
    >>> told(1234, Colonne("")), told(Decimal("30.50"), Colonne("")), told("=1", Colonne(""))
    ('1 234', '30,5', '=1')
    """
    if cell is None:
        return "—"
    if colonne.est_part and not isinstance(cell, str):
        return f"{100 * cell:.1f} %".replace(".", ",")
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", " ")
    if isinstance(cell, str):
        return cell
    return f"{Decimal(str(cell)).normalize():f}".replace(".", ",")


def widths(colonnes: Sequence[Colonne]) -> list[int]:
    """Return the widths of the columns."""
    return [colonne.largeur for colonne in colonnes]
