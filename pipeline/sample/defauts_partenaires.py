"""The defects of the other partners' files, as rows of the register of defects."""

import polars as pl

from pipeline.sample.calendrier import (
    ANNONCES,
    BOURSE,
    CONVENTIONS,
    DEAL,
    MISES_A_DISPOSITION,
    OCCUPATION,
    PORTEUR,
    RELOGEMENTS,
    UNION,
)
from pipeline.sample.conventions import A_PART, ANNEE_REFUSEE
from pipeline.sample.fichiers_flux import FICHIER_ABSENT, FICHIER_REFUSE
from pipeline.sample.interfaces import FOURNISSEURS, PARTS
from pipeline.sample.occupants import ANNEE_OPS
from pipeline.sample.registre_defauts import REGLES, SCHEMA

RAPPROCHEMENT = "CINOR 7.3"
REGLES_PARTENAIRES = {
    **REGLES,
    "taux_hors_bornes": "R0.13",
    "etat_inconnu": "R0.13",
    "identifiant_absent": "R0.13",
    "echelle_inconnue": "R0.13",
    "rendu_au_bailleur": "F6",
    "hors_flux_sans_motif": "F7",
    "inconnue_du_sne": RAPPROCHEMENT,
    **dict.fromkeys(PARTS, RAPPROCHEMENT),
}


def list_partner_defects(
    *,
    flux: pl.DataFrame,
    conventions: pl.DataFrame,
    relogements: pl.DataFrame,
    annonces: pl.DataFrame,
    occupants: pl.DataFrame,
    interfaces: pl.DataFrame,
) -> pl.DataFrame:
    """Return one row per defect; `menage` and `bail` are null where it concerns neither."""
    opened = flux.with_columns(flux=pl.lit(MISES_A_DISPOSITION))
    signed = conventions.with_columns(
        flux=pl.lit(CONVENTIONS), fournisseur=pl.lit(DEAL), periode=pl.col("annee").cast(pl.String)
    )
    moved = relogements.with_columns(flux=pl.lit(RELOGEMENTS), fournisseur=pl.lit(PORTEUR))
    offered = annonces.with_columns(flux=pl.lit(ANNONCES), fournisseur=pl.lit(BOURSE))
    held = interfaces.with_columns(
        flux="cote", fournisseur=pl.col("cote").replace_strict(FOURNISSEURS, return_dtype=pl.String)
    )
    surveyed = occupants.head(1).with_columns(
        flux=pl.lit(OCCUPATION), fournisseur=pl.lit(UNION), periode=pl.lit(str(ANNEE_OPS))
    )
    rejected = [table.filter(pl.col("rejet") != "") for table in (opened, signed, moved, offered, held)]
    silent = ~pl.col("en_flux") & pl.col("motif_hors_flux").is_null()
    rows = [
        *(_named(table, pl.col("rejet")) for table in rejected),
        *(_named(table.filter("doublon"), pl.lit("doublon")) for table in (opened, offered)),
        _named(opened.filter(pl.col("issue") == "RENDU"), pl.lit("rendu_au_bailleur")),
        _named(opened.filter(silent), pl.lit("hors_flux_sans_motif")),
        _named(held.filter(pl.col("ecart") != ""), pl.col("ecart")),
        _named(surveyed, pl.lit("echelle_inconnue")),
        _lost_files(),
    ]
    listed = pl.concat(rows, how="diagonal_relaxed")
    return listed.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _named(rows: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    told = rows.with_columns(defaut=name)
    return told.with_columns(
        regle=pl.col("defaut").replace_strict(REGLES_PARTENAIRES, return_dtype=pl.String)
    ).select(column for column in SCHEMA if column in {*told.columns, "regle"})


def _lost_files() -> pl.DataFrame:
    """Give the files that never came, or that the door refuses (règle B14)."""
    refused = (A_PART, str(ANNEE_REFUSEE))
    files = [(MISES_A_DISPOSITION, *FICHIER_REFUSE), (MISES_A_DISPOSITION, *FICHIER_ABSENT)]
    rows = pl.DataFrame(
        [*files, (CONVENTIONS, *refused)], schema=["flux", "fournisseur", "periode"], orient="row"
    )
    return _named(rows, pl.lit("depot_absent_ou_refuse"))
