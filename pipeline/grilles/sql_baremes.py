"""The points of a criterion by itself, once it is met."""

from decimal import Decimal

from pipeline.grilles.ecriture_sql import scaled
from pipeline.grilles.modele import Bornes, Critere, Fixe, ParTranches, ParUnite
from pipeline.grilles.sql_conditions import Colonnes, tranche_sql

# No criterion gives more than 10,000 points, either way: sums then stay within four bytes.
MOST = 1_000_000


def bounded_sql(expression: str, bornes: Bornes, colonnes: Colonnes) -> str:
    """Keep an amount between its floor and its cap."""
    if bornes.plancher is not None:
        expression = f"greatest({expression}, {colonnes.nombres.write(scaled(bornes.plancher))})"
    if bornes.plafond is not None:
        expression = f"least({expression}, {colonnes.nombres.write(scaled(bornes.plafond))})"
    return expression


def points_sql(critere: Critere, colonnes: Colonnes) -> str:
    """Return the points of a criterion once met, bounded by its own cap and floor."""
    match critere.bareme:
        case Fixe(points):
            return _fixed(points, critere.bornes, colonnes)
        case ParTranches(mesure, tranches):
            cases = []
            for tranche in tranches:
                points = _fixed(tranche.points, critere.bornes, colonnes)
                cases.append(f"when {tranche_sql(mesure, tranche, colonnes)} then {points}")
            return f"case {' '.join(cases)} end"
        case ParUnite(mesure, pas, debut, points):
            beyond = f"({colonnes.measure(mesure)} - {colonnes.threshold(mesure, debut)})"
            units = f"least({beyond} // {colonnes.threshold(mesure, pas)}, {MOST})"
            given = f"{units} * {colonnes.nombres.write(scaled(points))}"
            kept = f"cast(greatest(least({given}, {MOST}), -{MOST}) as integer)"
            return bounded_sql(kept, critere.bornes, colonnes)


def _fixed(points: Decimal, bornes: Bornes, colonnes: Colonnes) -> str:
    if bornes.plancher is not None:
        points = max(points, bornes.plancher)
    if bornes.plafond is not None:
        points = min(points, bornes.plafond)
    return colonnes.nombres.write(scaled(points))
