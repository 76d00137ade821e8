"""The truth of the stock and of its movements, from the draws and the incidents put in on purpose.

A movement is one term of the balance (règle A10): household, quarter, kind, motive of the exit.
"""

from collections.abc import Mapping

import polars as pl

from pipeline.sample.calendrier import delivery_rank
from pipeline.sample.geographie import CODE_EPCI, CODES_TRIMESTRES, COMMUNES, TRIMESTRES
from pipeline.sample.incidents_stock import (
    DISPARUE,
    EN_STOCK_ET_RADIEE,
    ENTREE_TERRITOIRE,
    NUMERO_PERDU,
    RADIEE_TARD_EN_STOCK,
    REVENUE,
    SORTIE_TERRITOIRE,
)
from pipeline.sample.sne import DOUBLON_DIFFERENT
from pipeline.sample.stock import describe_last_days

NOUVELLE, REACTIVEE, ENTREE_TARDIVE = "nouvelle", "reactivee", "entree_tardive"
SORTIE, SANS_MOTIF = "sortie", "sortie_sans_motif"
_EUROS, _UNITES = pl.Decimal(18, 2), pl.Decimal(18, 2)
_DERNIER = len(TRIMESTRES) - 1


def tell_stock(
    stock: pl.DataFrame, radiations: pl.DataFrame, incidents: pl.DataFrame
) -> Mapping[str, pl.DataFrame]:
    """Return the two truth tables by name."""
    return {"stock": _states(stock), "mouvements": _movements(stock, radiations, incidents)}


def _states(stock: pl.DataFrame) -> pl.DataFrame:
    """One row per household and quarter in the file: as delivered, and whether it waits that day."""
    seen = stock.filter("vu").join(describe_last_days(), on="livraison", how="left", maintain_order="left")
    years = pl.col("dernier_jour").dt.year() - pl.col("date_depot").dt.year() + pl.col("age")
    at_filing = pl.when("age_dit").then("age")
    return seen.select(
        "menage",
        "actif",
        "est_association",
        "mode_mutation",
        "taille",
        "statut",
        "pieces_souhaitees",
        "date_creation",
        periode=_quarter(pl.col("livraison")),
        commune="commune_souhaitee",
        code_epci=pl.when(pl.col("commune_souhaitee").is_in(list(COMMUNES))).then(pl.lit(CODE_EPCI)),
        mode_logement="mode_logement",
        age=pl.when("naissance_dite").then(years).otherwise(at_filing),
        revenu=pl.col("revenu_sne").cast(_EUROS),
        unites=pl.col("unites_sne").cast(_UNITES),
    )


def _movements(stock: pl.DataFrame, radiations: pl.DataFrame, incidents: pl.DataFrame) -> pl.DataFrame:
    """One row per movement that the deliveries let see, of households alone (règle A17)."""
    events = (
        radiations.filter(~pl.col("est_association"))
        .with_columns(a_temps=pl.lit(0, dtype=pl.Int64))
        .with_columns(rang=delivery_rank("date_radiation", "a_temps"))
    )
    # The last delivered radiation of a lease corrects the others, whatever their dates (règle B3).
    distinct = pl.when(pl.col("bail").is_null()).then("date_radiation")
    told = (
        events.filter(pl.col("rejet").is_in(["", DOUBLON_DIFFERENT]))
        .with_columns(date_distincte=distinct)
        .unique(["menage", "bail", "date_distincte", "motif"], keep="last", maintain_order=True)
    )
    exits = told.filter(pl.col("motif") != "")
    seen = stock.filter("vu", ~pl.col("est_association"))
    parts = [
        _moved(exits, SORTIE, "rang", motif=pl.col("motif")),
        _moved(told.filter(pl.col("motif") == ""), REACTIVEE, "rang"),
        *_arrivals(seen, exits),
        *_lost_exits(seen, events.filter(~pl.col("rejet").is_in(["", DOUBLON_DIFFERENT]))),
        *_incidents(incidents),
    ]
    rows = pl.concat(parts).filter(pl.col("rang") <= _DERNIER).sort("rang", "menage", "mouvement", "motif")
    return rows.select(
        "menage", "mouvement", "motif", periode=_quarter(pl.col("rang")), code_epci=pl.lit(CODE_EPCI)
    )


def _moved(rows: pl.DataFrame, kind: str, rank: str, motif: pl.Expr | None = None) -> pl.DataFrame:
    motive = pl.lit(None, dtype=pl.String) if motif is None else motif
    return rows.select("menage", mouvement=pl.lit(kind), motif=motive, rang=pl.col(rank).cast(pl.Int64))


def _arrivals(seen: pl.DataFrame, exits: pl.DataFrame) -> list[pl.DataFrame]:
    """Give the new ones, seen in the quarter of their filing, and those first seen later (règles A7, A9)."""
    filed = pl.concat(
        [seen.select("menage", depot="date_creation"), exits.select("menage", depot="date_creation")]
    )
    first_filing = (
        filed.group_by("menage").agg(pl.col("depot").min()).with_columns(a_temps=pl.lit(0, dtype=pl.Int64))
    )
    present = pl.concat([seen.select("menage", rang="livraison"), exits.select("menage", "rang")])
    first = present.group_by("menage").agg(premier=pl.col("rang").min())
    known = first.join(first_filing, on="menage").with_columns(rang_depot=delivery_rank("depot", "a_temps"))
    on_time = known.filter(pl.col("rang_depot") == pl.col("premier"))
    late = known.filter(pl.col("premier") > 0, pl.col("rang_depot").ne_missing(pl.col("premier")))
    return [_moved(on_time, NOUVELLE, "premier"), _moved(late, ENTREE_TARDIVE, "premier")]


def _lost_exits(seen: pl.DataFrame, unread: pl.DataFrame) -> list[pl.DataFrame]:
    """Give the households whose radiation the door could not read: gone without a motive (règle A8)."""
    last = (
        seen.join(unread, on="menage", how="semi").group_by("menage").agg(rang=pl.col("livraison").max() + 1)
    )
    return [_moved(last, SANS_MOTIF, "rang")]


def _incidents(incidents: pl.DataFrame) -> list[pl.DataFrame]:
    hit = {cas: incidents.filter(pl.col("cas") == cas) for cas in incidents["cas"].unique()}
    blinked = hit[NUMERO_PERDU].filter(pl.col("rang") > 0)
    return [
        _moved(hit[REVENUE], REACTIVEE, "retour"),
        _moved(hit[EN_STOCK_ET_RADIEE], REACTIVEE, "rang"),
        _moved(hit[RADIEE_TARD_EN_STOCK], REACTIVEE, "rang"),
        _moved(hit[DISPARUE], SANS_MOTIF, "rang"),
        _moved(blinked, SANS_MOTIF, "rang"),
        _moved(blinked.with_columns(pl.col("rang") + 1), ENTREE_TARDIVE, "rang"),
        _moved(hit[SORTIE_TERRITOIRE], SORTIE_TERRITOIRE, "rang"),
        _moved(hit[ENTREE_TERRITOIRE], ENTREE_TERRITOIRE, "rang"),
    ]


def _quarter(rank: pl.Expr) -> pl.Expr:
    return rank.replace_strict(dict(enumerate(CODES_TRIMESTRES)), return_dtype=pl.String)
