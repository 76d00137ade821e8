"""Which criteria count, and what they add up to: exclusions, rubrics, caps and floors."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from pipeline.grilles.ecriture_sql import Etapes, any_of, summed
from pipeline.grilles.modele import Bloc, Bornes, Critere, Grille, ParUnite, Rubrique
from pipeline.grilles.sql_baremes import bounded_sql, is_never_negative, most_points
from pipeline.grilles.sql_conditions import Colonnes
from pipeline.grilles.unites import Unite, excluders, excluders_of, levels_of

# In a packet, the points of some criteria of a bloc stand under their bits: one sum of four bytes gives both.
# Points of either sign add up from the middle of their bits.
POINTS_BITS, MOST_PACKED = 20, 11
NO_POINTS = 1 << POINTS_BITS - 1
# In a choice, the points of a criterion stand above its place: the greatest tells both, the first if tied.
PLACE_BITS, PLACES = 6, 63


@dataclass(frozen=True)
class Rempli:
    """A usable criterion: what says it is met, its points once it is, whether these hold its bit."""

    condition: str
    points: str
    en_paquet: bool = False


def place_of(rang: int) -> int:
    """Return what stands under the points of a criterion in a choice; the first criterion has the most."""
    return PLACES - rang


def packets_of(bloc: Bloc) -> list[list[Critere]]:
    """Return the criteria whose points, written in the grid, go straight into their bloc, a few together."""
    apart = {
        critere.code
        for rubrique in bloc.rubriques
        if rubrique.regle != "somme" or rubrique.bornes != Bornes()
        for critere in rubrique.criteres
    }
    packets: list[list[Critere]] = []
    first, points = 0, 0
    for rank, critere in enumerate(bloc.criteres):
        if critere.code in apart or isinstance(critere.bareme, ParUnite):
            continue
        points += most_points(critere)
        if not packets or rank - first >= MOST_PACKED or points >= NO_POINTS:
            packets.append([])
            first, points = rank, most_points(critere)
        packets[-1].append(critere)
    return packets


class Comptage:
    """Settles which criteria count, then adds up; what is not counted gives 0."""

    def __init__(
        self, grille: Grille, remplis: Mapping[str, Rempli], etapes: Etapes, suffixe: str = ""
    ) -> None:
        self.grille = grille
        self.remplis = remplis
        self.etapes = etapes
        self.suffixe = suffixe
        self.rangs = {critere.code: rank for rank, critere in enumerate(grille.criteres)}
        self.comptes: dict[str, str] = {}
        self.choix: dict[str, tuple[str, ...]] = {}

    def settle(self) -> None:
        """Add a stage for each round: the points of what counts, the choice of each rubric."""
        excluding = excluders(self.grille.blocs)
        for units in levels_of(self.grille.blocs):
            stage: dict[str, str] = {}
            for unit in units:
                usable = replace(unit, criteres=self.usable(unit.criteres))
                if usable.regle == "somme":
                    self._alone(usable, excluding, stage)
                elif usable.criteres:
                    self._rubric(usable, stage)
            self.etapes.add(stage)

    def counted(self, critere: Critere) -> str:
        """Return the points a criterion gives in the end, under its bit if it is packed."""
        return self.comptes[critere.code]

    def usable(self, criteria: Iterable[Critere]) -> tuple[Critere, ...]:
        """Return the criteria that can be scored."""
        return tuple(critere for critere in criteria if critere.code in self.remplis)

    def mask(self) -> str:
        """Return the bits of the criteria that gave points."""
        bits = [
            f"cast({packet} >> {POINTS_BITS} as bigint) * {1 << self.rangs[criteria[0].code]}"
            for bloc in self.grille.blocs
            for packet, criteria in self._packets(bloc)
        ]
        bits += [
            f"(cast({_points_of(choice)} <> 0 as bigint) << ({PLACES} - {_place_in(choice)}))"
            for choice in self.choix
        ]
        chosen = {code for codes in self.choix.values() for code in codes}
        bits += [
            f"case when {self.counted(critere)} <> 0 then {1 << self.rangs[critere.code]}::bigint else 0 end"
            for critere in self._unpacked(self.grille.criteres)
            if critere.code not in chosen
        ]
        return f"cast({' | '.join(bits) or 0} as bigint)"

    def _alone(self, unit: Unite, excluding: AbstractSet[str], stage: dict[str, str]) -> None:
        for critere in unit.criteres:
            rempli = self.remplis[critere.code]
            given = f"case when {self._stands(critere, unit)} then {rempli.points} else 0 end"
            if critere.code in excluding or not rempli.en_paquet:
                column = self._named("e", critere)
                stage[column], given = given, column
            self.comptes[critere.code] = given

    def _rubric(self, unit: Unite, stage: dict[str, str]) -> None:
        """Write the choice of a rubric: the points and the place of the criterion that counts, or 0."""
        choice = self._named("choix", unit.criteres[0])
        cases = [
            f"when {self._stands(critere, unit)} then {self.remplis[critere.code].points}"
            for critere in unit.criteres
        ]
        if unit.regle == "coche":
            stage[choice] = f"case {' '.join(cases)} else 0 end"
        else:
            stage[choice] = _greatest(cases, never_negative=all(map(is_never_negative, unit.criteres)))
        self.choix[choice] = tuple(critere.code for critere in unit.criteres)
        for critere in unit.criteres:
            place = place_of(self.rangs[critere.code])
            self.comptes[critere.code] = (
                f"case when {_place_in(choice)} = {place} then {_points_of(choice)} else 0 end"
            )

    def _stands(self, critere: Critere, unit: Unite) -> str:
        """Return when a criterion is met and nothing already counted leaves it out."""
        met = self.remplis[critere.code].condition
        left_out = {*unit.ecartee_par, *excluders_of(critere, self.grille.blocs)}
        tests = []
        for choice, codes in self.choix.items():
            if left_out.issuperset(codes):
                tests.append(f"{_points_of(choice)} <> 0")
                left_out.difference_update(codes)
        tests += [f"{self.comptes[code]} <> 0" for code in self.remplis if code in left_out]
        return f"{met} and not {any_of(tests)}" if tests else met

    def _named(self, prefix: str, critere: Critere) -> str:
        return f"{prefix}{self.rangs[critere.code]}{self.suffixe}"

    def add_up(self, colonnes: Colonnes) -> None:
        """Add the stages of sums: packets, rubrics, blocs, then the grid, each within its cap and floor."""
        self.etapes.add(
            {
                packet: summed([str(NO_POINTS), *map(self.counted, self._packed(criteria))])
                for bloc in self.grille.blocs
                for packet, criteria in self._packets(bloc)
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
        terms = [f"({packet} & {(1 << POINTS_BITS) - 1}) - {NO_POINTS}" for packet, _ in self._packets(bloc)]
        for element in bloc.elements:
            if isinstance(element, Critere):
                terms.extend(map(self.counted, self._unpacked((element,))))
            elif element.bornes != Bornes():
                terms.append(self.rubrique(element))
            else:
                terms.extend(self._rubric_terms(element))
        return f"({summed(terms)})"

    def _rubric_terms(self, rubrique: Rubrique) -> list[str]:
        """Return what a rubric adds up, packed criteria apart: its choice, or its criteria."""
        codes = {critere.code for critere in rubrique.criteres}
        chosen = [_points_of(choice) for choice, members in self.choix.items() if codes.issuperset(members)]
        return chosen or list(map(self.counted, self._unpacked(rubrique.criteres)))

    def _packed(self, criteria: Iterable[Critere]) -> list[Critere]:
        return [critere for critere in self.usable(criteria) if self.remplis[critere.code].en_paquet]

    def _unpacked(self, criteria: Iterable[Critere]) -> list[Critere]:
        return [critere for critere in self.usable(criteria) if not self.remplis[critere.code].en_paquet]

    def _packets(self, bloc: Bloc) -> list[tuple[str, list[Critere]]]:
        """Return the packets of a bloc: a column, and its criteria, of which some may not be scored."""
        packets = [each for each in packets_of(bloc) if self._packed(each)]
        return [(self._named("paquet", each[0]), each) for each in packets]

    def rubrique(self, rubrique: Rubrique) -> str:
        """Return the column of a bounded rubric."""
        return f"rubrique{self.rangs[rubrique.criteres[0].code]}{self.suffixe}"

    def raw_rubrique(self, rubrique: Rubrique) -> str:
        """Return a rubric before its cap and floor."""
        return f"({summed(self._rubric_terms(rubrique))})"


def _greatest(cases: list[str], *, never_negative: bool) -> str:
    """Return the greatest of what stands, 0 if nothing does; 0 may compete when no points are taken."""
    if never_negative:
        return f"greatest({', '.join(f'case {case} else 0 end' for case in cases)})"
    return f"coalesce(greatest({', '.join(f'case {case} end' for case in cases)}), 0)"


def _points_of(choice: str) -> str:
    return f"({choice} >> {PLACE_BITS})"


def _place_in(choice: str) -> str:
    return f"({choice} & {PLACES})"
