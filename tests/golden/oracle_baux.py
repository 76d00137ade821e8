"""One lease as the rules read it, from what each source says: plain Python, rule by rule, no SQL.

The draws know which lines speak of one lease, so nothing is matched here: a rival's line (règle B4), a
second delivery (B8) or an attribution that came to nothing (B5) is no lease of the truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.golden.oracle_histoires import Histoires
from tests.golden.oracle_logements import Rpls, tell_typologie
from tests.golden.oracle_parametres import NON_RENSEIGNE, Parametres
from tests.golden.oracle_ressources import BornesRessources, rank_resources, ressources_uc

SANS_RPLS = Rpls()
MUTATION_OUI, MUTATION_NON = {"OUI", "I", "E"}, {"NON"}

Lease = Mapping[str, Any]
BornesDe = Callable[[str, int], BornesRessources | None]


@dataclass(frozen=True)
class Attribution:
    """A counted attribution: where, when, to whom, after how many days (None: unknown, règle B10)."""

    bail: int
    menage: int
    code_epci: str
    date_attribution: date
    delai_jours: int | None
    code_bailleur: str
    code_reservataire: str
    source_reservataire: str
    type_demande: str
    localisation_qpv: str
    source_qpv: str
    quartile_ressources: str
    date_reference: date
    commune: str
    typologie: str


def without_stock(_code_epci: str, _year: int) -> None:
    """Give no bounds of resources: no stock was delivered."""


def count_attribution(
    lease: Lease,
    histoires: Histoires,
    parametres: Parametres,
    bornes: BornesDe = without_stock,
    rpls: Rpls = SANS_RPLS,
) -> Attribution | None:
    """Return the attribution as it must be counted, or None when it is not one of the EPCI's households."""
    if not (lease["bailleur_vu"] or lease["sne_vu"]):
        return None  # règles A13 and B3: one source is enough
    line = histoires.lignes.get(lease["menage"])
    if lease["est_association"] and (lease["sne_vu"] or line is not None):
        return None  # règle A17
    commune = tell_commune(lease)
    code_epci = parametres.epci_des_communes.get(commune)
    if code_epci is None:
        return None
    filed = histoires.creations.get(lease["menage"])
    signed = tell_date(lease, filed)
    if signed is None:
        return None  # règle B1: no date at all, set aside
    reservataire, source_reservataire = name_reservataire(lease, rpls)
    locations = tell_locations(lease, signed, parametres, rpls)
    source_qpv = next(iter(locations), NON_RENSEIGNE)
    return Attribution(
        bail=lease["bail"],
        menage=lease["menage"],
        code_epci=code_epci,
        date_attribution=signed,
        delai_jours=_delay(lease, signed, filed),
        code_bailleur=_said(lease, "siren")[0],
        code_reservataire=reservataire,
        source_reservataire=source_reservataire,
        type_demande=_type_demande(lease),
        localisation_qpv=locations.get(source_qpv, NON_RENSEIGNE),
        source_qpv=source_qpv,
        quartile_ressources=rank_resources(
            tell_resources(lease, line),
            parametres.seuil_q1(code_epci, signed.year),
            bornes(code_epci, signed.year),
        ),
        # Règle C1: the score is read on the day of the CALEOL, else of the lease.
        date_reference=(lease["bailleur_vu"] and lease["bailleur_date_caleol"]) or signed,
        commune=commune,
        typologie=tell_typologie(lease["pieces"]),
    )


def tell_commune(lease: Lease) -> str:
    """Règle B6: the dwelling's commune, bailleur first, then SNE."""
    return lease["bailleur_commune"] if lease["bailleur_vu"] else lease["sne_commune"]


def tell_lease_day(lease: Lease, filed: date | None) -> date | None:
    """Règle B1: the bailleur's date when valid."""
    signed = lease["bailleur_date_bail"] if lease["bailleur_vu"] else None
    return signed if signed is not None and (filed is None or signed >= filed) else None


def tell_date(lease: Lease, filed: date | None) -> date | None:
    """Règle B1: the bailleur's date when valid, else the SNE's."""
    return tell_lease_day(lease, filed) or (lease["sne_date_radiation"] if lease["sne_vu"] else None)


def _delay(lease: Lease, signed: date, filed: date | None) -> int | None:
    """Règles B2 and B10: days since the first filing, the SNE's own delay without one, never negative."""
    if filed is not None:
        days = (signed - filed).days
    else:
        days = lease["sne_delai_attribution"] if lease["sne_vu"] else None
    return days if days is not None and days >= 0 else None


def _said(lease: Lease, field: str) -> tuple[str, str]:
    """Règles F1 and F2: the bailleur's file, then SNE; the value and its source."""
    for source in ("bailleur", "sne"):
        if lease[f"{source}_vu"] and lease[f"{source}_{field}"] is not None:
            return lease[f"{source}_{field}"], source
    return NON_RENSEIGNE, NON_RENSEIGNE


def name_reservataire(lease: Lease, rpls: Rpls) -> tuple[str, str]:
    """Règle F1: when neither names one, the contingent of the dwelling in the RPLS."""
    value, source = _said(lease, "reservataire")
    if source == NON_RENSEIGNE and (named := rpls.reservataire(lease["bail"])):
        return named, "rpls"
    return value, source


def _type_demande(lease: Lease) -> str:
    """Règle A18: for an attribution, the radiation row alone."""
    if not lease["sne_vu"]:
        return NON_RENSEIGNE
    return tell_type_demande(lease["sne_mode_mutation"], lease["sne_mode_logement"])


def tell_type_demande(mode: str | None, housing: str | None) -> str:
    """Règle A18: MODE_MUTATION of the row, else the current housing."""
    if mode in MUTATION_OUI | MUTATION_NON:
        return "mutation" if mode in MUTATION_OUI else "hors_mutation"
    if housing is None:
        return NON_RENSEIGNE
    return "mutation" if housing == "HLM" else "hors_mutation"


def tell_locations(lease: Lease, signed: date, parametres: Parametres, rpls: Rpls) -> dict[str, str]:
    """Règles E1 to E5: what each source that answers says, the one that wins first."""
    answers = {"rpls": rpls.locate(lease["bail"], signed, parametres.bascule)}
    if lease["bailleur_vu"]:
        code, inside = lease["bailleur_code_qpv"], lease["bailleur_en_qpv"]
        answers["code_bailleur"] = parametres.locate_code(code, signed)
        # Règle E2: an empty QPV means no only where the file says no elsewhere.
        means_no = inside is None and code is None and lease["bailleur_dit_non"]
        answers["oui_non_bailleur"] = "hors_qpv" if means_no else _yes_or_no(inside)
    if lease["sne_vu"]:
        count = lease["sne_nb_qpv"]
        answers["sne"] = _yes_or_no(None if count is None else count >= 1)
    return {source: answer for source, answer in answers.items() if answer is not None}


def _yes_or_no(inside: bool | None) -> str | None:
    if inside is None:
        return None
    return "qpv" if inside else "hors_qpv"


def tell_resources(lease: Lease, line: Mapping[str, Any] | None) -> Fraction | None:
    """Règle D1: the radiation row, else the bailleur's, else the last stock row; none when unusable (D5)."""
    found = ressources_uc(lease["sne_revenu"], lease["sne_unites"]) if lease["sne_vu"] else None
    declared = lease["bailleur_ressources_uc"] if lease["bailleur_vu"] else None
    if found is None and declared is not None and declared > 0:
        found = Fraction(declared)
    if found is None and line is not None:
        found = ressources_uc(line["revenu"], line["unites"])
    return found
