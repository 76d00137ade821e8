"""The stock expected by axis, from the truth of the dwellings: no SQL."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

ENSEMBLE, NON_RENSEIGNE = "ensemble", "non_renseigne"
LAST_YEARS = {1948: "avant_1949", 1976: "1949_1976", 1989: "1977_1989", 1999: "1990_1999", 2009: "2000_2009"}
LAST_YEARS |= {2018: "2010_2018", 9999: "2019_et_plus"}
MANY_ROOMS = 6

Key = tuple[str, ...]


def describe_dwelling(dwelling: Mapping[str, Any]) -> dict[str, str]:
    """Return the modality of a dwelling on each axis; the fictitious files never hold an energy label.

    >>> found = describe_dwelling(dict(commune="97411", pieces=7, annee_construction=1976, individuel=False))
    >>> found["typologie"], found["periode_construction"]
    ('T6P', '1949_1976')
    """
    rooms, year = dwelling["pieces"], dwelling["annee_construction"]
    return {
        ENSEMBLE: ENSEMBLE,
        "commune": dwelling["commune"],
        "typologie": "T6P" if rooms >= MANY_ROOMS else f"T{rooms}",
        "periode_construction": next(label for last, label in LAST_YEARS.items() if year <= last),
        "type_construction": "I" if dwelling["individuel"] else "C",
        "etiquette_energie": NON_RENSEIGNE,
    }


def count_stock(
    dwellings: Iterable[Mapping[str, Any]], epci_of: Mapping[str, str]
) -> dict[Key, dict[str, Any]]:
    """Return the expected mart_parc_par_profil, by period, EPCI, localisation, axis and modality."""
    counts: Counter[Key] = Counter()
    for dwelling in dwellings:
        if dwelling["vu"]:
            place = (dwelling["periode"], epci_of[dwelling["commune"]])
            for localisation in (dwelling["localisation_qpv"], ENSEMBLE):
                for axis, modality in describe_dwelling(dwelling).items():
                    counts[*place, localisation, axis, modality] += 1
    return {
        key: {"nombre_logements": count, "part_logements": count / counts[*key[:3], ENSEMBLE, ENSEMBLE]}
        for key, count in counts.items()
    }
