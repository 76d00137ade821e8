"""Grids to DuckDB SQL over `int_demandes__faits`: one row per demande, EPCI and date, in one pass.

Grids of one shape (same conditions, other numbers) share one query and differ by a row of parameters, so that
400 EPCI cost one scan. Only the rows of a grid's EPCI, demandes and validity are scored: no grid, no row.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from pipeline.grilles.cible import Cible
from pipeline.grilles.disponibilite import unavailable_criteria
from pipeline.grilles.ecriture_sql import Nombres, number_column, place_numbers, quoted_text
from pipeline.grilles.modele import Grille
from pipeline.grilles.sql_grille import IDENTITY, GrilleSql

_PARAMETERS = ("code_epci", *IDENTITY, "valide_du", "valide_au")
_CRITERIA = (
    "rang", "code_epci", "grille_version", "demandes", "statut", "bloc", "critere", "libelle",
    "codes_declares", "est_disponible", "est_fictif",
)  # fmt: skip
_HERE = Cible()


def totals_sql(grilles: Sequence[Grille], cible: Cible = _HERE) -> str:
    """Return the query of scores: totals, subtotals per bloc, masks of criteria."""
    return _query(grilles, cible, GrilleSql.totals)


def detail_sql(grilles: Sequence[Grille], cible: Cible = _HERE) -> str:
    """Return the query of what makes each provisional score: criteria, and what caps take or floors give."""
    return _query(grilles, cible, GrilleSql.detail)


def criteria_sql(grilles: Iterable[Grille], cible: Cible = _HERE) -> str:
    """Return the query of the grids themselves: one row per criterion, `rang` being its bit in the masks."""
    rows = []
    for grille in grilles:
        missing = unavailable_criteria(grille, cible.mots)
        blocs = {critere.code: bloc.code for bloc in grille.blocs for critere in bloc.criteres}
        named = (grille.code_epci, grille.grille_version, grille.demandes, grille.statut)
        for rank, critere in enumerate(grille.criteres):
            texts = ", ".join(map(quoted_text, (*named, blocs[critere.code], critere.code, critere.libelle)))
            declared = ", ".join(map(quoted_text, (critere.code, *critere.codes_declares)))
            rows.append(f"({rank}, {texts}, [{declared}], {critere.code not in missing}, {grille.fictive})")
    return "from (values\n" + ",\n".join(rows) + f"\n) as criteres({', '.join(_CRITERIA)})"


def _query(grilles: Sequence[Grille], cible: Cible, write: Callable[[GrilleSql], str]) -> str:
    """Write one query for each shape met, all of them together."""
    if not grilles:
        raise ValueError("no grid to compile")
    shapes: dict[str, list[tuple[Grille, Nombres]]] = {}
    for grille in grilles:
        written = GrilleSql(grille, cible)
        shapes.setdefault(write(written), []).append((grille, written.nombres))
    return "\nunion all\n".join(_one_shape(sql, members) for sql, members in shapes.items())


def _one_shape(sql: str, members: Sequence[tuple[Grille, Nombres]]) -> str:
    """Write the query of grids that differ by some numbers only: these are a row of parameters each."""
    placed, ranks = place_numbers(sql, [nombres for _, nombres in members])
    rows = []
    for grille, nombres in members:
        named = f"{quoted_text(grille.code_epci)}, {quoted_text(grille.grille_version)}"
        end = grille.valide_au or date.max
        numbers = "".join(f", {nombres.valeurs[rank]}" for rank in ranks)
        rows.append(f"({named}, {grille.fictive}, date '{grille.valide_du}', date '{end}'{numbers})")
    columns = ", ".join([*_PARAMETERS, *map(number_column, ranks)])
    parameters = f"parametres({columns}) as (\nvalues\n" + ",\n".join(rows) + "\n)"
    return f"(\nwith {parameters},\n{placed}\n)"
