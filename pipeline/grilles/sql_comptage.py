"""Which criteria count, and what they add up to: exclusions, rubrics, caps and floors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.grilles.ecriture_sql import Etapes, any_of, summed
from pipeline.grilles.modele import Bloc, Bornes, Critere, Grille, Rubrique
from pipeline.grilles.sql_baremes import bounded_sql
from pipeline.grilles.sql_conditions import Colonnes
from pipeline.grilles.unites import Unite, excluders_of, levels_of

# In a packet, the points of a bloc stand under the bits of its criteria: one sum gives both.
# 36 criteria of 1,000,000 hundredths either way stay under 2^26, and the last bit under 2^63.
POINTS_BITS, MOST_PACKED = 27, 36


@dataclass(frozen=True)
class Rempli:
    """A usable criterion: what says it is met, its points once it is, whether these hold its bit."""

    condition: str
    points: str
    en_paquet: bool = False


class Comptage:
    """Settles which criteria count, then adds up; `e` columns hold their points, 0 where they do not."""

    def __init__(
        self, grille: Grille, remplis: Mapping[str, Rempli], etapes: Etapes, suffixe: str = ""
    ) -> None:
        self.grille = grille
        self.remplis = remplis
        self.etapes = etapes
        self.suffixe = suffixe
        self.rangs = {critere.code: rank for rank, critere in enumerate(grille.criteres)}

    def settle(self) -> None:
        """Add the stages of every round: the points that compete in a rubric, its choice, what counts."""
        for units in levels_of(self.grille.blocs):
            stages: tuple[dict[str, str], ...] = ({}, {}, {}, {})
            for unit in units:
                usable = replace(unit, criteres=self.usable(unit.criteres))
                if usable.regle == "somme":
                    self._alone(usable, stages[-1])
                elif usable.criteres:
                    self._rubric(usable, *stages)
            for stage in stages:
                self.etapes.add(stage)

    def counted(self, critere: Critere) -> str:
        """Return the column of the points a criterion gives in the end."""
        return self._named("e", critere)

    def usable(self, criteria: Iterable[Critere]) -> tuple[Critere, ...]:
        """Return the criteria that can be scored."""
        return tuple(critere for critere in criteria if critere.code in self.remplis)

    def mask(self) -> str:
        """Return the bits of the criteria that gave points."""
        bits = [
            f"{self._bits(bloc)} * {1 << self.rangs[bloc.criteres[0].code]}"
            for bloc in self.grille.blocs
            if self._packed(bloc.criteres)
        ]
        bits += [
            f"case when {self.counted(critere)} <> 0 then {1 << self.rangs[critere.code]} else 0 end"
            for critere in self._unpacked(self.grille.criteres)
        ]
        return f"cast({summed(bits)} as bigint)"

    def _alone(self, unit: Unite, counted: dict[str, str]) -> None:
        for critere in unit.criteres:
            given = self.remplis[critere.code].points
            counted[self.counted(critere)] = (
                f"case when {self._stands(critere, unit)} then {given} else 0 end"
            )

    def _rubric(
        self,
        unit: Unite,
        competing: dict[str, str],
        best: dict[str, str],
        choices: dict[str, str],
        counted: dict[str, str],
    ) -> None:
        """Write the choice of a rubric: its rank in it, then the points of the chosen one."""
        first = unit.criteres[0]
        choice = self._named("choix", first)
        tests = []
        for critere in unit.criteres:
            own = self._named("c", critere)
            competing[own] = (
                f"case when {self._stands(critere, unit)} then {self.remplis[critere.code].points} end"
            )
            tests.append(
                f"{own} is not null" if unit.regle == "coche" else f"{own} = {self._named('meilleur', first)}"
            )
        if unit.regle == "max":
            columns = ", ".join(self._named("c", critere) for critere in unit.criteres)
            best[self._named("meilleur", first)] = f"greatest({columns})"
        cases = " ".join(f"when {test} then {rank}" for rank, test in enumerate(tests))
        choices[choice] = f"case {cases} end"
        for rank, critere in enumerate(unit.criteres):
            kept = f"case when {choice} = {rank} then {self._named('c', critere)} else 0 end"
            counted[self.counted(critere)] = kept

    def _stands(self, critere: Critere, unit: Unite) -> str:
        """Return when a criterion is met and nothing already counted leaves it out."""
        met = self.remplis[critere.code].condition
        codes = dict.fromkeys((*unit.ecartee_par, *excluders_of(critere, self.grille.blocs)))
        tests = [f"e{self.rangs[code]}{self.suffixe} <> 0" for code in codes if code in self.remplis]
        return f"{met} and not {any_of(tests)}" if tests else met

    def _named(self, prefix: str, critere: Critere) -> str:
        return f"{prefix}{self.rangs[critere.code]}{self.suffixe}"

    def add_up(self, colonnes: Colonnes) -> None:
        """Add the stages of sums: packets, rubrics, blocs, then the grid, each within its cap and floor."""
        packed = [bloc for bloc in self.grille.blocs if self._packed(bloc.criteres)]
        self.etapes.add(
            {
                self._packet(bloc): summed(["0::bigint", *map(self.counted, self._packed(bloc.criteres))])
                for bloc in packed
            }
        )
        self.etapes.add(
            {
                self._bits(bloc): f"({self._packet(bloc)} + {1 << POINTS_BITS - 1}) >> {POINTS_BITS}"
                for bloc in packed
            }
        )
        rubrics = {
            self.rubrique(rubrique): bounded_sql(self.raw_rubrique(rubrique), rubrique.bornes, colonnes)
            for bloc in self.grille.blocs
            for rubrique in bloc.rubriques
            if rubrique.bornes != Bornes()
        }
        blocs = {
            self.bloc(bloc): bounded_sql(self.raw_bloc(bloc), bloc.bornes, colonnes)
            for bloc in self.grille.blocs
        }
        self.etapes.add(rubrics)
        self.etapes.add(blocs)
        self.etapes.add({self.total: bounded_sql(self.raw_total, self.grille.bornes, colonnes)})

    @property
    def total(self) -> str:
        """Return the column of the score."""
        return f"total{self.suffixe}"

    @property
    def raw_total(self) -> str:
        """Return the score before the cap and floor of the grid."""
        return f"({summed([self.bloc(bloc) for bloc in self.grille.blocs])})"

    def bloc(self, bloc: Bloc) -> str:
        """Return the column of a bloc."""
        return f"bloc_{bloc.code}{self.suffixe}"

    def raw_bloc(self, bloc: Bloc) -> str:
        """Return a bloc before its cap and floor."""
        terms = []
        if self._packed(bloc.criteres):
            terms.append(f"cast({self._packet(bloc)} - ({self._bits(bloc)} << {POINTS_BITS}) as integer)")
        for element in bloc.elements:
            if isinstance(element, Rubrique) and element.bornes != Bornes():
                terms.append(self.rubrique(element))
            else:
                inside = (element,) if isinstance(element, Critere) else element.criteres
                terms.extend(map(self.counted, self._unpacked(inside)))
        return f"({summed(terms)})"

    def _packed(self, criteria: Iterable[Critere]) -> list[Critere]:
        return [critere for critere in self.usable(criteria) if self.remplis[critere.code].en_paquet]

    def _unpacked(self, criteria: Iterable[Critere]) -> list[Critere]:
        return [critere for critere in self.usable(criteria) if not self.remplis[critere.code].en_paquet]

    def _packet(self, bloc: Bloc) -> str:
        return f"paquet_{bloc.code}{self.suffixe}"

    def _bits(self, bloc: Bloc) -> str:
        return f"comptes_{bloc.code}{self.suffixe}"

    def rubrique(self, rubrique: Rubrique) -> str:
        """Return the column of a bounded rubric."""
        return f"rubrique{self.rangs[rubrique.criteres[0].code]}{self.suffixe}"

    def raw_rubrique(self, rubrique: Rubrique) -> str:
        """Return a rubric before its cap and floor."""
        return f"({summed([self.counted(critere) for critere in self.usable(rubrique.criteres)])})"
