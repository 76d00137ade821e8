"""The facts expected of the fictitious territory, row by row, from its truth: no SQL."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from pipeline.intake.pseudonyms import Pseudonymiser
from tests.golden.oracle import GRILLE_VERSION, Oracle
from tests.golden.oracle_logements import describe_dwellings
from tests.golden.oracle_parametres import NON_RENSEIGNE

SANS_REPONSE, BAIL = "SANSREP", "BAIL"
PROFIL = (
    "type_demande",
    "statut_professionnel",
    "mode_logement_actuel",
    "typologie_recherchee",
    "quartile_ressources",
)
Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]


@dataclass(frozen=True)
class OracleTables:
    """What each table of facts must hold; a household is known by its pseudonym."""

    oracle: Oracle
    pseudonymiser: Pseudonymiser

    @cached_property
    def demandes(self) -> dict[int, UUID]:
        """The pseudonym of each household."""
        rows = self.oracle.territoire.demandes.select("menage", "numero_unique").rows()
        return {
            menage: UUID(bytes=self.pseudonymiser.pseudonym("numero_unique", number))
            for menage, number in rows
        }

    def dim_logements(self) -> Rows:
        """Expected dim_logements."""
        epci = self.oracle.parametres.epci_des_communes
        return describe_dwellings(self.oracle.territoire.occupation.to_dicts(), epci)

    def fct_points_cotation(self) -> Rows:
        """Expected fct_points_cotation: every score, summed (règles C8, C12)."""
        return {
            (self.demandes[household], score.jour): {"points": score.points, "sous_groupe": score.sous_groupe}
            for household, scores in self.oracle.cotation.scores.items()
            for score in scores
        }

    def fct_demandes(self) -> Rows:
        """Expected rows of fct_demandes in the marts: the households waiting at each quarter's end."""
        expected: dict[tuple[Any, ...], dict[str, Any]] = {}
        for quarter, by_epci in self.oracle.stocks.actifs.items():
            for code_epci in sorted(set(self.oracle.parametres.epci_des_communes.values())):
                for row in by_epci.get(code_epci, ()):
                    filed = self.oracle.histoires.creations.get(row["menage"])
                    profile = self.oracle.profile(quarter, row, filed)
                    expected[self.demandes[row["menage"]], quarter.code] = {
                        "date_stock": quarter.dernier_jour,
                        "code_epci": code_epci,
                        "code_commune": row["commune"],
                        "date_premier_depot": filed,
                        "taille_menage": row["taille"],
                        "age": row["age"],
                        "localisation_qpv_adresse": profile["localisation_qpv"],
                        **{name: profile[name] for name in PROFIL},
                        **self._score(row["menage"], quarter.dernier_jour),
                    }
        return expected

    def fct_attributions(self) -> Rows:
        """Expected rows of fct_attributions counted in the marts, with the source of each field."""
        return {
            (self.demandes[held.menage], held.date_attribution): {
                "code_epci": held.code_epci,
                "code_commune": held.commune,
                "logement_id": self.oracle.rpls.logements[held.bail],
                "typologie": held.typologie,
                "code_bailleur": held.code_bailleur,
                "code_reservataire": held.code_reservataire,
                "source_reservataire": held.source_reservataire,
                "type_demande": held.type_demande,
                "delai_attribution_jours": held.delai_jours,
                "localisation_qpv": held.localisation_qpv,
                "source_qpv": held.source_qpv,
                "quartile_ressources": held.quartile_ressources,
                **self._score(held.menage, held.date_reference),
            }
            for held in self.oracle.attributions
        }

    def fct_candidatures_caleol(self) -> Rows:
        """Expected fct_candidatures_caleol: the unit is the commission and the dwelling (règle F11)."""
        rows = self.oracle.territoire.candidatures.to_dicts()
        examined = Counter((_commission(row), row["identifiant"]) for row in rows)
        return {
            (_commission(row), row["identifiant"], self.demandes[row["candidat"]]): {
                "date_seance": row["date_caleol"],
                "code_bailleur": row["siren"],
                "code_epci": row["code_epci"],
                "code_commune": row["commune"],
                "rang": row["rang"],
                "nombre_candidats": examined[_commission(row), row["identifiant"]],
                "decision": row["decision"],
                "motif_decision": row["motif_decision"],
                "code_reservataire": row["reservataire"],
                "taux_effort": None,
                "a_bail_signe": row["signataire"],
                **self._score_that_day(row["candidat"], row["date_caleol"]),
            }
            for row in rows
        }

    def fct_propositions(self) -> Rows:
        """Expected fct_propositions."""
        return {
            (f"{row['siren']}/P{row['bail']}-{row['rang']}",): {
                "demande_id": self.demandes[row["candidat"]],
                "code_bailleur": row["siren"],
                "logement_id": row["identifiant"],
                "code_epci": row["code_epci"],
                "code_commune": row["commune"],
                "etat": row["etat"],
                "date_creation": row["date_creation"],
                "date_commission": row["date_caleol"],
                "date_reponse": _answered(row),
                "date_bail": row["date_bail"] if row["etat"] == BAIL else None,
                "delai_reponse_jours": _days_to_answer(row),
                "motif_refus": row["motif_refus"],
                "decision": row["decision"],
                "code_reservataire": row["reservataire"],
            }
            for row in self.oracle.territoire.propositions.to_dicts()
        }

    def _score(self, household: int, day: date) -> dict[str, Any]:
        """Règle C1: the last score dated on or before the day; none is not zero (règle C7)."""
        score = self.oracle.cotation.last(household, day)
        if score is None:
            unknown = {"tranche_points": NON_RENSEIGNE, "sous_groupe": NON_RENSEIGNE}
            return {"date_points": None, "grille_version": None, "points": None, **unknown}
        return {
            "date_points": score.jour,
            "grille_version": GRILLE_VERSION,
            "points": score.points,
            "tranche_points": self.oracle.parametres.tranche(score.points),
            "sous_groupe": score.sous_groupe,
        }

    def _score_that_day(self, household: int, day: date) -> dict[str, Any]:
        """Règle F11: scored when a score is dated on or before the séance."""
        score = self._score(household, day)
        told = {name: score[name] for name in ("date_points", "grille_version", "points")}
        return {"est_cotee": score["points"] is not None, **told}


def _commission(row: Mapping[str, Any]) -> str:
    """Règle R0.12: one séance of a bailleur a day, which examines one dwelling or several."""
    return f"{row['siren']}/CAL-{row['siren'][-1]}-{row['date_caleol']:%Y%m%d}"


def _answered(row: Mapping[str, Any]) -> date | None:
    return None if row["etat"] == SANS_REPONSE else row["date_reponse"]


def _days_to_answer(row: Mapping[str, Any]) -> int | None:
    """Give the days from the proposal to the answer; an answer before the proposal is a fault."""
    answered = _answered(row)
    days = None if answered is None else (answered - row["date_creation"]).days
    return days if days is not None and days >= 0 else None
