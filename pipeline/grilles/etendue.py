"""How many points a grid can give at most and at least, part by part, as it is written.

Bounds and rubrics are followed, conditions and exclusions are not: what no household meets at once adds up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.grilles.modele import Bloc, Bornes, Critere, Fixe, Grille, ParTranches, ParUnite, Rubrique

NO_END = Decimal("Infinity")
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Etendue:
    """The least and the most points; infinite when the grid writes no bound."""

    bas: Decimal
    haut: Decimal

    def within(self, bornes: Bornes) -> "Etendue":
        """Keep both ends between a floor and a cap."""
        return Etendue(_bounded(self.bas, bornes), _bounded(self.haut, bornes))


def range_of_grid(grille: Grille) -> Etendue:
    """Return what the whole grid can give."""
    return _summed(range_of_bloc(bloc) for bloc in grille.blocs).within(grille.bornes)


def range_of_bloc(bloc: Bloc) -> Etendue:
    """Return what a bloc can give."""
    return _summed(_range_of(element) for element in bloc.elements).within(bloc.bornes)


def range_of_criterion(critere: Critere) -> Etendue:
    """Return what a criterion can give, nothing included."""
    match critere.bareme:
        case Fixe(points):
            given = [points]
        case ParTranches(_, tranches):
            given = [tranche.points for tranche in tranches]
        case ParUnite(points=points):
            given = [_ZERO, points * NO_END if points else _ZERO]
    kept = [_bounded(points, critere.bornes) for points in given]
    return Etendue(min(_ZERO, *kept), max(_ZERO, *kept))


def _range_of(element: Critere | Rubrique) -> Etendue:
    if isinstance(element, Critere):
        return range_of_criterion(element)
    ranges = [range_of_criterion(critere) for critere in element.criteres]
    if element.regle == "somme":
        return _summed(ranges).within(element.bornes)
    return Etendue(min(each.bas for each in ranges), max(each.haut for each in ranges))


def _summed(ranges: Iterable[Etendue]) -> Etendue:
    known = list(ranges)
    return Etendue(sum((each.bas for each in known), _ZERO), sum((each.haut for each in known), _ZERO))


def _bounded(points: Decimal, bornes: Bornes) -> Decimal:
    if bornes.plancher is not None:
        points = max(points, bornes.plancher)
    return points if bornes.plafond is None else min(points, bornes.plafond)
