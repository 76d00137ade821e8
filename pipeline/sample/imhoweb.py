"""The `imhoweb/demandes` lists: what the SNE does not have of waiting households, at each quarter's end."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from pipeline.sample.calendrier import IMHOWEB, LISTE_IMHOWEB
from pipeline.sample.formats import CsvForm, Depot, csv_from_frame
from pipeline.sample.geographie import BAILLEURS, CODES_TRIMESTRES, TRIMESTRES
from pipeline.sample.tirages import draw_words, flag

FORME = CsvForm(";", "utf-8-sig", "\r\n")
JOURS_DELAI_ANORMAL = 1_095
_INSCRITS, _ADRESSE_CONNUE, _PART_QPV = 0.97, 0.96, 0.43


def draw_imhoweb(rng: np.random.Generator, demandes: pl.DataFrame, stock: pl.DataFrame) -> pl.DataFrame:
    """Return one row per waiting household listed and quarter; the quarter of its address does not move."""
    count = demandes.height
    landlords = {bailleur.siren: bailleur.poids for bailleur in BAILLEURS}
    owner = pl.Series(draw_words(rng, landlords, count))
    told = demandes.select(
        "menage",
        "numero_unique",
        "date_depot",
        "revenu",
        "unites",
        "DALO",
        "L441_1",
        inscrit=pl.Series(flag(rng, _INSCRITS, count)),
        adresse_en_qpv=pl.when(pl.Series(flag(rng, _ADRESSE_CONNUE, count))).then(
            pl.Series(flag(rng, _PART_QPV, count))
        ),
        bailleur_actuel=pl.when("est_mutation").then(owner),
        confort=pl.Series(flag(rng, 0.06, count)),
    )
    waiting = stock.filter("actif", "vu").select("menage", "livraison")
    return waiting.join(told, on="menage", how="left", maintain_order="left").filter("inscrit")


def tell_imhoweb(listed: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the lists: one row per household and quarter."""
    codes = dict(enumerate(CODES_TRIMESTRES))
    return listed.select(
        "menage", "adresse_en_qpv", periode=pl.col("livraison").replace_strict(codes, return_dtype=pl.String)
    )


def write_imhoweb_files(listed: pl.DataFrame) -> Iterator[Depot]:
    """Yield one list per quarter, under the real headers."""
    for rank, trimestre in enumerate(TRIMESTRES):
        rows = listed.filter(pl.col("livraison") == rank)
        text = rows.select(**_cells(trimestre.dernier_jour))
        yield Depot(
            flux=LISTE_IMHOWEB,
            periode=trimestre.code,
            fournisseur=IMHOWEB,
            extension="csv",
            octets=csv_from_frame(text, text.columns, FORME),
            lues=text.height,
        )


def _cells(day: date) -> dict[str, pl.Expr]:
    """Give the text of every column on the day of the list."""
    years = ((pl.lit(day) - pl.col("date_depot")).dt.total_days() // 366).cast(pl.String)
    renewed = pl.col("date_depot").dt.offset_by(pl.concat_str(years, pl.lit("y")))
    overdue = pl.col("date_depot").dt.offset_by(f"{JOURS_DELAI_ANORMAL}d")
    per_unit = (12 * pl.col("revenu") / pl.col("unites")).cast(pl.Decimal(18, 2)).cast(pl.String)
    return {
        "Numero_unique": pl.col("numero_unique"),
        "Date_renouvellement": pl.when(renewed > pl.col("date_depot")).then(renewed.dt.strftime("%d/%m/%Y")),
        "Indicateur_QPV": _yes_no("adresse_en_qpv"),
        "ID_bailleur": pl.col("bailleur_actuel"),
        "Libelle_motif_priorite": pl.when("DALO").then(pl.lit("DALO")).when("L441_1").then(pl.lit("L441-1")),
        "Indicateur_demande_confort": _yes_no("confort"),
        "Ressources_par_unite_consommation": per_unit.str.replace(".", ",", literal=True),
        "Date_passage_delai_anormalement_long": pl.when(overdue <= day).then(overdue.dt.strftime("%d/%m/%Y")),
        "Nom_demandeur": pl.concat_str(pl.lit("FICTIF"), pl.col("menage").cast(pl.String)),
        "Mail": pl.concat_str(pl.lit("fictif"), pl.col("menage").cast(pl.String), pl.lit("@exemple.invalid")),
    }


def _yes_no(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("OUI")).when(~pl.col(column)).then(pl.lit("NON"))
