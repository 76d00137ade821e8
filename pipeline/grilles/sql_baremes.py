"""The points of a criterion by itself, once it is met."""

from decimal import Decimal

from pipeline.grilles.ecriture_sql import scaled
from pipeline.grilles.modele import Bornes, Critere, Fixe, ParTranches, ParUnite
from pipeline.grilles.sql_conditions import Colonnes

# No criterion gives more than 10,000 points, either way: sums then stay within four bytes.
MOST = 1_000_000


def bounded_sql(expression: str, bornes: Bornes, colonnes: Colonnes) -> str:
    """Keep an amount between its floor and its cap."""
    if bornes.plancher is not None:
        expression = f"greatest({expression}, {colonnes.nombres.write(scaled(bornes.plancher))})"
    if bornes.plafond is not None:
        expression = f"least({expression}, {colonnes.nombres.write(scaled(bornes.plafond))})"
    return expression


def points_sql(critere: Critere, colonnes: Colonnes, bit: int = 0) -> str:
    """Return the points of a criterion once met, bounded by its own cap and floor.

    Points that are not zero carry `bit`; points per unit never do.
    """
    match critere.bareme:
        case Fixe(points):
            return _fixed(points, critere.bornes, colonnes, bit)
        case ParTranches(mesure):
            measured = colonnes.measure(mesure)
            *firsts, last = critere.bareme.par_ordre
            given = _fixed(last.points, critere.bornes, colonnes, bit)
            # Met, a demande is in one of the tranches: the first that ends beyond it.
            cases = "".join(
                f" when {measured} < {colonnes.threshold(mesure, tranche.a)} "
                f"then {_fixed(tranche.points, critere.bornes, colonnes, bit)}"
                for tranche in firsts
                if tranche.a is not None
            )
            return f"case{cases} else {given} end" if cases else given
        case ParUnite(mesure, pas, debut, points):
            beyond = f"({colonnes.measure(mesure)} - {colonnes.threshold(mesure, debut)})"
            units = f"least({beyond} // {colonnes.threshold(mesure, pas)}, {MOST})"
            given = f"{units} * {colonnes.nombres.write(scaled(points))}"
            kept = f"cast(greatest(least({given}, {MOST}), -{MOST}) as integer)"
            return bounded_sql(kept, critere.bornes, colonnes)


def _fixed(points: Decimal, bornes: Bornes, colonnes: Colonnes, bit: int) -> str:
    if bornes.plancher is not None:
        points = max(points, bornes.plancher)
    if bornes.plafond is not None:
        points = min(points, bornes.plafond)
    given = scaled(points)
    return colonnes.nombres.write(given + bit if given else 0)
