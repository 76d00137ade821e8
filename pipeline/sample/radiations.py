"""The radiations and déradiations that happen to demandes, and in which delivery each one arrives.

One row per event and delivery. What the SNE writes about the household and the lease is in `sne.py`.
"""

from datetime import date

import numpy as np
import polars as pl

from pipeline.sample.anomalies import APPARIEMENT_JOURS
from pipeline.sample.calendrier import delivery_rank
from pipeline.sample.demandes import ATTRIBUTION, AUTRES_SORTIES, EN_COURS
from pipeline.sample.geographie import CODES_TRIMESTRES, DEBUT, FIN
from pipeline.sample.tirages import draw_days, pick

NON_RENOUVELLEMENT = "RADREN"
REACTIVATIONS, ANNULATIONS = 150, 12
REPETEES = 15
DERNIERE = len(CODES_TRIMESTRES) - 1
COLONNES = ("menage", "bail", "cas", "date_radiation", "motif", "livraison", "version")
_UN_AN = 365


def draw_radiations(rng: np.random.Generator, demandes: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Return the events delivered, in order; an empty `motif` is a déradiation (règle R0.7)."""
    events = pl.concat(
        [
            _attributions(baux),
            _repeated_attributions(baux),
            _other_exits(rng, demandes),
            _returns_after_first_lease(rng, baux),
            _resets(rng, demandes, baux),
            _reactivations(rng, demandes, baux),
            _cancelled_attributions(rng, demandes),
        ]
    )
    events = events.filter(pl.col("livraison").is_not_null() & (pl.col("date_radiation") <= FIN))
    return events.sort("livraison", "date_radiation", "menage", "motif", "version").with_row_index(
        "radiation"
    )


def shape_events(
    rows: pl.DataFrame, *, cas: str | pl.Expr, motif: str | pl.Expr, event_date: pl.Expr
) -> pl.DataFrame:
    """Shape rows into events delivered in the quarter of their date."""
    columns = {
        "bail": pl.lit(None, dtype=pl.Int64),
        "retard": pl.lit(0, dtype=pl.Int64),
        "version": pl.lit(1),
    }
    missing = {name: value for name, value in columns.items() if name not in rows.columns}
    texts = {"cas": cas, "motif": motif}
    shaped = rows.with_columns(
        date_radiation=event_date,
        **missing,
        **{name: pl.lit(value) if isinstance(value, str) else value for name, value in texts.items()},
    )
    return shaped.with_columns(livraison=delivery_rank("date_radiation", "retard")).select(COLONNES)


def _attributions(baux: pl.DataFrame) -> pl.DataFrame:
    recorded = baux.filter(pl.col("livraison_sne").is_not_null())
    return recorded.select(
        "menage",
        "bail",
        "cas",
        "date_radiation",
        pl.lit(ATTRIBUTION).alias("motif"),
        pl.col("livraison_sne").alias("livraison"),
        pl.lit(1).alias("version"),
    )


def _repeated_attributions(baux: pl.DataFrame) -> pl.DataFrame:
    """Give the second delivery of `radie_deux_fois`, one quarter later."""
    repeated = _attributions(baux).filter(pl.col("cas") == "radie_deux_fois")
    return repeated.with_columns(pl.col("livraison") + 1, version=pl.lit(2))


def _other_exits(rng: np.random.Generator, demandes: pl.DataFrame) -> pl.DataFrame:
    """Give the exits without a lease, some one or two quarters late, some delivered twice."""
    gone = demandes.filter(pl.col("destin").is_in(list(AUTRES_SORTIES)))
    late = rng.choice((0, 1, 2), size=gone.height, p=(0.90, 0.07, 0.03))
    exits = shape_events(
        gone.with_columns(retard=pl.Series(late, dtype=pl.Int64)),
        cas="sortie",
        motif=pl.col("destin"),
        event_date=pl.col("date_fin"),
    )
    again = pick(rng, (exits["livraison"] < DERNIERE).fill_null(value=False).to_numpy(), REPETEES)
    repeated = exits[again].with_columns(pl.col("livraison") + 1, version=pl.lit(2))
    return pl.concat([exits, repeated])


def _returns_after_first_lease(rng: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Reactivate the households of `second_bail` between their two leases."""
    first = baux.filter(pl.col("cas") == "second_bail").unique("menage", keep="first", maintain_order=True)
    back = draw_days(rng, 40, 90, first.height)
    rows = first.select("menage", "date_radiation")
    return shape_events(rows, cas="second_bail", motif="", event_date=pl.col("date_radiation") + back)


def _resets(rng: np.random.Generator, demandes: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Let the households of `remis_a_zero` lapse, then come back, before their lease."""
    leases = baux.filter(pl.col("cas") == "remis_a_zero").select("menage", "date_bail")
    rows = demandes.join(leases, on="menage", maintain_order="right").select("menage", "date_bail")
    lapse = pl.max_horizontal(pl.col("date_bail").dt.offset_by("-260d"), pl.lit(DEBUT))
    gap = draw_days(rng, 20, 25, rows.height)
    lapsed = shape_events(rows, cas="remis_a_zero", motif=NON_RENOUVELLEMENT, event_date=lapse)
    back = shape_events(rows, cas="remis_a_zero", motif="", event_date=lapse + gap)
    return pl.concat([lapsed, back])


def _reactivations(rng: np.random.Generator, demandes: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Let waiting households lapse thirteen months after a renewal and come back within five months."""
    reserved = baux.filter(pl.col("cas") != "normal")["menage"].to_list()
    free = ~pl.col("menage").is_in(reserved) & (pl.col("destin") == EN_COURS)
    old = pl.col("date_depot") < date(DEBUT.year - 2, 1, 1)
    hit = pick(rng, demandes.select(free & old).to_series().to_numpy(), REACTIVATIONS)
    rows = demandes[hit].select("menage")
    lapse = pl.lit(DEBUT) + draw_days(rng, 10, _UN_AN, rows.height)
    gap = draw_days(rng, 15, 150, rows.height)
    lapsed = shape_events(rows, cas="reactivation", motif=NON_RENOUVELLEMENT, event_date=lapse)
    back = shape_events(rows, cas="reactivation", motif="", event_date=lapse + gap)
    return pl.concat([lapsed, back])


def _cancelled_attributions(rng: np.random.Generator, demandes: pl.DataFrame) -> pl.DataFrame:
    """Record attributions that came to nothing: reactivated, and no bailleur confirms them (règle B5)."""
    recent = pl.col("date_depot").is_between(date(DEBUT.year - 1, 6, 1), DEBUT)
    waiting = demandes.select((pl.col("destin") == EN_COURS) & recent).to_series().to_numpy()
    rows = demandes[pick(rng, waiting, ANNULATIONS)].select("menage")
    signed = pl.lit(DEBUT) + draw_days(rng, 60, _UN_AN, rows.height)
    gap = draw_days(rng, 20, APPARIEMENT_JOURS // 2, rows.height)
    recorded = shape_events(rows, cas="annulee", motif=ATTRIBUTION, event_date=signed)
    undone = shape_events(rows, cas="annulee", motif="", event_date=signed + gap)
    return pl.concat([recorded, undone])
