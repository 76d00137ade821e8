"""The yearly table of the flow that one bailleur sends by itself: what it counts, its own way.

It counts each handing over, the ones our door rejected too, and its own code for the quartier: the
observatory finds where that differs (CCH R441-5-1).
"""

from collections.abc import Iterator

import polars as pl

from pipeline.sample.calendrier import BILAN_FLUX
from pipeline.sample.depots_csv import Place, csv_depot
from pipeline.sample.formats import CsvForm, Depot

ENVOYEUR, ANNEE = "alize", 2024
EVENEMENTS = {
    "mis_a_disposition": "date_mise",
    "proposes": "date_proposition",
    "attribues": "date_attribution",
    "baux": "date_bail",
    "rendus": "date_retour",
}
SOUSTRAITS = {
    "soustraits_mutations_internes": "MUTINT",
    "soustraits_npnru": "NPNRU",
    "soustraits_orcod": "ORCOD",
    "soustraits_insalubrite": "INSAL",
    "soustraits_ventes": "VENTE",
}
EXCLUS = ("DEFENSE", "SECURITE", "SANTE")
PERIODES = ((1949, "avant_1949"), (1977, "1949_1976"), (1990, "1977_1989"), (2000, "1990_1999"))
RECENTES = ((2010, "2000_2009"), (2019, "2010_2018"), (2101, "2019_et_plus"))
AXES = ("siren", "reservataire", "typologie", "financement", "en_qpv", "commune", "periode_construction")
_SIX = 6


def draw_bilan_flux(flux: pl.DataFrame) -> pl.DataFrame:
    """Return one row per combination of axes, from the last line of each handing over."""
    own = flux.filter(pl.col("fournisseur") == ENVOYEUR).unique("mise", keep="last", maintain_order=True)
    handed = pl.col("reservataire").is_not_null()
    this_year = {name: (pl.col(day).dt.year() == ANNEE) & handed for name, day in EVENEMENTS.items()}
    opened = pl.col("date_mise").dt.year() == ANNEE
    taken = {name: opened & (pl.col("motif_hors_flux") == motif) for name, motif in SOUSTRAITS.items()}
    counted = {**this_year, **taken, "exclus": opened & pl.col("motif_hors_flux").is_in(EXCLUS)}
    pieces = pl.col("pieces")
    rows = own.with_columns(
        typologie=pl.when(pieces >= _SIX).then(pl.lit("T6P")).otherwise("T" + pieces.cast(pl.String)),
        en_qpv=pl.when(pl.col("qpv") != "").then(pl.lit("OUI")).otherwise(pl.lit("NON")),
        periode_construction=_period(),
    )
    sums = {name: flag.fill_null(value=False).sum().cast(pl.Int64) for name, flag in counted.items()}
    return rows.group_by(AXES).agg(**sums).filter(pl.sum_horizontal(*counted) > 0).sort(AXES, nulls_last=True)


def _period() -> pl.Expr:
    year, found = pl.col("annee_construction"), pl.lit(None, pl.String)
    for before, name in reversed((*PERIODES, *RECENTES)):
        found = pl.when(year < before).then(pl.lit(name)).otherwise(found)
    return found


def write_bilan_file(bilan: pl.DataFrame) -> Iterator[Depot]:
    """Yield the only file: the other bailleurs leave their table to the observatory."""
    renamed = {"siren": "siren_bailleur", "commune": "code_commune"}
    text = bilan.rename(renamed).select(
        pl.lit(str(ANNEE)).alias("annee"), pl.all().cast(pl.String), pl.lit("Fictif").alias("commentaire")
    )
    yield csv_depot(Place(BILAN_FLUX, str(ANNEE), ENVOYEUR, CsvForm(";", "utf-8-sig")), text)
