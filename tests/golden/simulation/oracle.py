"""What a grid changes, worked out household by household in plain Python; it shares nothing with the SQL."""

from copy import deepcopy
from decimal import Decimal

from tests.golden.grilles.logique import as_list
from tests.golden.grilles.reference import Reference


def ranks(points: dict) -> dict:
    """Rank 1 has the most points; equals share their rank."""
    return {who: 1 + sum(other > mine for other in points.values()) for who, mine in points.items()}


def quartiles(points: dict) -> dict:
    """C1 ≤ p25 < C2 ≤ p50 < C3 ≤ p75 < C4; a bound is the least score that as many reach."""
    ordered = sorted(points.values())
    bounds = [
        next(v for v in ordered if 4 * sum(x <= v for x in ordered) >= quarter * len(ordered))
        for quarter in (1, 2, 3)
    ]
    return {who: 1 + sum(mine > bound for bound in bounds) for who, mine in points.items()}


def compared(before: dict, after: dict) -> tuple[dict, dict]:
    both = [who for who in before if before[who] is not None and after[who] is not None]
    return {who: before[who] for who in both}, {who: after[who] for who in both}


def moves(before: dict, after: dict) -> tuple[int, int]:
    """Count who changes rank, who changes quartile."""
    one, other = compared(before, after)
    places = ranks(one), ranks(other)
    classes = quartiles(one), quartiles(other)
    return (
        sum(places[0][who] != places[1][who] for who in one),
        sum(classes[0][who] != classes[1][who] for who in one),
    )


def outcomes(before: dict, after: dict, members: list) -> list[int]:
    """Count, in a group, who gains rank, loses some, keeps it, or is not compared."""
    one, other = compared(before, after)
    places = ranks(one), ranks(other)
    gaps = [places[0][who] - places[1][who] for who in members if who in one]
    return [
        sum(gap > 0 for gap in gaps),
        sum(gap < 0 for gap in gaps),
        sum(gap == 0 for gap in gaps),
        len(members) - len(gaps),
    ]


def tied(before: dict, after: dict) -> int:
    _, other = compared(before, after)
    return sum(list(other.values()).count(points) > 1 for points in other.values())


def first(commissions: dict, chosen: str) -> list[int]:
    """Cross « first before » and « first after » : both, before only, after only."""
    found = [0, 0, 0]
    for candidates in commissions.values():
        kept = [each for each in candidates if each["avant"] is not None and each["apres"] is not None]
        named = [each for each in kept if each[chosen]]
        if len(kept) < 2 or not named:
            continue
        was = max(each["avant"] for each in named) == max(each["avant"] for each in kept)
        stays = max(each["apres"] for each in named) == max(each["apres"] for each in kept)
        if was or stays:
            found[0 if was and stays else 1 if was else 2] += 1
    return found


def without(grille: dict, code: str) -> dict:
    """Return the grid as if the criterion had never been written."""
    left = deepcopy(grille)
    for bloc in left["blocs"].values():
        bloc.get("criteres", {}).pop(code, None)
        for name, rubric in list(bloc.get("rubriques", {}).items()):
            rubric["criteres"].pop(code, None)
            if not rubric["criteres"]:
                del bloc["rubriques"][name]
                _forget(left, name)
    _forget(left, code)
    return left


def _forget(part: dict, name: str) -> None:
    for key, value in list(part.items()):
        if key == "sauf_si_compte":
            part[key] = [code for code in as_list(value) if code != name]
        elif isinstance(value, dict):
            _forget(value, name)


def scores(grille: dict, rows: list[dict], types: dict, sans_source: set) -> dict[str, Decimal | None]:
    reference = Reference(grille, types, sans_source)
    public = grille.get("demandes", "toutes")
    return {
        row["demande_id"]: reference.score(row).provisoire
        if public in ("toutes", row["type_demande"])
        else None
        for row in rows
    }
