"""The `sne/demandes` deliveries and their satellites: motives, wished communes, DALO decisions.

The tables of one quarter share DEMANDE, a key that changes at each delivery (règle R0.8). Satellites come
at the end of each half-year only.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from pipeline.feeds import load_feeds
from pipeline.sample.calendrier import COMMUNES_SOUHAITEES, DALO, DEMANDES, GIP_SNE, MOTIFS
from pipeline.sample.fichiers_sne import (
    delivery_key,
    form_of,
    household_cells,
    housing_cells,
    identity_cells,
    written_lines,
)
from pipeline.sample.formats import Depot, csv_from_frame
from pipeline.sample.geographie import COMMUNES, COMMUNES_VOISINES, TRIMESTRES
from pipeline.sample.menages import MOTIFS_CONNUS
from pipeline.sample.references_sne import as_delivered
from pipeline.sample.tirages import draw_days, draw_words, flag

AGE_INCONNU = "999"
MOTIF_HORS_LISTE, MOTIFS_FAUX = "99", 2
LOTS_COMPLETS = ("2023-T4", "2024-T2", "2024-T4")
STATUTS_DALO = {"ACTIF": 80, "ACTREL": 12, "CADUC": 8}
_SANS_RECONNAISSANCE = 0.012


def draw_wishes(rng: np.random.Generator, demandes: pl.DataFrame) -> pl.DataFrame:
    """Return, for each household, its other motives, its other communes and its DALO decision."""
    count = demandes.height
    refused = pl.Series(flag(rng, _SANS_RECONNAISSANCE, count))
    second, third = flag(rng, 0.35, count), flag(rng, 0.3, count)
    more, most = flag(rng, 0.55, count), flag(rng, 0.4, count)
    known = pl.Series(draw_words(rng, STATUTS_DALO, count))
    number = pl.col("motif_demande").cast(pl.Int64)
    return demandes.select(
        "menage",
        motif_2=pl.when(pl.Series(second)).then(_next_motive(number, 6)),
        motif_3=pl.when(pl.Series(second & third)).then(_next_motive(number, 11)),
        commune_2=pl.when(pl.Series(more)).then(
            pl.Series(draw_words(rng, dict.fromkeys(COMMUNES, 1), count))
        ),
        commune_3=pl.when(pl.Series(more & most)).then(pl.lit(COMMUNES_VOISINES[1])),
        statut_dalo=pl.when("DALO").then(known).when(refused).then(pl.lit("NON")),
        date_dalo=pl.col("date_depot") + draw_days(rng, 60, 500, count),
    )


def _next_motive(number: pl.Expr, step: int) -> pl.Expr:
    return ((number + step) % len(MOTIFS_CONNUS) + 1).cast(pl.String).str.zfill(2)


def write_snapshot_files(
    stock: pl.DataFrame, radiations: pl.DataFrame, wishes: pl.DataFrame
) -> Iterator[Depot]:
    """Yield the stocks, quarter by quarter, and the satellites of those that have some."""
    for rank, trimestre in enumerate(TRIMESTRES):
        rows = stock.filter(pl.col("livraison") == rank)
        yield _write_stock(rows, rank)
        if trimestre.code in LOTS_COMPLETS:
            gone = radiations.filter(pl.col("livraison") == rank)
            yield from _write_satellites(_wishing(rows, gone, wishes), rank)


def _wishing(rows: pl.DataFrame, gone: pl.DataFrame, wishes: pl.DataFrame) -> pl.DataFrame:
    """Give the households of a lot with their wishes; radiated ones have satellites too."""
    wished = ["livraison", "menage", "motif_demande", "commune_souhaitee"]
    held = pl.concat([rows.select(wished), gone.select(wished)]).unique(
        ["livraison", "menage"], keep="first", maintain_order=True
    )
    held = held.join(wishes, on="menage", how="left", maintain_order="left")
    other = pl.col("commune_2") != pl.col("commune_souhaitee")
    return held.with_columns(
        DEMANDE=delivery_key(),
        commune_2=pl.when(other).then("commune_2"),
        commune_3=pl.when(other).then("commune_3"),
    )


def _write_satellites(held: pl.DataFrame, rank: int) -> Iterator[Depot]:
    yield _write(MOTIFS, rank, _motives(held), rejetees=MOTIFS_FAUX)
    yield _write(COMMUNES_SOUHAITEES, rank, _communes(held))
    yield _write(DALO, rank, _decisions(held, rank))


def _write_stock(rows: pl.DataFrame, rank: int) -> Depot:
    forme = form_of(TRIMESTRES[rank].code)
    cells = identity_cells(forme.dates) | household_cells() | housing_cells()
    age = pl.when("age_dit").then(cells["AGE_DEMANDEUR_DEMANDE"]).otherwise(pl.lit(AGE_INCONNU))
    born = pl.when("naissance_dite").then(cells["DATE_NAISS_DEMANDEUR"])
    cells |= {"AGE_DEMANDEUR_DEMANDE": age, "DATE_NAISS_DEMANDEUR": born}
    order = [column.name for column in load_feeds()[DEMANDES].columns]
    lines = written_lines(rows, "inscription")
    return _write(
        DEMANDES,
        rank,
        lines.select(**cells).select(order),
        rejetees=int((rows["rejet"] != "").sum()),
        ignorees=int(rows["doublon"].sum()),
    )


def _write(flux: str, rank: int, text: pl.DataFrame, *, rejetees: int = 0, ignorees: int = 0) -> Depot:
    periode = TRIMESTRES[rank].code
    return Depot(
        flux=flux,
        periode=periode,
        fournisseur=GIP_SNE,
        extension="csv",
        octets=csv_from_frame(as_delivered(text, flux, periode), text.columns, form_of(periode).form),
        lues=text.height,
        rejetees=rejetees,
        ignorees=ignorees,
    )


def _ranked(held: pl.DataFrame, columns: Mapping[str, int], name: str) -> pl.DataFrame:
    """Give one row per household and value, in the order of its choices."""
    parts = [
        held.filter(pl.col(column).is_not_null()).select(
            "DEMANDE", pl.lit(str(order)).alias("ORDRE"), pl.col(column).alias(name)
        )
        for column, order in columns.items()
    ]
    return pl.concat(parts)


def _motives(held: pl.DataFrame) -> pl.DataFrame:
    """Give the motives, and two of a code that no list knows (règle R0.13)."""
    rows = _ranked(held, {"motif_demande": 1, "motif_2": 2, "motif_3": 3}, "MOTIF")
    unknown = rows.head(MOTIFS_FAUX).with_columns(MOTIF=pl.lit(MOTIF_HORS_LISTE), ORDRE=pl.lit("4"))
    return pl.concat([rows, unknown]).sort("DEMANDE", "ORDRE").select("DEMANDE", "MOTIF", "ORDRE")


def _communes(held: pl.DataFrame) -> pl.DataFrame:
    rows = _ranked(held, {"commune_souhaitee": 1, "commune_2": 2, "commune_3": 3}, "COMMUNE_ID")
    return rows.sort("DEMANDE", "ORDRE").with_columns(QUARTIER=pl.lit(""))


def _decisions(held: pl.DataFrame, rank: int) -> pl.DataFrame:
    """Give the DALO decisions known by the quarter's end."""
    dates = form_of(TRIMESTRES[rank].code).dates
    known = held.filter(
        pl.col("statut_dalo").is_not_null(), pl.col("date_dalo") <= TRIMESTRES[rank].dernier_jour
    )
    return known.select(
        "DEMANDE", STATUT_DALO="statut_dalo", DATE_DECISION=pl.col("date_dalo").dt.strftime(dates)
    ).sort("DEMANDE")
