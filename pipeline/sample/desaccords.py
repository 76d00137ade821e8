"""Disagreements that no other draw brings: the SNE or the RPLS contradicts the bailleur on the dwelling.

They fall on ordinary leases, one at a time, after every other draw: nothing else moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from pipeline.sample.anomalies import APPARIEMENT_JOURS, NORMAL
from pipeline.sample.demandes import ATTRIBUTION
from pipeline.sample.geographie import BAILLEURS, COMMUNES
from pipeline.sample.radiations import DERNIERE
from pipeline.sample.sne import DOUBLON_DIFFERENT
from pipeline.sample.tirages import pick

LOGEMENT, COMMUNE, BAILLEUR = "autre_logement", "autre_commune", "autre_bailleur"
TYPOLOGIE, RADIATION_CORRIGEE, BAIL_SANS_DATE = "autre_typologie", "radiation_corrigee", "bail_sans_date"
COMMUNE_RPLS = "autre_commune_rpls"
REGLES = {
    LOGEMENT: "B4",
    COMMUNE: "B6",
    BAILLEUR: "F2",
    TYPOLOGIE: "F3",
    RADIATION_CORRIGEE: "B3",
    BAIL_SANS_DATE: "B1",
}
PAR_CAS = 4
_JOURS_DE_CORRECTION = 20
_GRANDE_TYPOLOGIE = 5


@dataclass(frozen=True)
class Sources:
    """What the SNE, the bailleurs and the restricted RPLS say, before or after the disagreements."""

    radiations: pl.DataFrame
    declarations: pl.DataFrame
    occupation: pl.DataFrame


def draw_disagreements(rng: np.random.Generator, told: Sources, incidents: pl.DataFrame) -> Sources:
    """Return the three sources with their disagreements; `cas` names them in the first two."""
    own = told.declarations.filter(~pl.col("est_rival"), "entre", pl.col("rejet") == "")
    ordinary = (
        (pl.col("motif") == ATTRIBUTION)
        & (pl.col("cas") == NORMAL)
        & (pl.col("rejet") == "")
        & ~pl.col("est_association")
        & (pl.col("pieces") < _GRANDE_TYPOLOGIE)
        & pl.col("bail").is_in(own["bail"].to_list())
        & ~pl.col("menage").is_in(incidents["menage"].to_list())
        & _can_be_corrected()
    )
    among = told.radiations.select(ordinary.fill_null(value=False)).to_series().to_numpy()
    *kinds, in_rpls = rng.permutation(pick(rng, among, PAR_CAS * len(REGLES))).reshape(-1, PAR_CAS)
    names = [name for name in REGLES if name != BAIL_SANS_DATE]
    hit = dict(zip(names, kinds, strict=True))
    return Sources(
        radiations=_correct_radiations(_contradict(told.radiations, hit), hit[RADIATION_CORRIGEE]),
        declarations=_lose_dates(rng, told.declarations),
        occupation=_move_dwellings(told.occupation, told.radiations[in_rpls]["identifiant"].to_list()),
    )


def _can_be_corrected() -> pl.Expr:
    """Tell whether three weeks earlier is in the same quarter, after the filing; a delivery must follow."""
    day, earlier = pl.col("date_radiation"), pl.col("date_radiation") - timedelta(days=_JOURS_DE_CORRECTION)
    same_quarter = day.dt.truncate("1q") == earlier.dt.truncate("1q")
    seasoned = (day - pl.col("date_depot")).dt.total_days() > APPARIEMENT_JOURS
    return same_quarter & seasoned & (pl.col("livraison") < DERNIERE)


def _contradict(rows: pl.DataFrame, hit: Mapping[str, np.ndarray]) -> pl.DataFrame:
    """Give what the SNE writes of each lease hit: another dwelling, commune, bailleur or size."""
    here = {name: pl.int_range(pl.len()).is_in(ranks.tolist()) for name, ranks in hit.items()}
    named = pl.col("cas")
    for name, expression in here.items():
        named = pl.when(expression).then(pl.lit(name)).otherwise(named)
    number = pl.concat_str(pl.lit("0975"), pl.col("identifiant").str.slice(4))
    sirens = [item.siren for item in BAILLEURS]
    return rows.with_columns(
        cas=named,
        identifiant=pl.when(here[LOGEMENT]).then(number).otherwise("identifiant"),
        commune=pl.when(here[COMMUNE]).then(_next_of(list(COMMUNES), "commune")).otherwise("commune"),
        siren=pl.when(here[BAILLEUR]).then(_next_of(sirens, "siren")).otherwise("siren"),
        pieces=pl.when(here[TYPOLOGIE]).then(pl.col("pieces") + 1).otherwise("pieces"),
    )


def _next_of(codes: list[str], column: str) -> pl.Expr:
    following = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    return pl.col(column).replace_strict(following, default=None, return_dtype=pl.String)


def _correct_radiations(rows: pl.DataFrame, ranks: np.ndarray) -> pl.DataFrame:
    """Deliver each radiation again a quarter later, dated three weeks earlier (règles A2, B3)."""
    again = rows[np.sort(ranks)].with_columns(
        pl.col("date_radiation") - timedelta(days=_JOURS_DE_CORRECTION),
        pl.col("delai_attribution") - _JOURS_DE_CORRECTION,
        pl.col("livraison") + 1,
        version=pl.lit(2, dtype=rows.schema["version"]),
        doublon=pl.lit(value=False),
    )
    numbered = again.with_columns(radiation=rows.height + pl.int_range(pl.len())).cast(dict(rows.schema))
    return pl.concat([rows, numbered])


def _lose_dates(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Make the lease date unreadable where the SNE says nothing: no date is left (règle B1)."""
    kept = pl.col("entre") & pl.col("rejet").is_in(["", DOUBLON_DIFFERENT])
    silent = rows.select((pl.col("cas") == "sne_muet") & kept).to_series().to_numpy()
    hit = pl.int_range(pl.len()).is_in(pick(rng, silent, PAR_CAS).tolist())
    return rows.with_columns(
        cas=pl.when(hit).then(pl.lit(BAIL_SANS_DATE)).otherwise("cas"),
        bail_declare=pl.when(~hit).then("bail_declare"),
    )


def _move_dwellings(rows: pl.DataFrame, identifiers: list[str]) -> pl.DataFrame:
    """Put the dwellings hit in another commune of the EPCI, in every vintage (règle B6)."""
    hit = pl.col("identifiant").is_in(identifiers)
    return rows.with_columns(
        commune=pl.when(hit).then(_next_of(list(COMMUNES), "commune")).otherwise("commune")
    )
