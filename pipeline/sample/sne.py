"""What the SNE writes about each radiation: mostly the truth, sometimes nothing, sometimes something else."""

import numpy as np
import polars as pl

from pipeline.sample.baux import RESERVATAIRES, in_force_qpv
from pipeline.sample.demandes import ATTRIBUTION
from pipeline.sample.geographie import CODES_TRIMESTRES
from pipeline.sample.tirages import draw_words, flag, pick

NUMERO_ABSENT, NUMERO_SCIENTIFIQUE = "numero_absent", "numero_scientifique"
DATE_IMPOSSIBLE, DOUBLON_DIFFERENT = "date_impossible", "doublon_different"
REJETS = (NUMERO_ABSENT, NUMERO_SCIENTIFIQUE, DATE_IMPOSSIBLE, DOUBLON_DIFFERENT)
REJETS_PAR_LIVRAISON = {0: 1, 2: 2, 3: 3, 5: 3}
DOUBLES_PAR_LIVRAISON = 3
_CORRIGEES = 8


def declare_radiations(
    rng: np.random.Generator, radiations: pl.DataFrame, demandes: pl.DataFrame, baux: pl.DataFrame
) -> pl.DataFrame:
    """Return the events with what the SNE delivers of them; `rejet` names a fault the door rejects."""
    rows = describe_radiations(rng, radiations, demandes, baux)
    return _mark_faults(rng, _correct_second_deliveries(rng, rows))


def describe_radiations(
    rng: np.random.Generator, radiations: pl.DataFrame, demandes: pl.DataFrame, baux: pl.DataFrame
) -> pl.DataFrame:
    """Return the events with what the SNE writes of the household and the lease."""
    leases = baux.select(
        "bail",
        "siren",
        "identifiant",
        "commune",
        "pieces",
        "reservataire",
        "qpv_2015",
        "qpv_2024",
        "date_bail",
    )
    rows = radiations.join(demandes, on="menage", how="left", maintain_order="left").join(
        leases, on="bail", how="left", maintain_order="left"
    )
    rows = _declare_cancelled(rng, rows, baux)
    rows = _declare_dates(rows)
    rows = _declare_household(rng, rows)
    return _declare_lease(rng, rows)


def _declare_cancelled(rng: np.random.Generator, rows: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Lend a dwelling of the stock of leases, under another number, to attributions that came to nothing."""
    cancelled = (pl.col("cas") == "annulee") & (pl.col("motif") == ATTRIBUTION)
    lent = rng.integers(0, baux.height, rows.height)
    names = ("siren", "commune", "pieces", "reservataire", "qpv_2015", "qpv_2024")
    number = pl.concat_str(pl.lit("0977"), pl.col("radiation").cast(pl.String).str.zfill(6))
    return rows.with_columns(
        pl.when(cancelled).then(number).otherwise("identifiant").alias("identifiant"),
        *(pl.when(cancelled).then(baux[name][lent]).otherwise(name).alias(name) for name in names),
    )


def _declare_dates(rows: pl.DataFrame) -> pl.DataFrame:
    """Give DATE_CREATION and DELAI_ATTRIBUTION as delivered (règles A6, B2, B10)."""
    cas, lease = pl.col("cas"), pl.col("motif") == ATTRIBUTION
    after_all = pl.max_horizontal("date_bail", "date_radiation").dt.offset_by("10d")
    creation = (
        pl.when(lease & cas.is_in(["sans_creation", "creation_par_delai"]))
        .then(None)
        .when(lease & (cas == "delai_negatif"))
        .then(after_all)
        .when(lease & (cas == "jour_meme"))
        .then("date_bail")
        .when(lease & (cas == "remis_a_zero"))
        .then(pl.col("date_radiation").dt.offset_by("-200d"))
        .otherwise("date_depot")
    )
    days = (pl.col("date_radiation") - pl.col("date_depot")).dt.total_days()
    return rows.with_columns(
        date_creation=creation, delai_attribution=pl.when(lease & (cas != "sans_creation")).then(days)
    )


def _declare_household(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give MODE_MUTATION, MODE_LOGEMENT_ACTUEL and resources as delivered (règles A18, D1, D5)."""
    count = rows.height
    yes = np.where(flag(rng, 0.3, count), np.where(flag(rng, 0.6, count), "I", "E"), "OUI")
    said = pl.when("est_mutation").then(pl.Series(yes)).otherwise(pl.lit("NON"))
    return rows.with_columns(
        mode_mutation=pl.when(pl.Series(flag(rng, 0.85, count))).then(said),
        mode_logement=pl.when(pl.Series(flag(rng, 0.93, count))).then("mode_logement"),
        revenu_sne=pl.when(pl.Series(flag(rng, 0.97, count)) | (pl.col("cas") == "egalite_seuil")).then(
            "revenu"
        ),
        unites_sne=pl.when("unites_invalides").then(0.5).otherwise("unites"),
    )


def _declare_lease(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give TYPE_RESERVATAIRE and NB_QPV as delivered: right, silent or wrong."""
    count = rows.height
    voice = rng.random(count)
    other = pl.Series(draw_words(rng, RESERVATAIRES, count))
    qpv_voice = pl.Series(rng.random(count))
    inside = (in_force_qpv("date_radiation") != "").cast(pl.Int64)
    silent, wrong = 0.08, 0.12
    silent_qpv, wrong_qpv = 0.05, 0.07
    lease = pl.col("motif") == ATTRIBUTION
    return rows.with_columns(
        reservataire_sne=pl.when(lease & (pl.Series(voice) > silent)).then(
            pl.when(pl.Series(voice) < wrong).then(other).otherwise("reservataire")
        ),
        nb_qpv=pl.when(lease & (qpv_voice > silent_qpv)).then(
            pl.when(qpv_voice < wrong_qpv).then(1 - inside).otherwise(inside)
        ),
    )


def _correct_second_deliveries(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Make a second delivery equal to the first, but for eight corrected réservataires (règle A2)."""
    said = ("mode_mutation", "mode_logement", "revenu_sne", "unites_sne", "reservataire_sne", "nb_qpv")
    key = ["menage", "date_radiation", "motif"]
    twice = (
        rows.filter(pl.col("version") == 1).select(*key, *said).rename({name: f"{name}_1" for name in said})
    )
    rows = rows.join(twice, on=key, how="left", maintain_order="left")
    again = pl.col("version") > 1
    rows = rows.with_columns(pl.when(again).then(f"{name}_1").otherwise(name).alias(name) for name in said)
    hit = pick(rng, rows.select(again & (pl.col("motif") == ATTRIBUTION)).to_series().to_numpy(), _CORRIGEES)
    corrected = pl.int_range(pl.len()).is_in(hit.tolist())
    changed = (
        pl.when(pl.col("reservataire_sne") == "COLTER").then(pl.lit("AUCUN")).otherwise(pl.lit("COLTER"))
    )
    return rows.with_columns(
        reservataire_sne=pl.when(corrected).then(changed).otherwise("reservataire_sne")
    ).drop(f"{name}_1" for name in said)


def _mark_faults(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Name the rows the door will reject, and those written twice in one file."""
    ordinary = (
        rows.select(pl.col("cas").is_in(["sortie", "normal"]) & (pl.col("version") == 1))
        .to_series()
        .to_numpy()
    )
    faults = np.full(rows.height, "", dtype="U20")
    doubled = np.zeros(rows.height, dtype=bool)
    for rank in range(len(CODES_TRIMESTRES)):
        here = ordinary & (rows["livraison"] == rank).to_numpy()
        hit = pick(rng, here, REJETS_PAR_LIVRAISON.get(rank, 0) + DOUBLES_PAR_LIVRAISON)
        hit = rng.permutation(hit)
        doubled[hit[:DOUBLES_PAR_LIVRAISON]] = True
        for place, row in enumerate(hit[DOUBLES_PAR_LIVRAISON:]):
            faults[row] = REJETS[(rank + place) % len(REJETS)]
    return rows.with_columns(rejet=pl.Series(faults), doublon=pl.Series(doubled))
