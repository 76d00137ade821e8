"""The scores: points of each household, criterion by criterion, at each quarter's end and each CALEOL.

The fictitious grid adds its criteria; a household that meets none scores the points of its seniority.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from pipeline.sample.calendrier import delivery_rank
from pipeline.sample.geographie import CODES_TRIMESTRES, DEBUT, FIN, TRIMESTRES
from pipeline.sample.tirages import draw_days, flag, pick

GRILLE, VERSION = "EXEMPLE_CINOR_FICTIF", "1"
POINTS = {
    "DALO": 50,
    "L441_1": 30,
    "HANDICAP": 20,
    "MUTATION": 10,
    "SUROCC": 10,
    "RESSOURCES": 10,
    "SEPARATION": 5,
    "DISTANCE": 5,
    "PASSAGE_CALEOL": 3,
    "REFUS": -10,
}
ANCIENNETE, TOTAL = "ANCIENNETE", "TOTAL"
POINTS_ANCIENNETE = {5: 15, 3: 10, 2: 5, 1: 2}
RESSOURCES_FAIBLES = 6_300.0
MISE_EN_SERVICE = date(2023, 7, 3)
PLUS_COTES, JOURS_SANS_SCORE = 12, 380
CORRIGES, TOTAUX_FAUX, NUMEROS_PERDUS, DOUBLES, DOUBLES_DIFFERENTS = 40, 15, 24, 30, 6
_LISIBLE, _PERDU = "", "numero_scientifique"
_JOURS_PAR_AN = 365.25


def draw_scores(rng: np.random.Generator, demandes: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Return one row per household, date, criterion and delivery; `ordre` tells which came last."""
    situations = _draw_situations(rng, demandes)
    events = pl.concat([_snapshots(demandes), _commissions(demandes, baux)]).unique(
        ["menage", "date_points"], keep="last", maintain_order=True
    )
    wide = events.join(situations, on="menage", how="left", maintain_order="left").with_columns(
        _points_expressions()
    )
    long = wide.unpivot(
        index=["menage", "date_points", "livraison"],
        on=[ANCIENNETE, *POINTS],
        variable_name="critere",
        value_name="points",
    )
    long = long.filter((pl.col("points") != 0) | (pl.col("critere") == ANCIENNETE)).with_columns(
        ordre=pl.lit(0)
    )
    long = long.sort("livraison", "date_points", "menage", "critere")
    return _mark_faults(rng, _add_corrections(rng, long))


def stop_scoring(rng: np.random.Generator, scores: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Stop scoring some households more than a year before the CALEOL that serves them (règle C1)."""
    faulty = pl.col("doublon") | pl.col("doublon_different") | pl.col("total_faux") | (pl.col("ordre") > 0)
    told = scores.filter(faulty | (pl.col("rejet") != _LISIBLE))
    served = baux.filter(~pl.col("menage").is_in(told["menage"].to_list()), pl.col("cas") == "normal").select(
        "menage", dernier=pl.col("date_caleol") - timedelta(days=JOURS_SANS_SCORE)
    )
    first = scores.group_by("menage", maintain_order=True).agg(pl.col("date_points").min())
    seasoned = served.join(first, on="menage", maintain_order="left").filter(
        pl.col("date_points") <= pl.col("dernier")
    )
    stopped = seasoned[pick(rng, np.ones(seasoned.height, dtype=bool), PLUS_COTES)].select(
        "menage", "dernier"
    )
    held = scores.join(stopped, on="menage", how="left", maintain_order="left")
    kept = pl.col("dernier").is_null() | (pl.col("date_points") <= pl.col("dernier"))
    return held.filter(kept).drop("dernier")


def _draw_situations(rng: np.random.Generator, demandes: pl.DataFrame) -> pl.DataFrame:
    """Draw the days from which a criterion holds: recognition, first CALEOL, refusal."""
    count = demandes.height
    seen = flag(rng, 0.14, count)
    refused = seen & flag(rng, 0.4, count)
    passage = draw_days(rng, 90, 1_100, count)
    recognised = draw_days(rng, 0, 500, count)
    after_pass = draw_days(rng, 0, 20, count)
    return demandes.select(
        "menage",
        "date_depot",
        "L441_1",
        "HANDICAP",
        "SUROCC",
        "SEPARATION",
        "DISTANCE",
        pl.col("est_mutation").alias("MUTATION"),
        (12 * pl.col("revenu") <= RESSOURCES_FAIBLES * pl.col("unites")).alias("RESSOURCES"),
        pl.when("DALO").then(pl.col("date_depot") + recognised).alias("depuis_DALO"),
        pl.when(pl.Series(seen)).then(pl.col("date_depot") + passage).alias("depuis_PASSAGE_CALEOL"),
        pl.when(pl.Series(refused)).then(pl.col("date_depot") + passage + after_pass).alias("depuis_REFUS"),
    )


def _points_expressions() -> list[pl.Expr]:
    """Give the points of each criterion at `date_points`."""
    years = (pl.col("date_points") - pl.col("date_depot")).dt.total_days() / _JOURS_PAR_AN
    seniority = pl.lit(0)
    for floor, points in sorted(POINTS_ANCIENNETE.items()):
        seniority = pl.when(years >= floor).then(points).otherwise(seniority)
    dated = {"DALO", "PASSAGE_CALEOL", "REFUS"}
    held = {
        name: (pl.col(f"depuis_{name}") <= pl.col("date_points")).fill_null(value=False)
        if name in dated
        else pl.col(name)
        for name in POINTS
    }
    criteria = [pl.when(held[name]).then(points).otherwise(0).alias(name) for name, points in POINTS.items()]
    return [seniority.alias(ANCIENNETE), *criteria]


def _snapshots(demandes: pl.DataFrame) -> pl.DataFrame:
    """Give the households listed at each quarter's end; the first list also holds their first score."""
    scored = demandes.filter(pl.col("est_cote") & ~pl.col("est_association"))
    first = _waiting(scored, DEBUT).select(
        "menage",
        pl.max_horizontal("date_depot", pl.lit(MISE_EN_SERVICE)).alias("date_points"),
        pl.lit(0, dtype=pl.Int64).alias("livraison"),
    )
    lists = [
        _waiting(scored, quarter.dernier_jour).select(
            "menage",
            pl.lit(quarter.dernier_jour).alias("date_points"),
            pl.lit(rank, dtype=pl.Int64).alias("livraison"),
        )
        for rank, quarter in enumerate(TRIMESTRES)
    ]
    return pl.concat([first, *lists])


def _waiting(scored: pl.DataFrame, when: date) -> pl.DataFrame:
    """Return the households filed by that day and not gone on it."""
    here = (pl.col("date_depot") <= when) & (pl.col("date_fin").is_null() | (pl.col("date_fin") > when))
    return scored.filter(here)


def _commissions(demandes: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Give the households scored for the commission that will serve them, delivered with that quarter."""
    scored = demandes.filter(pl.col("est_cote") & ~pl.col("est_association")).select("menage")
    scored_by_then = pl.col("date_caleol").is_between(MISE_EN_SERVICE, FIN) & (pl.col("date_bail") > DEBUT)
    held = baux.filter(scored_by_then).join(scored, on="menage", how="semi", maintain_order="left")
    return held.with_columns(retard=pl.lit(0, dtype=pl.Int64)).select(
        "menage",
        pl.col("date_caleol").alias("date_points"),
        delivery_rank("date_caleol", "retard").fill_null(0).alias("livraison"),
    )


def _add_corrections(rng: np.random.Generator, long: pl.DataFrame) -> pl.DataFrame:
    """Deliver some criteria again one quarter later with other points: the last wins (règle C9)."""
    last = len(CODES_TRIMESTRES) - 1
    quarter_ends = [quarter.dernier_jour for quarter in TRIMESTRES]
    correctable = long.select(
        (pl.col("critere") == "SUROCC")
        & (pl.col("livraison") < last)
        & pl.col("date_points").is_in(quarter_ends)
    )
    hit = pick(rng, correctable.to_series().to_numpy(), CORRIGES)
    corrected = long[hit].with_columns(
        pl.lit(0, dtype=pl.Int32).alias("points"), pl.col("livraison") + 1, ordre=pl.lit(1)
    )
    return pl.concat([long, corrected.select(long.columns)])


def _mark_faults(rng: np.random.Generator, long: pl.DataFrame) -> pl.DataFrame:
    """Lose the number of some scores, double some lines, falsify some totals."""
    scores = long.filter(pl.col("ordre") == 0).select("menage", "date_points").unique(maintain_order=True)
    places = rng.permutation(pick(rng, np.ones(scores.height, dtype=bool), NUMEROS_PERDUS + TOTAUX_FAUX))
    lost = scores[places[:NUMEROS_PERDUS]].with_columns(rejet=pl.lit(_PERDU))
    false_total = scores[places[NUMEROS_PERDUS:]].with_columns(total_faux=pl.lit(value=True))
    key = ["menage", "date_points"]
    long = long.join(lost, on=key, how="left", maintain_order="left").join(
        false_total, on=key, how="left", maintain_order="left"
    )
    long = long.with_columns(pl.col("rejet").fill_null(_LISIBLE), pl.col("total_faux").fill_null(value=False))
    ordinary = (
        long.select((pl.col("rejet") == _LISIBLE) & (pl.col("critere") == "MUTATION")).to_series().to_numpy()
    )
    doubled = rng.permutation(pick(rng, ordinary, DOUBLES + DOUBLES_DIFFERENTS))
    rank = pl.int_range(pl.len())
    return long.with_columns(
        doublon=rank.is_in(doubled[:DOUBLES].tolist()),
        doublon_different=rank.is_in(doubled[DOUBLES:].tolist()),
    )


def effective_scores(scores: pl.DataFrame) -> pl.DataFrame:
    """Return the points the observatory should hold: readable lines, the last delivered of each criterion."""
    readable = scores.filter(pl.col("rejet") == _LISIBLE).sort("ordre", maintain_order=True)
    return (
        readable.unique(["menage", "date_points", "critere"], keep="last", maintain_order=True)
        .select("menage", "date_points", "critere", "points")
        .sort("menage", "date_points", "critere")
    )
