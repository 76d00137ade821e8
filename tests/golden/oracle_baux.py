"""One lease as the rules read it, from what each source says: plain Python, rule by rule, no SQL.

The draws know which lines speak of one lease, so nothing is matched here: a rival's line (règle B4), a
second delivery (B8) or an attribution that came to nothing (B5) is no lease of the truth.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.golden.oracle_parametres import Parametres

NON_RENSEIGNE = "non_renseigne"
ATTRIBUTION, DERADIATION = "RADATT", ""
MUTATION_OUI, MUTATION_NON = {"OUI", "I", "E"}, {"NON"}

Lease = Mapping[str, Any]


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
    type_demande: str
    localisation_qpv: str
    quartile_ressources: str
    date_reference: date


@dataclass(frozen=True)
class Histoires:
    """What the radiations delivered say of each household."""

    creations: Mapping[int, date]
    fins: Mapping[int, date]

    @classmethod
    def lire(cls, radiations: Iterable[Lease]) -> "Histoires":
        """Replay the events of each household in order: a déradiation cancels the last (règle R0.7)."""
        creations: dict[int, date] = {}
        events: dict[int, set[tuple[date, str]]] = defaultdict(set)
        for row in radiations:
            if not row["vu"]:
                continue
            household, filed = row["menage"], row["date_creation"]
            # Règle A6: the first filing date is never later than one seen before.
            if filed is not None:
                creations[household] = min(filed, creations.get(household, filed))
            # Règle A2: the same (demande, date, motif) twice counts once.
            events[household].add((row["date_radiation"], row["motif"]))
        standing = {household: _standing(sorted(dated)) for household, dated in events.items()}
        fins = {household: dated[-1][0] for household, dated in standing.items() if dated}
        return cls(creations, fins)


def _standing(events: list[tuple[date, str]]) -> tuple[tuple[date, str], ...]:
    standing: list[tuple[date, str]] = []
    for event in events:
        if event[1] != DERADIATION:
            standing.append(event)
        elif standing:
            standing.pop()
    return tuple(standing)


def count_attribution(lease: Lease, histoires: Histoires, parametres: Parametres) -> Attribution | None:
    """Return the attribution as it must be counted, or None when it is not one of the EPCI's households."""
    if not (lease["bailleur_vu"] or lease["sne_vu"]):
        return None  # règles A13 and B3: one source is enough
    if lease["sne_vu"] and lease["est_association"]:
        return None  # règle A17
    # Règle B6: the dwelling's commune, bailleur first, then SNE.
    commune = lease["bailleur_commune"] if lease["bailleur_vu"] else lease["sne_commune"]
    code_epci = parametres.epci_des_communes.get(commune)
    if code_epci is None:
        return None
    filed = histoires.creations.get(lease["menage"])
    signed = _attribution_date(lease, filed)
    return Attribution(
        bail=lease["bail"],
        menage=lease["menage"],
        code_epci=code_epci,
        date_attribution=signed,
        delai_jours=_delay(lease, signed, filed),
        # Règles F1 and F2: the bailleur's file, then SNE.
        code_bailleur=_first(lease, "siren"),
        code_reservataire=_first(lease, "reservataire"),
        type_demande=_type_demande(lease),
        localisation_qpv=_localisation(lease, signed, parametres),
        quartile_ressources=_quartile_ressources(lease, signed, code_epci, parametres),
        # Règle C1: the score is read on the day of the CALEOL, else of the lease.
        date_reference=(lease["bailleur_vu"] and lease["bailleur_date_caleol"]) or signed,
    )


def _attribution_date(lease: Lease, filed: date | None) -> date:
    """Règle B1: the bailleur's date when valid, else the SNE's."""
    signed = lease["bailleur_date_bail"] if lease["bailleur_vu"] else None
    if signed is not None and (filed is None or signed >= filed):
        return signed
    return lease["sne_date_radiation"]


def _delay(lease: Lease, signed: date, filed: date | None) -> int | None:
    """Règles B2 and B10: days since the first filing, the SNE's own delay without one, never negative."""
    if filed is not None:
        days = (signed - filed).days
    else:
        days = lease["sne_delai_attribution"] if lease["sne_vu"] else None
    return days if days is not None and days >= 0 else None


def _first(lease: Lease, field: str) -> str:
    said = [lease[f"{source}_{field}"] for source in ("bailleur", "sne") if lease[f"{source}_vu"]]
    return next((value for value in said if value is not None), NON_RENSEIGNE)


def _type_demande(lease: Lease) -> str:
    """Règle A18: MODE_MUTATION of the radiation row, else the current housing."""
    if not lease["sne_vu"]:
        return NON_RENSEIGNE
    mode, housing = lease["sne_mode_mutation"], lease["sne_mode_logement"]
    if mode in MUTATION_OUI | MUTATION_NON:
        return "mutation" if mode in MUTATION_OUI else "hors_mutation"
    if housing is None:
        return NON_RENSEIGNE
    return "mutation" if housing == "HLM" else "hors_mutation"


def _localisation(lease: Lease, signed: date, parametres: Parametres) -> str:
    """Règles E1 to E5: bailleur's code, bailleur's yes/no, SNE's number."""
    if lease["bailleur_vu"]:
        if parametres.is_known_qpv(lease["bailleur_code_qpv"], signed):
            return "qpv"
        if lease["bailleur_en_qpv"] is not None:
            return "qpv" if lease["bailleur_en_qpv"] else "hors_qpv"
        # Règle E2: an empty QPV means no only where the file says no elsewhere.
        if lease["bailleur_code_qpv"] is None and lease["bailleur_dit_non"]:
            return "hors_qpv"
    if lease["sne_vu"] and lease["sne_nb_qpv"] is not None:
        return "qpv" if lease["sne_nb_qpv"] >= 1 else "hors_qpv"
    return NON_RENSEIGNE


def _quartile_ressources(lease: Lease, signed: date, code_epci: str, parametres: Parametres) -> str:
    """Règles D1, D2, D3, D5: 12 × revenu ≤ seuil × UC, in decimals; SNE first, then the bailleur."""
    threshold = parametres.seuil_q1(code_epci, signed.year)
    if threshold is None:
        return NON_RENSEIGNE
    if lease["sne_vu"]:
        income, units = lease["sne_revenu"], lease["sne_unites"]
        if income is not None and income > 0 and units is not None and units >= 1:
            return "R1" if 12 * income <= threshold * units else "R2_R4"
    if lease["bailleur_vu"]:
        per_unit = lease["bailleur_ressources_uc"]
        if per_unit is not None and per_unit > 0:
            return "R1" if per_unit <= threshold else "R2_R4"
    return NON_RENSEIGNE
