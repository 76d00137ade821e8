"""The disagreements between the sources of a lease, counted from the truth: plain Python, no SQL."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle import CADENCES, Oracle
from tests.golden.oracle_baux import (
    name_reservataire,
    tell_commune,
    tell_date,
    tell_lease_day,
    tell_locations,
)

NATURES = (
    "date_attribution",
    "date_bail_inutilisable",
    "commune",
    "bailleur",
    "reservataire",
    "reservataire_rpls",
    "localisation_qpv",
    "code_qpv_inconnu",
    "delai_sne",
    "sans_radiation_sne",
    "sans_bail_bailleur",
)


def count_disagreements(oracle: Oracle) -> dict[tuple[str, str, str], int]:
    """Expected rows of mart_ecarts_attributions for these natures, associations included."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for lease in oracle.baux_vus:
        filed = oracle.histoires.creations.get(lease["menage"])
        signed = tell_date(lease, filed)
        code_epci = oracle.parametres.epci_des_communes.get(tell_commune(lease))
        if code_epci is None:
            continue
        for nature, disagrees in _examine(oracle, lease, filed, signed).items():
            if disagrees:
                for cadence in CADENCES:
                    counts[Periode.de(signed, cadence).code, code_epci, nature] += 1
    return dict(counts)


def _examine(oracle: Oracle, lease: Mapping[str, Any], filed: date | None, signed: date) -> dict[str, bool]:
    """Tell each nature; a source that says nothing disagrees with no one."""
    locations = tell_locations(lease, signed, oracle.parametres, oracle.rpls)
    code = lease["bailleur_code_qpv"] if lease["bailleur_vu"] else None
    named = oracle.rpls.reservataire(lease["bail"])
    lease_day, recorded = tell_lease_day(lease, filed), lease["sne_date_radiation"]
    told = lease["sne_delai_attribution"] if lease["sne_vu"] else None
    return {
        "date_attribution": lease_day is not None and lease["sne_vu"] and lease_day != recorded,
        "date_bail_inutilisable": lease["bailleur_vu"] and lease_day is None,
        "commune": _differ(lease, "commune"),
        "bailleur": _differ(lease, "siren"),
        "reservataire": _differ(lease, "reservataire"),
        "reservataire_rpls": named not in (None, name_reservataire(lease, oracle.rpls)[0]),
        "localisation_qpv": len(set(locations.values())) > 1,
        "code_qpv_inconnu": code is not None and "code_bailleur" not in locations,
        "delai_sne": told is not None and filed is not None and told != (recorded - filed).days,
        "sans_radiation_sne": not lease["sne_vu"],
        "sans_bail_bailleur": not lease["bailleur_vu"],
    }


def _differ(lease: Mapping[str, Any], field: str) -> bool:
    said = {lease[f"{source}_{field}"] for source in ("bailleur", "sne") if lease[f"{source}_vu"]}
    return len(said - {None}) > 1
