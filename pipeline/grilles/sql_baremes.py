"""Points of each criterion by itself, and which of them count: exclusions, rubrics, caps and floors."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from pipeline.grilles.ecriture_sql import Etapes, any_of, scaled, summed
from pipeline.grilles.modele import Bloc, Bornes, Critere, Fixe, Grille, ParTranches, ParUnite, Rubrique
from pipeline.grilles.sql_conditions import Colonnes, tranche_sql
from pipeline.grilles.unites import Unite, excluders_of, levels_of

MOST_UNITS = 100_000


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
            units = f"least({beyond} // {colonnes.threshold(mesure, pas)}, {MOST_UNITS})"
            return bounded_sql(
                f"{units} * {colonnes.nombres.write(scaled(points))}", critere.bornes, colonnes
            )


def _fixed(points: Decimal, bornes: Bornes, colonnes: Colonnes) -> str:
    if bornes.plancher is not None:
        points = max(points, bornes.plancher)
    if bornes.plafond is not None:
        points = min(points, bornes.plafond)
    return colonnes.nombres.write(scaled(points))


class Comptage:
    """Settles which criteria count, round by round; its `e` columns hold their points, 0 for the others."""

    def __init__(self, grille: Grille, bruts: Mapping[str, str], etapes: Etapes, suffixe: str = "") -> None:
        self.grille = grille
        self.bruts = bruts
        self.etapes = etapes
        self.suffixe = suffixe
        self.rangs = {critere.code: rank for rank, critere in enumerate(grille.criteres)}

    def settle(self) -> None:
        """Add the stages of every round: what is left out, what each rubric chooses, what counts."""
        for units in levels_of(self.grille.blocs):
            usable = [replace(unit, criteres=self._usable(unit.criteres)) for unit in units]
            excluded: dict[str, str] = {}
            best: dict[str, str] = {}
            choices: dict[str, str] = {}
            counted: dict[str, str] = {}
            for unit in usable:
                columns = [self._candidate(critere, unit, excluded) for critere in unit.criteres]
                if unit.regle == "somme":
                    counted |= (
                        {self.counted(unit.criteres[0]): f"coalesce({columns[0]}, 0)"} if columns else {}
                    )
                elif columns:
                    choice = self._choice(unit, columns, best, choices)
                    for rank, (critere, column) in enumerate(zip(unit.criteres, columns, strict=True)):
                        counted[self.counted(critere)] = (
                            f"case when {choice} = {rank} then {column} else 0 end"
                        )
            for stage in (excluded, best, choices, counted):
                self.etapes.add(stage)

    def counted(self, critere: Critere) -> str:
        """Return the column of the points a criterion gives in the end."""
        return f"e{self.rangs[critere.code]}{self.suffixe}"

    def mask(self) -> str:
        """Return the bits of the criteria that gave points."""
        bits = [
            f"case when {self.counted(critere)} <> 0 then {1 << self.rangs[critere.code]} else 0 end"
            for critere in self._usable(self.grille.criteres)
        ]
        return f"cast({summed(bits)} as bigint)"

    def rubrique(self, rubrique: Rubrique) -> str:
        """Return the sum of a rubric, its cap and floor left aside."""
        return summed([self.counted(critere) for critere in self._usable(rubrique.criteres)])

    def bloc(self, bloc: Bloc, colonnes: Colonnes) -> str:
        """Return the sum of a bloc, its own cap and floor left aside."""
        terms = []
        for element in bloc.elements:
            if isinstance(element, Rubrique):
                terms.append(bounded_sql(self.rubrique(element), element.bornes, colonnes))
            elif element.code in self.bruts:
                terms.append(self.counted(element))
        return summed(terms)

    def total(self, colonnes: Colonnes) -> str:
        """Return the sum of the blocs, the cap and floor of the grid left aside."""
        return summed(
            [bounded_sql(self.bloc(bloc, colonnes), bloc.bornes, colonnes) for bloc in self.grille.blocs]
        )

    def _usable(self, criteria: Iterable[Critere]) -> tuple[Critere, ...]:
        return tuple(critere for critere in criteria if critere.code in self.bruts)

    def _candidate(self, critere: Critere, unit: Unite, excluded: dict[str, str]) -> str:
        """Return the column of a criterion's points, NULL once something counted leaves it out."""
        codes = dict.fromkeys((*unit.ecartee_par, *excluders_of(critere, self.grille.blocs)))
        tests = [f"e{self.rangs[code]}{self.suffixe} <> 0" for code in codes if code in self.bruts]
        own = self.bruts[critere.code]
        if not tests:
            return own
        column = f"c{self.rangs[critere.code]}{self.suffixe}"
        excluded[column] = f"case when not {any_of(tests)} then {own} end"
        return column

    def _choice(self, unit: Unite, columns: list[str], best: dict[str, str], choices: dict[str, str]) -> str:
        """Return the column that holds which criterion of a rubric counts, by its rank; NULL for none."""
        own = f"{self.rangs[unit.criteres[0].code]}{self.suffixe}"
        tests = [f"{column} is not null" for column in columns]
        if unit.regle == "max":
            best[f"meilleur{own}"] = f"greatest({', '.join(columns)})"
            tests = [f"{column} = meilleur{own}" for column in columns]
        cases = " ".join(f"when {test} then {rank}" for rank, test in enumerate(tests))
        choices[f"choix{own}"] = f"case {cases} end"
        return f"choix{own}"
