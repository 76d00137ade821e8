"""What the parts of a grid say together: codes, exclusions without cycle, bounds in order, tranches apart."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise

from pipeline.grilles.lecture import GrilleLue
from pipeline.grilles.modele import Bloc, Bornes, Critere, ParTranches, Rubrique, Tranche
from pipeline.grilles.problemes import Recueil, told_words
from pipeline.grilles.unites import exclusion_graph, units_of

MOST_CRITERIA = 60
_FICTIVE_MARK = "FICTI"


def check(lue: GrilleLue, recueil: Recueil) -> None:
    """Tell every fault that several parts make together."""
    criteria = [critere for bloc in lue.blocs for critere in bloc.criteres]
    _check_head(lue, len(criteria), recueil)
    parts = dict(_check_codes(lue.blocs, recueil))
    for path, bounds, line in _all_bounds(lue):
        _check_bounds(path, bounds, line, recueil)
    for critere in criteria:
        if isinstance(critere.bareme, ParTranches):
            _check_tranches(critere, critere.bareme.tranches, recueil)
    if _check_references(lue.blocs, parts, recueil):
        _check_cycles(lue.blocs, recueil)


def _check_head(lue: GrilleLue, criteria: int, recueil: Recueil) -> None:
    head = lue.entete
    start, end = head.get("valide_du"), head.get("valide_au")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        recueil.refuse(
            lue.ligne,
            ("valide_au",),
            f"La grille finit le {end}, avant de commencer.",
            f"Écrivez une date après le {start}.",
        )
    if head.get("fictive") and _FICTIVE_MARK not in (head.get("grille") or _FICTIVE_MARK).upper():
        recueil.refuse(
            lue.ligne,
            ("grille",),
            "La grille est fictive et son code ne le dit pas.",
            f"Ajoutez FICTIVE : {head['grille']}_FICTIVE.",
        )
    if criteria > MOST_CRITERIA:
        recueil.refuse(
            lue.ligne,
            ("blocs",),
            f"La grille a {criteria} critères.",
            f"Elle en tient {MOST_CRITERIA} au plus : réunissez ceux qui se ressemblent.",
        )


def _check_codes(
    blocs: tuple[Bloc, ...], recueil: Recueil
) -> Iterator[tuple[str, Bloc | Rubrique | Critere]]:
    """Yield each part by its code; a code written twice, capitals or not, is told."""
    first: dict[str, int] = {bloc.code.lower(): bloc.ligne for bloc in blocs}
    for bloc in blocs:
        yield bloc.code, bloc
        for part in (*bloc.rubriques, *bloc.criteres):
            if (line := first.get(part.code.lower())) is not None:
                recueil.refuse(
                    part.ligne,
                    (part.code,),
                    f"Le code « {part.code} » est déjà pris ligne {line}.",
                    "Donnez un code à chacun : capitales et minuscules ne suffisent pas.",
                )
            else:
                first[part.code.lower()] = part.ligne
                yield part.code, part


def _all_bounds(lue: GrilleLue) -> Iterator[tuple[tuple[str, ...], Bornes, int]]:
    yield (), lue.bornes, lue.ligne
    for bloc in lue.blocs:
        for part in (bloc, *bloc.rubriques, *bloc.criteres):
            yield (part.code,), part.bornes, part.ligne


def _check_bounds(path: tuple[str, ...], bounds: Bornes, line: int, recueil: Recueil) -> None:
    if bounds.plafond is not None and bounds.plancher is not None and bounds.plafond < bounds.plancher:
        recueil.refuse(
            line,
            (*path, "plafond"),
            f"Le plafond {bounds.plafond} est sous le plancher {bounds.plancher}.",
            "Échangez-les, ou retirez l'un des deux.",
        )


def _check_tranches(critere: Critere, tranches: tuple[Tranche, ...], recueil: Recueil) -> None:
    """Refuse tranches that overlap; say the holes between them."""
    ordered = sorted(tranches, key=lambda item: (item.de is not None, item.de or Decimal(0)))
    path = (critere.code, "tranches")
    for lower, upper in pairwise(ordered):
        if lower.a is None or upper.de is None or upper.de < lower.a:
            recueil.refuse(
                upper.ligne,
                path,
                f"La tranche {_told(upper)} recouvre {_told(lower)}, ligne {lower.ligne}.",
                "Chaque valeur va dans une seule tranche : « a » de l'une est « de » de la suivante.",
            )
        elif upper.de > lower.a:
            recueil.warn(
                upper.ligne,
                path,
                f"Rien entre {lower.a} et {upper.de} : ces demandes n'auront pas de points.",
                "Ajoutez une tranche si c'est un oubli.",
            )


def _told(tranche: Tranche) -> str:
    low = "sans borne basse" if tranche.de is None else f"de {tranche.de}"
    return f"{low} sans borne haute" if tranche.a is None else f"{low} à {tranche.a}"


def _check_references(blocs: tuple[Bloc, ...], parts: Mapping[str, object], recueil: Recueil) -> bool:
    """Tell the codes that name nothing; True when all name something."""
    known = True
    for bloc in blocs:
        for part in (bloc, *bloc.rubriques, *bloc.criteres):
            for reference in part.sauf_si_compte:
                if reference.code not in parts:
                    known = False
                    recueil.refuse(
                        reference.ligne,
                        (part.code, "sauf_si_compte"),
                        f"« {reference.code} » n'est le code de rien dans la grille.",
                        told_words(reference.code, parts),
                    )
    return known


def _check_cycles(blocs: tuple[Bloc, ...], recueil: Recueil) -> None:
    """Tell each cycle of exclusion once, by the parts it goes through."""
    graph = exclusion_graph(blocs)
    lines = {unit.code: unit.ligne for unit in units_of(blocs)}
    done: set[str] = set()
    for start in graph:
        if start in done:
            continue
        cycle = _cycle_from(start, graph, done)
        if cycle:
            chain = ", ".join(
                f"{left} par {right}" for left, right in zip(cycle, [*cycle[1:], cycle[0]], strict=True)
            )
            recueil.refuse(
                lines[cycle[0]],
                (cycle[0], "sauf_si_compte"),
                f"Ces exclusions tournent en rond : {chain}.",
                "Retirez « sauf_si_compte » de l'un d'eux : le premier compté écarte l'autre.",
            )


def _cycle_from(start: str, graph: Mapping[str, tuple[str, ...]], done: set[str]) -> list[str]:
    """Follow exclusions from `start`, without recursion; return the first cycle met."""
    path = [start]
    stack: list[tuple[str, Iterator[str]]] = [(start, iter(graph[start]))]
    while stack:
        node, nexts = stack[-1]
        following = next(nexts, None)
        if following is None:
            stack.pop()
            path.pop()
            done.add(node)
        elif following in path:
            done.update(path)
            return path[path.index(following) :]
        elif following not in done:
            stack.append((following, iter(graph[following])))
            path.append(following)
    return []
