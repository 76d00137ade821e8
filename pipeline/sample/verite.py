"""The truth of the territory, table by table: what happened, and what the observatory can see of it.

It comes from the draws and never from a file read back. No numéro unique here: a household is its rank.
`vu` means: in a delivery that exists, enters, and on a line the door keeps.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.sample.baux import in_force_qpv
from pipeline.sample.cotation import effective_scores
from pipeline.sample.formats import Depot
from pipeline.sample.geographie import CODES_TRIMESTRES
from pipeline.sample.sne import DOUBLON_DIFFERENT

LIGNES_GARDEES = ("", DOUBLON_DIFFERENT)
_EUROS, _UNITES = pl.Decimal(18, 2), pl.Decimal(18, 2)


def tell_truth(
    *,
    demandes: pl.DataFrame,
    dwellings: pl.DataFrame,
    baux: pl.DataFrame,
    radiations: pl.DataFrame,
    declarations: pl.DataFrame,
    scores: pl.DataFrame,
) -> Mapping[str, pl.DataFrame]:
    """Return the truth tables by name."""
    return {
        "menages": _households(demandes),
        "attributions": _leases(demandes, baux, radiations, declarations),
        "radiations": _exits(radiations),
        "scores": effective_scores(scores),
        "logements": _dwellings(dwellings),
    }


def _households(demandes: pl.DataFrame) -> pl.DataFrame:
    """One row per demande alive in the window."""
    return demandes.select(
        "menage",
        "date_depot",
        "destin",
        "date_fin",
        "taille",
        "est_association",
        "est_mutation",
        "est_cote",
        "pieces_souhaitees",
        "commune_souhaitee",
        pl.col("revenu").cast(_EUROS),
        pl.col("unites").cast(_UNITES),
    )


def _exits(radiations: pl.DataFrame) -> pl.DataFrame:
    """One row per radiation or déradiation and delivery; an empty `motif` is a déradiation."""
    return radiations.select(
        "menage",
        "bail",
        "cas",
        "date_radiation",
        "motif",
        "date_creation",
        "commune",
        "mode_mutation",
        "mode_logement",
        periode=_quarter("livraison"),
        vu=pl.col("rejet").is_in(LIGNES_GARDEES),
    )


def _leases(
    demandes: pl.DataFrame, baux: pl.DataFrame, radiations: pl.DataFrame, declarations: pl.DataFrame
) -> pl.DataFrame:
    """One row per lease signed: the truth, then what each source delivers of it (`sne_…`, `bailleur_…`)."""
    happened = baux.join(
        demandes.select("menage", "est_mutation"), on="menage", how="left", maintain_order="left"
    )
    happened = happened.select(
        "bail",
        "menage",
        "cas",
        "code_epci",
        "commune",
        "siren",
        "reservataire",
        "pieces",
        "date_depot",
        "date_bail",
        "date_caleol",
        "est_association",
        "est_mutation",
        qpv=in_force_qpv("date_bail"),
    )
    said = happened.join(_last_sne_line(radiations), on="bail", how="left", maintain_order="left").join(
        _last_bailleur_line(declarations), on="bail", how="left", maintain_order="left"
    )
    return said.with_columns(pl.col("sne_vu", "bailleur_vu").fill_null(value=False))


def _last_sne_line(radiations: pl.DataFrame) -> pl.DataFrame:
    """The last delivered radiation of each lease (règle A2)."""
    kept = radiations.filter(pl.col("bail").is_not_null() & pl.col("rejet").is_in(LIGNES_GARDEES))
    last = kept.sort("livraison", maintain_order=True).unique("bail", keep="last", maintain_order=True)
    return last.select(
        "bail",
        pl.lit(value=True).alias("sne_vu"),
        pl.col("date_radiation").alias("sne_date_radiation"),
        pl.col("delai_attribution").alias("sne_delai_attribution"),
        pl.col("siren").alias("sne_siren"),
        pl.col("identifiant").alias("sne_logement"),
        pl.col("commune").alias("sne_commune"),
        pl.col("pieces").alias("sne_pieces"),
        pl.col("reservataire_sne").alias("sne_reservataire"),
        pl.col("nb_qpv").alias("sne_nb_qpv"),
        pl.col("mode_mutation").alias("sne_mode_mutation"),
        pl.col("mode_logement").alias("sne_mode_logement"),
        pl.col("revenu_sne").cast(_EUROS).alias("sne_revenu"),
        pl.col("unites_sne").cast(_UNITES).alias("sne_unites"),
    )


def _last_bailleur_line(declarations: pl.DataFrame) -> pl.DataFrame:
    """The last delivered line of each lease by its own bailleur (règles B4, B8)."""
    kept = declarations.filter(pl.col("entre") & pl.col("rejet").is_in(LIGNES_GARDEES))
    says_no = (~pl.col("en_qpv_dit")).fill_null(value=False).any().over("fournisseur", "livraison")
    own = kept.with_columns(fichier_dit_non=says_no).filter(~pl.col("est_rival"))
    last = own.sort("livraison", maintain_order=True).unique("bail", keep="last", maintain_order=True)
    return last.select(
        "bail",
        pl.lit(value=True).alias("bailleur_vu"),
        _quarter("livraison").alias("bailleur_periode"),
        pl.col("bail_declare").alias("bailleur_date_bail"),
        pl.col("date_caleol_dit").alias("bailleur_date_caleol"),
        pl.col("siren_bailleur_dit").alias("bailleur_siren"),
        pl.col("identifiant").alias("bailleur_logement"),
        pl.col("commune").alias("bailleur_commune"),
        pl.col("pieces").alias("bailleur_pieces"),
        pl.col("reservataire_declare").alias("bailleur_reservataire"),
        pl.col("code_qpv_dit").alias("bailleur_code_qpv"),
        pl.col("en_qpv_dit").alias("bailleur_en_qpv"),
        pl.col("fichier_dit_non").alias("bailleur_dit_non"),
        pl.col("ressources_uc").cast(_EUROS).alias("bailleur_ressources_uc"),
        pl.col("est_premier_quartile_dit").alias("bailleur_premier_quartile"),
    )


def _dwellings(dwellings: pl.DataFrame) -> pl.DataFrame:
    """One row per dwelling and vintage of the open RPLS file."""
    inside = pl.when(pl.col("qpv") != "").then(pl.lit("qpv")).otherwise(pl.lit("hors_qpv"))
    return dwellings.select(
        pl.col("millesime").cast(pl.String).alias("periode"),
        "logement",
        "commune",
        "siren",
        "annee_construction",
        "pieces",
        "individuel",
        "qpv_2015",
        "qpv_2024",
        pl.when(pl.col("qpv").is_null())
        .then(pl.lit("non_renseigne"))
        .otherwise(inside)
        .alias("localisation_qpv"),
        vu=~pl.col("rejet"),
    )


def expected_deposits(depots: Iterable[Depot]) -> pl.DataFrame:
    """One row per delivered file: the decision and the counts the register should hold.

    `lignes_acceptees` are the rows that could enter; a refused file enters none of them.
    """
    rows = [
        {
            "flux": depot.flux,
            "periode": depot.periode,
            "fournisseur": depot.fournisseur,
            "fichier": depot.fichier,
            "decision": depot.decision,
            "motif": depot.motif,
            "lignes_lues": depot.lues,
            "lignes_acceptees": depot.acceptees,
            "lignes_rejetees": depot.rejetees,
            "lignes_ignorees": depot.ignorees,
        }
        for depot in depots
    ]
    return pl.DataFrame(rows)


def _quarter(rank: str) -> pl.Expr:
    return pl.col(rank).replace_strict(dict(enumerate(CODES_TRIMESTRES)), return_dtype=pl.String)
