"""The defects of the SNE's stock put in on purpose: which households, in which quarter, under which rule.

They fall on waiting households without a score nor another event, so that one defect is read at a time.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.sample.anomalies import NORMAL
from pipeline.sample.calendrier import quarter_rank
from pipeline.sample.demandes import ATTRIBUTION, EN_COURS
from pipeline.sample.geographie import CODES_TRIMESTRES, DEBUT, TRIMESTRES
from pipeline.sample.radiations import NON_RENOUVELLEMENT, shape_events
from pipeline.sample.sne import describe_radiations
from pipeline.sample.tirages import draw_days, pick

ENTREE_TARDIVE, DISPARUE, REVENUE = "entree_tardive", "disparue", "revenue"
EN_STOCK_ET_RADIEE, RADIEE_TARD_EN_STOCK = "en_stock_et_radiee", "radiee_tard_en_stock"
EN_STOCK_ET_ATTRIBUEE, DEPOT_REMIS_A_ZERO = "en_stock_et_attribuee", "depot_remis_a_zero"
NUMERO_PERDU, SORTIE_TERRITOIRE, ENTREE_TERRITOIRE = "numero_perdu", "sortie_territoire", "entree_territoire"
RADIEES = (REVENUE, EN_STOCK_ET_RADIEE, RADIEE_TARD_EN_STOCK)


@dataclass(frozen=True)
class Incident:
    """One kind of defect: how many households, how long, and from which quarter.

    `premier` is the first rank it can hit; `reste` the quarters that must follow the last one.
    """

    cas: str
    effectif: int
    regle: str
    description: str
    premier: int
    reste: int = 0
    durees: tuple[int, ...] = (0,)


CATALOGUE = (
    Incident(ENTREE_TARDIVE, 40, "A9", "Absente du stock de son trimestre de dépôt.", 0, 2, (1, 1, 1, 2)),
    Incident(DISPARUE, 40, "A8", "Quitte le stock sans radiation.", 2),
    Incident(REVENUE, 24, "A5", "Radiée, puis de nouveau en stock sans déradiation.", 1, 2, (1, 2)),
    Incident(EN_STOCK_ET_RADIEE, 20, "A4", "En stock et radiée par la même livraison : le stock.", 1),
    Incident(RADIEE_TARD_EN_STOCK, 8, "A3", "Radiation tardive d'une demande encore en stock.", 1, 1),
    Incident(NUMERO_PERDU, 16, "A8", "Numéro illisible dans un stock : sortie, puis entrée tardive.", 0),
    Incident(SORTIE_TERRITOIRE, 24, "A11", "Premier souhait porté hors de l'EPCI.", 1),
    Incident(ENTREE_TERRITOIRE, 24, "A11", "Premier souhait ramené dans l'EPCI.", 1),
)
ATTRIBUEES, REMISES_A_ZERO = 20, 30
REGLES = {item.cas: item.regle for item in CATALOGUE} | {
    EN_STOCK_ET_ATTRIBUEE: "A4",
    DEPOT_REMIS_A_ZERO: "A6",
}


def draw_incidents(
    rng: np.random.Generator, demandes: pl.DataFrame, radiations: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per household hit: `cas`, `rang` of the first quarter hit, `retour` of the one after."""
    free = (
        (pl.col("destin") == EN_COURS)
        & ~pl.col("est_cote")
        & ~pl.col("est_association")
        & ~pl.col("menage").is_in(radiations["menage"].unique().to_list())
    )
    recent = demandes.filter(free, pl.col("date_depot").is_between(DEBUT, TRIMESTRES[-3].dernier_jour))
    old = demandes.filter(free, pl.col("date_depot") < DEBUT)
    parts = []
    for item in CATALOGUE:
        among = recent if item.cas == ENTREE_TARDIVE else old
        rows = among[pick(rng, np.ones(among.height, dtype=bool), item.effectif)].select(
            "menage", "date_depot"
        )
        old = old.join(rows, on="menage", how="anti", maintain_order="left")
        ranks = item.premier + np.arange(item.effectif) % (len(TRIMESTRES) - item.reste - item.premier)
        drawn = pl.Series(ranks, dtype=pl.Int64)
        starts = quarter_rank("date_depot") if item.cas == ENTREE_TARDIVE else drawn
        lasts = pl.Series(rng.choice(item.durees, item.effectif), dtype=pl.Int64)
        parts.append(rows.select("menage", cas=pl.lit(item.cas), rang=starts).with_columns(duree=lasts))
    parts += [_attributed(rng, radiations), _reset(rng, radiations)]
    hit = pl.concat(parts, how="diagonal_relaxed")
    return hit.select("menage", "cas", "rang", retour=pl.col("rang") + pl.col("duree"))


def _attributed(rng: np.random.Generator, radiations: pl.DataFrame) -> pl.DataFrame:
    """Give households attributed and still in the stock of the same delivery: the attribution (règle A4)."""
    told = (pl.col("motif") == ATTRIBUTION) & (pl.col("cas") == NORMAL) & (pl.col("rejet") == "")
    on_time = pl.col("date_radiation").dt.quarter() == pl.col("livraison").replace_strict(
        {rank: int(code[-1]) for rank, code in enumerate(CODES_TRIMESTRES)}
    )
    allowed = radiations.select(told & on_time & (pl.col("version") == 1) & ~pl.col("est_association"))
    rows = radiations[pick(rng, allowed.to_series().to_numpy(), ATTRIBUEES)]
    return rows.select(
        "menage", pl.lit(EN_STOCK_ET_ATTRIBUEE).alias("cas"), rang="livraison", duree=pl.lit(0)
    )


def _reset(rng: np.random.Generator, radiations: pl.DataFrame) -> pl.DataFrame:
    """Give reactivated households whose filing date restarts at their return (règle A6)."""
    returned = radiations.select((pl.col("cas") == "reactivation") & (pl.col("motif") == ""))
    rows = radiations[pick(rng, returned.to_series().to_numpy(), REMISES_A_ZERO)]
    return rows.select("menage", pl.lit(DEPOT_REMIS_A_ZERO).alias("cas"), rang="livraison", duree=pl.lit(0))


def declare_incident_radiations(
    rng: np.random.Generator,
    incidents: pl.DataFrame,
    radiations: pl.DataFrame,
    demandes: pl.DataFrame,
    baux: pl.DataFrame,
) -> pl.DataFrame:
    """Return the radiations followed by those of the households that the stock contradicts."""
    hit = incidents.filter(pl.col("cas").is_in(RADIEES))
    starts = pl.Series([quarter.premier_jour for quarter in TRIMESTRES])
    day = starts.gather(hit["rang"]) + draw_days(rng, 5, 80, hit.height)
    rows = hit.with_columns(retard=(pl.col("cas") == RADIEE_TARD_EN_STOCK).cast(pl.Int64), jour=day)
    abandoned = (pl.col("cas") == EN_STOCK_ET_RADIEE) & (pl.col("menage") % 2 == 0)
    motif = pl.when(abandoned).then(pl.lit("RADABA")).otherwise(pl.lit(NON_RENOUVELLEMENT))
    events = shape_events(rows, cas=pl.col("cas"), motif=motif, event_date=pl.col("jour"))
    events = events.with_row_index("radiation", offset=radiations.height)
    told = describe_radiations(rng, events, demandes, baux).with_columns(
        rejet=pl.lit(""), doublon=pl.lit(value=False)
    )
    return pl.concat([radiations, told.select(radiations.columns)], how="vertical_relaxed")
