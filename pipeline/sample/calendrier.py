"""Which quarterly delivery holds an event, and which deliveries never came or cannot enter.

A delivery is counted by its rank among the quarters (0 is the first).
"""

from dataclasses import dataclass

import polars as pl

from pipeline.sample.geographie import CODES_TRIMESTRES, DEBUT

RADIATIONS, ATTRIBUTIONS = "sne/radiations", "bailleurs/attributions"
POINTS, LOGEMENTS = "cotation/points", "rpls/logements_ouverts"
DEMANDES, MOTIFS, COMMUNES_SOUHAITEES = "sne/demandes", "sne/motifs", "sne/communes_souhaitees"
DALO, REFERENCES = "sne/dalo", "sne/references"
LISTE_IMHOWEB, LOGEMENTS_RESTREINTS = "imhoweb/demandes", "rpls/logements_restreints"
CANDIDATURES, PROPOSITIONS = "bailleurs/candidatures_caleol", "bailleurs/propositions"
MISES_A_DISPOSITION, CONVENTIONS = "bailleurs/mises_a_disposition", "bailleurs/conventions_reservation"
BILAN_FLUX = "bailleurs/bilan_flux"
RELOGEMENTS, LIVRAISONS, OCCUPATION = "relogements/menages", "programmation/livraisons", "ops/occupation"
ANNONCES, PERMUTATIONS = "bourse/annonces", "bourse/permutations"
SYPLO, PELEHAS = "interfaces/syplo", "interfaces/pelehas"
DEAL, PORTEUR, BOURSE, AFI, UNION = "deal", "porteur-npnru", "bourse-echange", "afi", "union-bailleurs"
GIP_SNE, IMHOWEB, SDES, PREFECTURE = "gip-sne", "imhoweb", "sdes", "prefecture"


@dataclass(frozen=True)
class Incident:
    """A bailleur's quarter that gives nothing: never sent, or refused at the door (règle B14)."""

    fournisseur: str
    periode: str
    nature: str
    description: str


NON_ENVOYEE, RESERVATAIRES_INCONNUS, SANS_DATE_BAIL = (
    "non_envoyee",
    "reservataires_inconnus",
    "sans_date_bail",
)
INCIDENTS = (
    Incident("filaos", "2024-T3", NON_ENVOYEE, "Le bailleur n'a pas envoyé son fichier."),
    Incident("ecume", "2024-T2", RESERVATAIRES_INCONNUS, "Plus de 5 % de réservataires hors nomenclature."),
    Incident("goyavier", "2024-T4", SANS_DATE_BAIL, "La colonne de la date de bail porte un nom inconnu."),
)


def incident_of(fournisseur: str, periode: str) -> Incident | None:
    """Return what befell a bailleur's quarter, if anything."""
    return next(
        (item for item in INCIDENTS if (item.fournisseur, item.periode) == (fournisseur, periode)), None
    )


def quarter_rank(event: str) -> pl.Expr:
    """Give the rank of the quarter of an event, negative before the first."""
    day = pl.col(event)
    first = (DEBUT.month + 2) // 3
    years = day.dt.year().cast(pl.Int64) - DEBUT.year
    return years * 4 + day.dt.quarter().cast(pl.Int64) - first


def delivery_rank(event: str, lateness: str) -> pl.Expr:
    """Give the rank of the delivery that holds an event, null outside the quarters."""
    quarter = quarter_rank(event)
    rank = quarter + pl.col(lateness)
    return pl.when((quarter >= 0) & (rank < len(CODES_TRIMESTRES))).then(rank)


def without_incident(fournisseur: str, rank: str) -> pl.Expr:
    """Tell whether the delivery of that rank exists and enters."""
    enters = pl.col(rank).is_not_null()
    for item in INCIDENTS:
        hit = (pl.col(fournisseur) == item.fournisseur) & (
            pl.col(rank) == CODES_TRIMESTRES.index(item.periode)
        )
        enters &= ~hit.fill_null(value=False)
    return enters
