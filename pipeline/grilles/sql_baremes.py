"""The points of a criterion by itself, once it is met."""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.grilles.ecriture_sql import scaled
from pipeline.grilles.modele import Bornes, Critere, Fixe, ParTranches, ParUnite
from pipeline.grilles.sql_conditions import Colonnes

# No criterion gives more than 10,000 points, either way: sums then stay within four bytes.
MOST = 1_000_000


@dataclass(frozen=True)
class Port:
    """How points are carried: multiplied, with a mark under or above them, which 0 points may go without."""

    facteur: int = 1
    marque: int = 0
    zero_marque: bool = True

    def carried(self, points: int) -> int:
        """Return points with their mark."""
        return points * self.facteur + self.marque if points or self.zero_marque else 0

    def carry(self, expression: str) -> str:
        """Return computed points with their mark."""
        return expression if self == SEULS else f"{expression} * {self.facteur} + {self.marque}"


SEULS = Port()


def bounded_sql(expression: str, bornes: Bornes, colonnes: Colonnes) -> str:
    """Keep an amount between its floor and its cap."""
    if bornes.plancher is not None:
        expression = f"greatest({expression}, {colonnes.nombres.write(scaled(bornes.plancher))})"
    if bornes.plafond is not None:
        expression = f"least({expression}, {colonnes.nombres.write(scaled(bornes.plafond))})"
    return expression


def points_sql(critere: Critere, colonnes: Colonnes, port: Port = SEULS) -> str:
    """Return the points of a criterion once met, bounded by its own cap and floor, as they are carried."""
    match critere.bareme:
        case Fixe(points):
            return _fixed(points, critere.bornes, colonnes, port)
        case ParTranches(mesure):
            measured = colonnes.measure(mesure)
            *firsts, last = critere.bareme.par_ordre
            given = _fixed(last.points, critere.bornes, colonnes, port)
            # Met, a demande is in one of the tranches: the first that ends beyond it.
            cases = "".join(
                f" when {measured} < {colonnes.threshold(mesure, tranche.a)} "
                f"then {_fixed(tranche.points, critere.bornes, colonnes, port)}"
                for tranche in firsts
                if tranche.a is not None
            )
            return f"case{cases} else {given} end" if cases else given
        case ParUnite(mesure, pas, debut, points):
            begun, step = (colonnes.whole_threshold(mesure, value) for value in (debut, pas))
            units = f"least(({colonnes.whole_measure(mesure)} - {begun}) // {step}, {MOST})"
            given = f"{units} * {colonnes.nombres.write(scaled(points))}"
            kept = _kept(given, critere.bornes, colonnes, rising=points >= 0)
            return port.carry(f"cast({kept} as integer)")


def _kept(given: str, bornes: Bornes, colonnes: Colonnes, *, rising: bool) -> str:
    """Keep points per unit, which go one way from 0, within their bounds and the most there may be."""
    low, high = bornes.plancher, bornes.plafond
    if low is not None or not rising:
        floor = f"-{MOST}" if low is None else colonnes.nombres.write(scaled(low))
        given = f"greatest({given}, {floor})"
    if high is not None or rising:
        cap = str(MOST) if high is None else colonnes.nombres.write(scaled(high))
        given = f"least({given}, {cap})"
    return given


def most_points(critere: Critere) -> int:
    """Return the most a criterion of written points gives or takes."""
    match critere.bareme:
        case Fixe(points):
            return abs(_bounded(points, critere.bornes))
        case ParTranches():
            return max(abs(_bounded(each.points, critere.bornes)) for each in critere.bareme.par_ordre)
        case ParUnite():
            return MOST


def is_never_negative(critere: Critere) -> bool:
    """Tell whether no points written in the grid are taken; points per unit are not looked into."""
    match critere.bareme:
        case Fixe(points):
            return _bounded(points, critere.bornes) >= 0
        case ParTranches():
            return all(_bounded(each.points, critere.bornes) >= 0 for each in critere.bareme.par_ordre)
        case ParUnite():
            return False


def _fixed(points: Decimal, bornes: Bornes, colonnes: Colonnes, port: Port) -> str:
    return colonnes.nombres.write(port.carried(_bounded(points, bornes)))


def _bounded(points: Decimal, bornes: Bornes) -> int:
    if bornes.plancher is not None:
        points = max(points, bornes.plancher)
    if bornes.plafond is not None:
        points = min(points, bornes.plafond)
    return scaled(points)
