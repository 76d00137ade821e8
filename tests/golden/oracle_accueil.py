"""The attendance expected of each place, from the truth of what its file tells: no SQL."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.periods import Periode

ENSEMBLE = "ensemble"
MESURES = {
    "nombre_visites": ("visites_dites",),
    "nombre_contacts_a_distance": ("appels", "courriels", "en_ligne"),
    "nombre_demandes_enregistrees": ("demandes",),
    "nombre_renouvellements": ("renouvellements",),
    "nombre_orientations": ("orientations",),
}

Counts = dict[str, int | None]
Place = tuple[str, str, str, str]
"""Period, EPCI, type of place and place."""


def tell_attendance(
    lines: Iterable[Mapping[str, Any]], epci_of: Mapping[str, str], thresholds: Iterable[Mapping[str, str]]
) -> dict[Place, dict[str, Any]]:
    """Return the expected mart_frequentation_accueil, its metadata apart."""
    counts = _with_years(_delivered(lines, epci_of))
    seen = {key[:3] for key in counts}
    places = set(counts) | {after for key in counts if (after := _year_apart(key, 1))[:3] in seen}
    rules = list(thresholds)
    told: dict[Place, list[Place]] = {}
    for place in sorted(places):
        for key in (place, (place[0], place[1], place[2], ENSEMBLE)):
            told.setdefault(key, []).append(place)
    return {key: _measure(key, members, counts, rules) for key, members in told.items()}


def compare(counted: int | None, before: int | None, threshold: Decimal | None) -> dict[str, Any]:
    """Return the change in a year, and whether it is a fall to report.

    >>> compare(900, 1000, Decimal("0.1"))["est_baisse"], compare(901, 1000, Decimal("0.1"))["est_baisse"]
    (True, False)
    >>> compare(5, 0, Decimal("0.1"))
    {'evolution_visites': None, 'seuil_baisse': Decimal('0.1'), 'est_baisse': None}
    """
    told: dict[str, Any] = {"evolution_visites": None, "seuil_baisse": threshold, "est_baisse": None}
    if counted is None or not before:
        return told
    lost = before - counted
    falls = None if threshold is None else lost >= before * threshold
    return told | {"evolution_visites": -lost / before, "est_baisse": falls}


def _delivered(lines: Iterable[Mapping[str, Any]], epci_of: Mapping[str, str]) -> dict[Place, Counts]:
    return {
        (line["periode"], epci_of[line["commune"]], line["type_lieu"], line["code_lieu"]): {
            name: _sum([line[part] for part in parts]) for name, parts in MESURES.items()
        }
        for line in lines
        if line["vu"]
    }


def _with_years(counts: dict[Place, Counts]) -> dict[Place, Counts]:
    """Add the years that half-years make: known when both are."""
    years = {_at(place, place[0][:4]) for place in counts if "S" in place[0]}
    formed = {}
    for year in years:
        halves = [counts.get(_at(year, f"{year[0]}-S{rang}"), {}) for rang in (1, 2)]
        formed[year] = {name: _sum([half.get(name) for half in halves]) for name in MESURES}
    return formed | counts


def _at(place: Place, periode: str) -> Place:
    return periode, place[1], place[2], place[3]


def _sum(parts: list[int | None]) -> int | None:
    return None if None in parts else sum(part for part in parts if part is not None)


def _known_sum(parts: Iterable[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _year_apart(place: Place, years: int) -> Place:
    periode = place[0]
    return _at(place, f"{int(periode[:4]) + years}{periode[4:]}")


def _measure(
    key: Place, members: list[Place], counts: Mapping[Place, Counts], rules: list[Mapping[str, str]]
) -> dict[str, Any]:
    now = [counts.get(place, {}) for place in members]
    visits = [
        (held.get("nombre_visites"), counts.get(_year_apart(place, -1), {}).get("nombre_visites"))
        for held, place in zip(now, members, strict=True)
    ]
    both = [(after, before) for after, before in visits if after is not None and before is not None]
    counted, before = (_known_sum(pair[side] for pair in both) for side in (0, 1))
    return {
        "nombre_lieux": len(members),
        "nombre_lieux_renseignes": sum(after is not None for after, _ in visits),
        **{name: _known_sum(held.get(name) for held in now) for name in MESURES},
        "nombre_lieux_compares": len(both),
        "nombre_visites_comparees": counted,
        "nombre_visites_an_passe": before,
        **compare(counted, before, _threshold(key, rules)),
    }


def _threshold(key: Place, rules: list[Mapping[str, str]]) -> Decimal | None:
    last = Periode.parse(key[0]).dernier_jour
    found = [
        Decimal(rule["seuil_baisse"])
        for rule in rules
        if (rule["code_epci"], rule["type_lieu"]) == key[1:3]
        and date.fromisoformat(rule["valide_du"]) <= last
        and (not rule["valide_au"] or last <= date.fromisoformat(rule["valide_au"]))
    ]
    return found[0] if found else None
