"""The mises à disposition: each lease of the flow comes from one; some are returned, some still open.

Kept by the three bailleurs of the commissions since 1 January 2024. A dwelling that leaves the flow has
its legal motive and no réservataire; one handed back comes a second time (règles F6, F7).
"""

from datetime import date

import numpy as np
import polars as pl

from pipeline.sample.baux import in_force_qpv
from pipeline.sample.commissions import DECLARANTS
from pipeline.sample.geographie import BAILLEURS, CODE_EPCI, FIN
from pipeline.sample.parc import MILLESIMES
from pipeline.sample.tirages import draw_days, draw_words, flag, pick

OUVERTURE = date(2024, 1, 1)
RENDEURS = {"PPRIOR": 34, "COLTER": 30, "COLACT": 26, "PFONCT": 10}
EXCLUSIONS = {"DEFENSE": 3, "SECURITE": 4, "SANTE": 3}
EXCLUS, OUVERTES, NON_ORIENTEES = 9, 60, 14
DECIDEE = 2
_PART_RENDUE, _PART_SANS_MOTIF = 0.14, 0.03
_DELAI_DESIGNATION = "30d"
_SANS_CANDIDAT = pl.lit(None, dtype=pl.Int64)
_SANS_DATE = pl.lit(None, dtype=pl.Date)
_LOGEMENT = (
    "identifiant", "siren", "commune", "qpv_2015", "qpv_2024", "pieces", "financement", "annee_construction",
)  # fmt: skip
_COLONNES = (
    *_LOGEMENT, "bail", "fournisseur", "reservataire", "en_flux", "motif_hors_flux", "nombre_proposes",
    "date_mise", "date_proposition", "date_attribution", "date_bail", "date_retour",
)  # fmt: skip


def draw_mises_a_disposition(
    rng: np.random.Generator,
    parc: pl.DataFrame,
    baux: pl.DataFrame,
    declarations: pl.DataFrame,
    candidatures: pl.DataFrame,
) -> pl.DataFrame:
    """Return one row per dwelling made available; `mise` is its rank, `bail` the lease it led to."""
    leased = _from_leases(rng, parc, baux, declarations, candidatures)
    handed_back = _returned_before(rng, leased)
    free = _free_dwellings(rng, parc, baux)
    waiting = _still_open(rng, free.head(OUVERTES))
    left_out = _left_out(rng, free.tail(EXCLUS))
    rows = pl.concat([leased, handed_back, waiting, left_out]).filter(pl.col("date_mise") >= OUVERTURE)
    return (
        rows.sort("date_mise", "identifiant")
        .with_row_index("mise")
        .with_columns(
            pl.col("mise").cast(pl.Int64),
            qpv=in_force_qpv("date_mise"),
            premiere=pl.col("annee_construction") >= pl.col("date_mise").dt.year() - 1,
            date_limite=pl.col("date_mise").dt.offset_by(_DELAI_DESIGNATION),
            date_fin=pl.coalesce("date_bail", "date_retour", pl.when(_is_excluded()).then("date_mise")),
        )
    )


def _is_excluded() -> pl.Expr:
    return pl.col("motif_hors_flux").is_in(list(EXCLUSIONS)).fill_null(value=False)


def _from_leases(
    rng: np.random.Generator,
    parc: pl.DataFrame,
    baux: pl.DataFrame,
    declarations: pl.DataFrame,
    candidatures: pl.DataFrame,
) -> pl.DataFrame:
    """Give the mise à disposition behind each lease, soustraits included."""
    own = declarations.filter(~pl.col("est_rival")).unique("bail", keep="first", maintain_order=True)
    examined = candidatures.group_by("bail").agg(pl.len().cast(pl.Int64).alias("nombre_proposes"))
    held = baux.filter(
        pl.col("fournisseur").is_in(DECLARANTS),
        pl.col("code_epci") == CODE_EPCI,
        pl.col("date_caleol") >= OUVERTURE,
    )
    for known in (own.select("bail", "en_flux", "motif_hors_flux"), examined):
        held = held.join(known, on="bail", how="left", maintain_order="left")
    built = parc.select("identifiant", "annee_construction")
    held = held.join(built, on="identifiant", how="left", maintain_order="left")
    count = held.height
    silent = pl.Series(flag(rng, _PART_SANS_MOTIF, count))
    designated = pl.col("date_caleol") - draw_days(rng, 20, 28, count)
    in_flow = pl.col("en_flux").fill_null(value=True)
    return held.with_columns(
        en_flux=in_flow,
        motif_hors_flux=pl.when(~silent).then("motif_hors_flux"),
        reservataire=pl.when(in_flow).then("reservataire"),
        nombre_proposes=pl.when(in_flow).then("nombre_proposes"),
        date_mise=designated - draw_days(rng, 3, 40, count),
        date_proposition=pl.when(in_flow).then(designated),
        date_attribution=pl.col("date_caleol"),
        date_retour=_SANS_DATE,
    ).select(_COLONNES)


def _returned_before(rng: np.random.Generator, leased: pl.DataFrame) -> pl.DataFrame:
    """Give the first handing of dwellings a réservataire gave back, let at last on the bailleur's share."""
    own = leased.filter(pl.col("reservataire") == "AUCUN")
    back = own.filter(pl.Series(flag(rng, _PART_RENDUE, own.height)))
    returned = pl.col("date_mise") - draw_days(rng, 0, 5, back.height)
    return back.with_columns(
        bail=pl.lit(None, dtype=pl.Int64),
        reservataire=pl.Series(draw_words(rng, RENDEURS, back.height)),
        nombre_proposes=pl.Series(rng.integers(0, 2, back.height)),
        date_retour=returned,
        date_mise=returned - draw_days(rng, 28, 45, back.height),
        date_proposition=_SANS_DATE,
        date_attribution=_SANS_DATE,
        date_bail=_SANS_DATE,
    ).select(_COLONNES)


def _free_dwellings(rng: np.random.Generator, parc: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Draw dwellings without a lease in the window, of the three bailleurs, in a drawn order."""
    sirens = {item.siren: item.fournisseur for item in BAILLEURS if item.fournisseur in DECLARANTS}
    free = (pl.col("dernier") == MILLESIMES[-1]) & pl.col("siren").is_in(list(sirens))
    among = parc.select(free & ~pl.col("identifiant").is_in(baux["identifiant"].to_list()))
    chosen = pick(rng, among.to_series().to_numpy(), OUVERTES + EXCLUS)
    return parc[rng.permutation(chosen)].select(
        *_LOGEMENT, fournisseur=pl.col("siren").replace_strict(sirens)
    )


def _still_open(rng: np.random.Generator, free: pl.DataFrame) -> pl.DataFrame:
    """Give what is not let on the last day: not oriented yet, without candidates, or just attributed."""
    count = free.height
    place = pl.int_range(pl.len())
    oriented = place >= NON_ORIENTEES
    stage = place % 3
    since = pl.lit(pl.Series(rng.integers(3, 86, count)))
    day = pl.lit(FIN) - pl.duration(days=since)
    chosen = pl.when(oriented & (stage != 0)).then(day + pl.duration(days=since // 3))
    decided = pl.when(oriented & (stage == DECIDEE)).then(day + pl.duration(days=since // 2))
    return free.with_columns(
        bail=pl.lit(None, dtype=pl.Int64),
        reservataire=pl.when(oriented).then(pl.Series(draw_words(rng, RENDEURS, count))),
        en_flux=pl.lit(value=True),
        motif_hors_flux=pl.lit(None, dtype=pl.String),
        nombre_proposes=pl.when(oriented & (stage != 0)).then(pl.Series(rng.integers(1, 5, count))),
        date_mise=day.cast(pl.Date),
        date_proposition=chosen.cast(pl.Date),
        date_attribution=decided.cast(pl.Date),
        date_bail=_SANS_DATE,
        date_retour=_SANS_DATE,
    ).select(_COLONNES)


def _left_out(rng: np.random.Generator, free: pl.DataFrame) -> pl.DataFrame:
    """Give the dwellings excluded by law: defence, security, public health establishments."""
    count = free.height
    return free.with_columns(
        bail=pl.lit(None, dtype=pl.Int64),
        reservataire=pl.lit(None, dtype=pl.String),
        en_flux=pl.lit(value=False),
        motif_hors_flux=pl.Series(draw_words(rng, EXCLUSIONS, count)),
        nombre_proposes=_SANS_CANDIDAT,
        date_mise=(pl.lit(FIN) - draw_days(rng, 20, 440, count)).cast(pl.Date),
        date_proposition=_SANS_DATE,
        date_attribution=_SANS_DATE,
        date_bail=_SANS_DATE,
        date_retour=_SANS_DATE,
    ).select(_COLONNES)
