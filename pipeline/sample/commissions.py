"""The CALEOL: who was examined for each dwelling, in which rank, and what came of each proposal.

About three candidates per dwelling; the one who signed is mostly ranked first, the others by their points.
"""

import numpy as np
import polars as pl

from pipeline.sample.cotation import effective_scores
from pipeline.sample.geographie import BAILLEURS, CODE_EPCI, DEBUT
from pipeline.sample.tirages import draw_days, draw_words, flag

SEMESTRES = ("2023-S2", "2024-S1", "2024-S2")
SEMESTRES_PROPOSITIONS = ("2024-S1", "2024-S2")
DECLARANTS = tuple(bailleur.fournisseur for bailleur in BAILLEURS[:3])
ATTRIBUE, SUIVANT, NON_ATTRIBUE = "ATTRIB", "ATTCLA", "NONATT"
MOTIFS_DECISION, MOTIVES = ("PRIORITE", "ADEQUATION", "MIXITE"), DECLARANTS[:2]
MOTIFS_REFUS = {"LOCALISATION": 38, "TYPOLOGIE": 16, "LOYER": 14, "ETAT": 12, "DELAI": 8, "SITUATION": 12}
_RANG_DU_SIGNATAIRE = {"0": 82, "1": 13, "2": 5}
_AUTRES_CANDIDATS = {"0": 4, "1": 20, "2": 46, "3": 30}
CLASSES = 3
_TIRES, _ANCIENNETE_JOURS, _ECART_DE_POINTS = 12, 30, 6.0


def draw_candidatures(
    rng: np.random.Generator, demandes: pl.DataFrame, baux: pl.DataFrame, scores: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per dwelling examined and household; `rang` 1 is the best."""
    held = baux.filter(
        pl.col("fournisseur").is_in(DECLARANTS),
        pl.col("date_caleol") >= DEBUT,
        pl.col("livraison_bailleur").is_not_null(),
        ~pl.col("est_association"),
        pl.col("code_epci") == CODE_EPCI,
    ).with_columns(semestre=_half_year("date_caleol"))
    held = held.filter(pl.col("semestre").is_in(SEMESTRES)).unique("bail", maintain_order=True)
    signed = held.with_columns(
        candidat="menage", place=pl.Series(draw_words(rng, _RANG_DU_SIGNATAIRE, held.height)).cast(pl.Int64)
    )
    others = _draw_others(rng, held, demandes)
    rows = pl.concat([signed, others.select(signed.columns)]).sort("bail", "candidat")
    numbers = demandes.select("numero_unique", candidat="menage")
    rows = rows.join(numbers, on="candidat", how="left", maintain_order="left")
    points = _points_that_day(rows, scores).fill_null(0) + rng.normal(0, _ECART_DE_POINTS, rows.height)
    return _rank(rows.with_columns(appreciation=points, signataire=pl.col("candidat") == pl.col("menage")))


def _half_year(day: str) -> pl.Expr:
    half = ((pl.col(day).dt.month() + 5) // 6).cast(pl.String)
    return pl.concat_str(pl.col(day).dt.year().cast(pl.String), pl.lit("-S"), half)


def _draw_others(rng: np.random.Generator, held: pl.DataFrame, demandes: pl.DataFrame) -> pl.DataFrame:
    """Draw the other candidates among those waiting on the day of the commission."""
    wanted = pl.Series(draw_words(rng, _AUTRES_CANDIDATS, held.height)).cast(pl.Int64)
    pool = demandes.filter(~pl.col("est_association")).select(
        pl.col("menage").alias("candidat"),
        pl.col("date_depot").alias("depot_candidat"),
        pl.col("date_fin").alias("fin_candidat"),
    )
    drawn = rng.integers(0, pool.height, (held.height, _TIRES))
    wide = held.with_columns(voulus=wanted, tirage=pl.Series(drawn.tolist())).explode("tirage")
    rows = wide.with_columns(pool[wide["tirage"].to_list()])
    waiting = (pl.col("depot_candidat").dt.offset_by(f"{_ANCIENNETE_JOURS}d") <= pl.col("date_caleol")) & (
        pl.col("fin_candidat").is_null() | (pl.col("fin_candidat") > pl.col("date_bail"))
    )
    rows = rows.filter(waiting, pl.col("candidat") != pl.col("menage"))
    rows = rows.unique(["bail", "candidat"], keep="first", maintain_order=True)
    kept = pl.int_range(pl.len()).over("bail") < pl.col("voulus")
    return rows.filter(kept).with_columns(place=pl.lit(None, dtype=pl.Int64))


def _points_that_day(rows: pl.DataFrame, scores: pl.DataFrame) -> pl.Series:
    """Give the last score dated on or before the commission (règle C1)."""
    totals = effective_scores(scores).group_by("menage", "date_points").agg(pl.col("points").sum())
    keyed = rows.select("candidat", "date_caleol").with_row_index("ordre").sort("date_caleol")
    found = keyed.join_asof(
        totals.sort("date_points"),
        left_on="date_caleol",
        right_on="date_points",
        by_left="candidat",
        by_right="menage",
        check_sortedness=False,
    )
    return found.sort("ordre")["points"]


def _rank(rows: pl.DataFrame) -> pl.DataFrame:
    """Rank the others by points, then put the one who signed in its drawn place; those above it refused."""
    others = (pl.col("appreciation").rank("ordinal", descending=True) - 1).over("bail", "signataire")
    last = pl.len().over("bail") - 1
    target = pl.min_horizontal(pl.col("place").max().over("bail"), last)
    rang = pl.when("signataire").then(target).when(others < target).then(others).otherwise(others + 1) + 1
    ranked = rows.with_columns(rang=rang.cast(pl.Int64))
    before = pl.col("rang") < pl.col("rang").filter("signataire").first().over("bail")
    decision = (
        pl.when((pl.col("rang") == 1) | before)
        .then(pl.lit(ATTRIBUE))
        .when(pl.col("signataire") | (pl.col("rang") <= CLASSES))
        .then(pl.lit(SUIVANT))
        .otherwise(pl.lit(NON_ATTRIBUE))
    )
    return ranked.with_columns(decision=decision, a_refuse=before, motif_decision=_reason()).sort(
        "bail", "rang"
    )


def _reason() -> pl.Expr:
    """Give why the first was chosen; the bailleurs that say it say it of the first alone."""
    turn = pl.col("bail") % len(MOTIFS_DECISION)
    reason = turn.replace_strict(dict(enumerate(MOTIFS_DECISION)), return_dtype=pl.String)
    return pl.when(pl.col("rang") == 1, pl.col("fournisseur").is_in(MOTIVES)).then(reason)


def tell_candidatures(candidatures: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the commissions: one row per dwelling examined and household."""
    return candidatures.select(
        "bail",
        "rang",
        "decision",
        "motif_decision",
        "siren",
        "code_epci",
        "signataire",
        menage="candidat",
        periode="semestre",
        date_seance="date_caleol",
    )


def tell_propositions(propositions: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the proposals: one row each."""
    return propositions.select(
        "bail", "etat", "date_creation", "motif_refus", menage="candidat", periode="semestre"
    )


def draw_propositions(rng: np.random.Generator, candidatures: pl.DataFrame) -> pl.DataFrame:
    """Return one row per proposal: the lease signed, or the refusal of those ranked above."""
    made = candidatures.filter(
        pl.col("semestre").is_in(SEMESTRES_PROPOSITIONS), pl.col("signataire") | pl.col("a_refuse")
    )
    count = made.height
    mute = pl.Series(flag(rng, 0.15, count))
    refusal = pl.when(mute).then(pl.lit("SANSREP")).otherwise(pl.lit("REFUS"))
    reasons = pl.Series(draw_words(rng, MOTIFS_REFUS, count))
    return made.with_columns(
        etat=pl.when("signataire").then(pl.lit("BAIL")).otherwise(refusal),
        date_creation=_proposal_day(draw_days(rng, 5, 20, count)),
        date_reponse=pl.min_horizontal(pl.col("date_caleol") + draw_days(rng, 1, 10, count), "date_bail"),
    ).with_columns(motif_refus=pl.when(pl.col("etat") == "REFUS").then(reasons))


def _proposal_day(before: pl.Series) -> pl.Expr:
    """Give the day of the proposal, never before the filing of the one who signs."""
    day = pl.col("date_caleol") - before
    return pl.when("signataire").then(pl.max_horizontal(day, "date_depot")).otherwise(day)
