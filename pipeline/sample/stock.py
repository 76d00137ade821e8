"""The stock of the SNE at each quarter's end: who is in the file, and who really waits (règles A1, A3, A4).

One row per household and delivery. `vu`: the door keeps the line; `actif`: the household waits that day.
"""

import numpy as np
import polars as pl

from pipeline.sample.demandes import ATTRIBUTION
from pipeline.sample.geographie import COMMUNES_VOISINES, DEBUT, TRIMESTRES
from pipeline.sample.incidents_stock import (
    DEPOT_REMIS_A_ZERO,
    DISPARUE,
    EN_STOCK_ET_ATTRIBUEE,
    EN_STOCK_ET_RADIEE,
    ENTREE_TARDIVE,
    ENTREE_TERRITOIRE,
    NUMERO_PERDU,
    RADIEE_TARD_EN_STOCK,
    REGLES,
    REVENUE,
    SORTIE_TERRITOIRE,
)
from pipeline.sample.sne import DOUBLON_DIFFERENT, NUMERO_ABSENT, NUMERO_SCIENTIFIQUE
from pipeline.sample.tirages import flag, pick

SANS_RADIATION = ("sne_muet", "deux_bailleurs_sans_sne")
DOUBLES, DOUBLES_DIFFERENTS = 4, 2
_SANS_DATE = ("sans_creation", "creation_par_delai")
_DATE_DU_BAIL = ("jour_meme", "delai_negatif")


def draw_stock(
    rng: np.random.Generator,
    demandes: pl.DataFrame,
    baux: pl.DataFrame,
    radiations: pl.DataFrame,
    incidents: pl.DataFrame,
) -> pl.DataFrame:
    """Return every line of every stock, in the order of files; `inscription` is its rank."""
    told = _describe_households(rng, demandes, baux, radiations)
    told = told.join(incidents, on="menage", how="left", maintain_order="left")
    files = [_snapshot(told, radiations, rank) for rank in range(len(TRIMESTRES))]
    return _mark_faults(rng, pl.concat(files)).with_row_index("inscription")


def _describe_households(
    rng: np.random.Generator, demandes: pl.DataFrame, baux: pl.DataFrame, radiations: pl.DataFrame
) -> pl.DataFrame:
    """Give what the SNE holds of each household: mostly the truth, constant from stock to stock."""
    count = demandes.height
    leases = baux.unique("menage", keep="first", maintain_order=True).select(
        "menage", cas_bail="cas", radiation_bail="date_radiation"
    )
    written = radiations.filter(pl.col("motif") == ATTRIBUTION, pl.col("cas").is_in(_DATE_DU_BAIL))
    dates = written.select("menage", date_ecrite="date_creation").unique("menage", maintain_order=True)
    yes = np.where(flag(rng, 0.3, count), np.where(flag(rng, 0.6, count), "I", "E"), "OUI")
    said = pl.when("est_mutation").then(pl.Series(yes)).otherwise(pl.lit("NON"))
    rows = demandes.with_columns(
        mode_mutation=pl.when(pl.Series(flag(rng, 0.85, count))).then(said),
        mode_logement=pl.when(pl.Series(flag(rng, 0.95, count))).then("mode_logement"),
        revenu_sne=pl.when(pl.Series(flag(rng, 0.97, count))).then("revenu"),
        unites_sne=pl.when("unites_invalides").then(0.5).otherwise("unites"),
        statut=pl.when(pl.Series(flag(rng, 0.98, count))).then("statut"),
        naissance_dite=pl.Series(flag(rng, 0.98, count)),
        age_dit=pl.Series(flag(rng, 0.75, count)),
    )
    returned = radiations.filter(pl.col("cas") == "reactivation", pl.col("motif") == "")
    for known in (leases, dates, returned.select("menage", date_retour="date_radiation")):
        rows = rows.join(known, on="menage", how="left", maintain_order="left")
    silent = pl.col("cas_bail").is_in(SANS_RADIATION)
    return rows.with_columns(
        cas_bail=pl.col("cas_bail").fill_null(""),
        depot_dit=pl.coalesce("date_ecrite", "date_depot"),
        sortie_sne=pl.when(pl.col("destin") != ATTRIBUTION)
        .then("date_fin")
        .when(~silent.fill_null(value=False))
        .then("radiation_bail"),
    )


def _snapshot(told: pl.DataFrame, radiations: pl.DataFrame, rank: int) -> pl.DataFrame:
    """Give the file of one quarter: filed by then, not known to be gone, then its incidents."""
    day = TRIMESTRES[rank].dernier_jour
    known = radiations.filter(pl.col("livraison") <= rank)
    kept = radiations.filter(pl.col("rejet").is_in(["", DOUBLON_DIFFERENT]), pl.col("date_radiation") <= day)
    before = (pl.col("sortie_sne") < DEBUT).fill_null(value=False)
    hit = {name: (pl.col("cas") == name).fill_null(value=False) for name in REGLES}
    since, back = pl.col("rang") <= rank, pl.col("retour") <= rank
    held = (hit[REVENUE] & back) | ((hit[EN_STOCK_ET_RADIEE] | hit[RADIEE_TARD_EN_STOCK]) & since)
    still = hit[EN_STOCK_ET_ATTRIBUEE] & (pl.col("rang") == rank)
    absent = (hit[ENTREE_TARDIVE] & since & ~back) | (hit[DISPARUE] & since)
    away = (hit[SORTIE_TERRITOIRE] & since) | (hit[ENTREE_TERRITOIRE] & ~since)
    rows = told.filter(
        pl.col("depot_dit") <= day,
        ~before,
        ~absent,
        ~pl.col("menage").is_in(_gone(known)) | held | still,
    )
    return rows.with_columns(
        livraison=pl.lit(rank, dtype=pl.Int64),
        actif=~pl.col("menage").is_in(_gone(kept)) | held,
        date_creation=pl.when(hit[DEPOT_REMIS_A_ZERO] & since)
        .then("date_retour")
        .when(~pl.col("cas_bail").is_in(_SANS_DATE))
        .then("depot_dit"),
        commune_souhaitee=pl.when(away).then(pl.lit(COMMUNES_VOISINES[0])).otherwise("commune_souhaitee"),
        cas=pl.when(pl.col("cas_bail") == "sans_creation").then("cas_bail").otherwise("cas").fill_null(""),
        rejet=pl.when(hit[NUMERO_PERDU] & (pl.col("rang") == rank))
        .then(pl.lit(NUMERO_SCIENTIFIQUE if rank % 2 else NUMERO_ABSENT))
        .otherwise(pl.lit("")),
    )


def describe_last_days() -> pl.DataFrame:
    """Return the day of each stock by the rank of its delivery."""
    days = [quarter.dernier_jour for quarter in TRIMESTRES]
    return pl.DataFrame(
        {"livraison": range(len(days)), "dernier_jour": days}, schema_overrides={"livraison": pl.Int64}
    )


def _gone(events: pl.DataFrame) -> list[int]:
    """Return the households whose last event is a radiation, not a déradiation (règle R0.7)."""
    last = events.sort("date_radiation", maintain_order=True).unique("menage", keep="last")
    return last.filter(pl.col("motif") != "")["menage"].sort().to_list()


def _mark_faults(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Write some lines twice, alike or contradicted (règle A19)."""
    ordinary = (rows["cas"] == "").to_numpy()
    doubled = np.zeros(rows.height, dtype=bool)
    contradicted = np.zeros(rows.height, dtype=bool)
    for rank in range(len(TRIMESTRES)):
        here = ordinary & (rows["livraison"] == rank).to_numpy()
        hit = rng.permutation(pick(rng, here, DOUBLES + DOUBLES_DIFFERENTS))
        doubled[hit[:DOUBLES]] = True
        contradicted[hit[DOUBLES:]] = True
    rejet = pl.when(pl.Series(contradicted)).then(pl.lit(DOUBLON_DIFFERENT)).otherwise("rejet")
    return rows.with_columns(rejet=rejet, doublon=pl.Series(doubled)).with_columns(
        vu=pl.col("rejet").is_in(["", DOUBLON_DIFFERENT])
    )
