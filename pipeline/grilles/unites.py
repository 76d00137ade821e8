"""The order in which criteria are settled: a criterion alone, or the rubric of which one criterion counts.

An exclusion asks that what excludes be settled first; the compiler and the checks follow the same graph.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.grilles.modele import Bloc, Critere, Regle, Rubrique


@dataclass(frozen=True)
class Unite:
    """Criteria settled together."""

    code: str
    ligne: int
    regle: Regle
    criteres: tuple[Critere, ...]
    ecartee_par: tuple[str, ...]


def units_of(blocs: tuple[Bloc, ...]) -> Iterator[Unite]:
    """Yield the units of a grid in the order of the file, each with the criteria that leave all of it out."""
    members = _members(blocs)
    for bloc in blocs:
        for element in bloc.elements:
            if isinstance(element, Critere):
                yield _alone(element, (bloc,), members)
            elif element.regle == "somme":
                for critere in element.criteres:
                    yield _alone(critere, (bloc, element), members)
            else:
                excluded = _expanded((bloc, element), members)
                yield Unite(element.code, element.ligne, element.regle, element.criteres, excluded)


def excluders_of(critere: Critere, blocs: tuple[Bloc, ...]) -> tuple[str, ...]:
    """Return the criteria that leave this one out by its own « sauf_si_compte »."""
    return _expanded((critere,), _members(blocs))


def excluders(blocs: tuple[Bloc, ...]) -> set[str]:
    """Return the criteria that may leave another one out."""
    criteria = [critere for bloc in blocs for critere in bloc.criteres]
    codes = {code for critere in criteria for code in excluders_of(critere, blocs)}
    return codes.union(*(unit.ecartee_par for unit in units_of(blocs)))


def exclusion_graph(blocs: tuple[Bloc, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return, for each unit, the units that must be settled before it."""
    members = _members(blocs)
    units = list(units_of(blocs))
    home = {critere.code: unit.code for unit in units for critere in unit.criteres}
    graph = {}
    for unit in units:
        named = [
            *unit.ecartee_par,
            *(code for critere in unit.criteres for code in _expanded((critere,), members)),
        ]
        graph[unit.code] = tuple(dict.fromkeys(home[code] for code in named))
    return graph


def levels_of(blocs: tuple[Bloc, ...]) -> list[list[Unite]]:
    """Return the units in rounds, each excluded by earlier rounds only; the graph has no cycle."""
    graph = exclusion_graph(blocs)
    waiting = list(units_of(blocs))
    settled: set[str] = set()
    rounds = []
    while waiting:
        ready = [unit for unit in waiting if settled.issuperset(graph[unit.code])]
        rounds.append(ready)
        settled.update(unit.code for unit in ready)
        waiting = [unit for unit in waiting if unit.code not in settled]
    return rounds


def _alone(
    critere: Critere, around: tuple[Bloc | Rubrique, ...], members: Mapping[str, tuple[str, ...]]
) -> Unite:
    return Unite(critere.code, critere.ligne, "somme", (critere,), _expanded(around, members))


def _members(blocs: tuple[Bloc, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return the criteria each code stands for."""
    members: dict[str, tuple[str, ...]] = {}
    for bloc in blocs:
        members[bloc.code] = tuple(critere.code for critere in bloc.criteres)
        for rubrique in bloc.rubriques:
            members[rubrique.code] = tuple(critere.code for critere in rubrique.criteres)
        members.update({critere.code: (critere.code,) for critere in bloc.criteres})
    return members


def _expanded(
    parts: tuple[Bloc | Rubrique | Critere, ...], members: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    named = (code for part in parts for reference in part.sauf_si_compte for code in members[reference.code])
    return tuple(dict.fromkeys(named))
