"""Who gains and loses rank, by group."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.publication.secret import mask_table
from pipeline.simulation.axes import AXES, in_order
from pipeline.simulation.tableaux import SECRET, Ligne, Tableau, Valeur, told

if TYPE_CHECKING:
    from pipeline.simulation.mesures import Lecteur

_OUTCOMES = ("gagnent", "perdent", "identiques", "sans_comparaison")
_MEDIAN = "quantile_disc(place_avant - place_apres, 0.5)"
_Rows = Mapping[str, list[tuple[Any, ...]]]


def groups_table(lecteur: "Lecteur") -> Tableau:
    """Count who gains and loses rank in each group, and the median of places gained."""
    rows = {axis: _outcomes(lecteur, axis) for axis in AXES}
    few_stay = 0 < sum(row[3] for row in next(iter(rows.values()))) < lecteur.seuil
    tables = _masked(rows, lecteur.seuil, few_stay=few_stay)
    [(median,)] = lecteur.rows(f"select {_MEDIAN} from rangees_menages")
    compared = sum(sum(row[1:4]) for row in next(iter(rows.values())))
    total = next(iter(tables.values()))[-1]
    known = SECRET if compared < lecteur.seuil else median
    lines = [Ligne("ensemble", "ensemble", "ensemble", (*_unfolded(total, few_stay=few_stay), known))]
    for axis, found in rows.items():
        for row, cells in zip(found, tables[axis], strict=False):
            hidden = SECRET if sum(row[1:4]) < lecteur.seuil else row[5]
            lines.append(Ligne(axis, row[0], row[0], (*_unfolded(cells, few_stay=few_stay), hidden)))
    return Tableau(
        "groupes",
        "Qui gagne, qui perd",
        "Rang 1 : le plus de points. « Places gagnées » : médiane des comparés, négative s'ils reculent."
        + (" Trop peu gardent leur rang : ils sont comptés avec ceux qui perdent." if few_stay else ""),
        "groupe",
        (*_OUTCOMES, "ensemble", "places_gagnees_mediane"),
        ("gagnent", "perdent", "même rang", "sans comparaison", "ensemble", "places gagnées"),
        tuple(lines),
    )


def _outcomes(lecteur: "Lecteur", axis: str) -> list[tuple[Any, ...]]:
    rows = lecteur.rows(
        f"select {axis}, count(*) filter (where place_apres < place_avant), "
        "count(*) filter (where place_apres > place_avant), "
        "count(*) filter (where place_apres = place_avant), "
        f"count(*) filter (where place_apres is null), {_MEDIAN} from rangees_menages group by 1"
    )
    return sorted(rows, key=lambda row: in_order(row[0]))


def _masked(rows: _Rows, threshold: int, *, few_stay: bool) -> dict[str, list[list[int | None]]]:
    """Mask every axis; a total masked for one is masked for all, since they share it."""
    masked_totals: frozenset[int] = frozenset()
    while True:
        tables = {
            axis: mask_table([_folded(row, few_stay=few_stay) for row in found], threshold, masked_totals)
            for axis, found in rows.items()
        }
        hidden = frozenset(
            column for table in tables.values() for column, cell in enumerate(table[-1]) if cell is None
        )
        if hidden == masked_totals:
            return tables
        masked_totals = hidden


def _folded(row: tuple[Any, ...], *, few_stay: bool) -> list[int]:
    """Return the outcomes; the few who keep their rank go with those who lose it."""
    gain, lose, stay, apart = row[1:5]
    return [gain, lose + stay, apart] if few_stay else [gain, lose, stay, apart]


def _unfolded(cells: Sequence[int | None], *, few_stay: bool) -> tuple[Valeur, ...]:
    values = told(cells)
    return (*values[:2], SECRET, *values[2:]) if few_stay else values
