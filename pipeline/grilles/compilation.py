"""Grids to DuckDB SQL over `int_demandes__faits`: one row per demande, EPCI and date, in one pass.

Grids of one shape (same conditions, other numbers) share one query and differ by a row of parameters, so that
400 EPCI cost one scan. Only the rows of a grid's EPCI, demandes and validity are scored: no grid, no row.
"""

from collections.abc import Callable, Iterable, Sequence

from pipeline.grilles.cible import Cible
from pipeline.grilles.disponibilite import unavailable_criteria
from pipeline.grilles.ecriture_sql import Nombres, listed, listed_values, place_numbers, quoted_text
from pipeline.grilles.modele import Grille
from pipeline.grilles.sql_grille import FAITS_SITUES, RANG_EPCI, GrilleSql

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
    return "\nunion all\n".join(_one_shape(sql, members, cible) for sql, members in shapes.items())


def _one_shape(sql: str, members: Sequence[tuple[Grille, Nombres]], cible: Cible) -> str:
    """Write the query of grids that differ by some values only: these are a row of parameters each.

    Values come from constant lists, and EPCI are joined by rank: the engine then knows their bounds, finds
    parameters by position without copying them, and adds up without checking each sum.
    """
    placed, columns = place_numbers(sql, [nombres for _, nombres in members])
    codes = sorted({grille.code_epci for grille, _ in members})
    columns[RANG_EPCI] = [codes.index(grille.code_epci) for grille, _ in members]
    parameters = [f"{listed_values(values)}[rang] as {name}" for name, values in columns.items()]
    texts = list(map(quoted_text, codes))
    # The rank leaves other EPCI out; told of one alone, the engine does not even read them.
    alone = f"\nwhere code_epci = {texts[0]}" if len(texts) == 1 else ""
    return (
        "(\nwith parametres as (\n"
        f"select\n{listed(parameters)}\nfrom range(1, {len(members) + 1}) as rangs(rang)\n),\n"
        f"{FAITS_SITUES} as (\n"
        f"select *, list_position([{', '.join(texts)}], code_epci) - 1 as {RANG_EPCI}\n"
        f"from {cible.faits}{alone}\n),\n"
        f"{placed}\n)"
    )
