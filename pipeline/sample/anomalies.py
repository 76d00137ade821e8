"""The real defects put in on purpose: which leases they hit, and what becomes of their dates.

Each lease has one `cas` at most besides lateness; the catalogue says how many, under which rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipeline.sample.calendrier import delivery_rank, without_incident
from pipeline.sample.geographie import CODE_EPCI, DEBUT, FIN
from pipeline.sample.parc import neighbouring_dwellings
from pipeline.sample.tirages import draw_days, flag, pick

NORMAL = "normal"
APPARIEMENT_JOURS = 183


@dataclass(frozen=True)
class Anomalie:
    """One kind of defect: how many leases, under which rule; `voix_sne`: only where the SNE was heard."""

    cas: str
    effectif: int
    regle: str
    description: str
    eligible: pl.Expr
    voix_sne: bool = True


def _days_to_lease() -> pl.Expr:
    return (pl.col("date_bail") - pl.col("date_depot")).dt.total_days()


_ENCADRE = pl.col("date_bail").is_between(DEBUT + timedelta(days=31), FIN - timedelta(days=182))
_PAR_ALIZE = pl.col("fournisseur") == "alize"
_COURT, _LONG = 100, 700
_AVANT_2024 = pl.col("date_bail") < date(2023, 12, 15)

CATALOGUE = (
    Anomalie("association", 0, "A17", "Demande d'une association : hors des ménages.", pl.lit(value=False)),
    Anomalie("hors_territoire_sne", 14, "B6", "Logement hors de l'EPCI, connu du SNE seul.", _ENCADRE),
    Anomalie("hors_territoire", 10, "B6", "Logement hors de l'EPCI, connu des deux.", _ENCADRE),
    Anomalie("deux_bailleurs", 5, "B4", "Deux bailleurs pour une demande ; le SNE désigne l'un.", _ENCADRE),
    Anomalie(
        "deux_bailleurs_sans_sne", 2, "B4", "Deux bailleurs, le SNE se tait : le premier bail.", _ENCADRE
    ),
    Anomalie("second_bail", 5, "B3", "Second bail plus de 183 jours après.", _ENCADRE & _AVANT_2024),
    Anomalie(
        "ecart_date", 40, "B1", "Dates du bailleur et du SNE éloignées de moins de 183 jours.", _ENCADRE
    ),
    Anomalie("bail_illisible", 10, "B1", "Date de bail sentinelle : date de radiation.", _ENCADRE),
    Anomalie(
        "bail_avant_depot", 5, "B1", "Date de bail avant le dépôt.", _ENCADRE & (_days_to_lease() < _COURT)
    ),
    Anomalie("sans_creation", 10, "B10", "Ni date de création ni délai : hors des délais.", _ENCADRE),
    Anomalie("creation_par_delai", 14, "B2", "Date de création absente, délai du SNE repris.", _ENCADRE),
    Anomalie("delai_negatif", 4, "B10", "Création après le bail : comptée, hors des délais.", _ENCADRE),
    Anomalie("jour_meme", 3, "B10", "Délai de 0 jour, gardé.", _ENCADRE),
    Anomalie(
        "remis_a_zero",
        6,
        "A6",
        "Réactivée, date de création remise à zéro.",
        _ENCADRE & (_days_to_lease() > _LONG),
    ),
    Anomalie("livre_deux_fois", 12, "B8", "Même bail dans deux livraisons du bailleur.", _ENCADRE),
    Anomalie(
        "radie_deux_fois", 25, "A2", "Même radiation dans deux livraisons, la dernière corrigée.", _ENCADRE
    ),
    Anomalie(
        "qpv_inconnu", 6, "E4", "Code de QPV bien formé mais inconnu.", _ENCADRE & _PAR_ALIZE, voix_sne=False
    ),
    Anomalie(
        "egalite_seuil",
        4,
        "D3",
        "Ressources égales au seuil.",
        _ENCADRE & (pl.col("date_bail") >= date(2024, 2, 1)),
    ),
    Anomalie("sne_muet", 150, "B3", "Bail jamais radié au SNE.", pl.lit(value=True), voix_sne=False),
    Anomalie("bailleur_muet", 170, "B3", "Bail oublié par le bailleur.", pl.lit(value=True)),
)


def assign_anomalies(rng: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Return the leases with `cas`, and the dates, dwellings and deliveries that follow from it."""
    baux = baux.with_columns(
        cas=pl.when("est_association").then(pl.lit("association")).otherwise(pl.lit(NORMAL))
    )
    for anomalie in CATALOGUE:
        ordinary = (pl.col("cas") == NORMAL) & (pl.col("retard_bailleur") == 0) & (pl.col("retard_sne") == 0)
        heard = pl.col("livraison_sne").is_not_null() if anomalie.voix_sne else pl.lit(value=True)
        seen = without_incident("fournisseur", "livraison_bailleur")
        allowed = baux.select(ordinary & heard & seen & anomalie.eligible).to_series().to_numpy()
        hit = pick(rng, allowed, anomalie.effectif)
        named = (
            pl.when(pl.int_range(pl.len()).is_in(hit.tolist())).then(pl.lit(anomalie.cas)).otherwise("cas")
        )
        baux = baux.with_columns(cas=named)
    for change in _CHANGES:
        baux = change(rng, baux)
    return _add_second_leases(rng, baux)


def _is(*cas: str) -> pl.Expr:
    return pl.col("cas").is_in(cas)


def _change_dates(rng: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Spread the two dates of `ecart_date`; keep the dates of a short or silent case consistent."""
    after = draw_days(rng, 60, 165, baux.height)
    before = draw_days(rng, 20, 110, baux.height)
    drawn = baux.with_columns(
        apres=after, avant=before, tot=pl.Series(flag(rng, 0.25, baux.height))
    ).with_columns(
        plus_tot=pl.max_horizontal(pl.col("date_bail") - pl.col("avant"), "date_depot", pl.lit(DEBUT))
    )
    spread = pl.when("tot").then("plus_tot").otherwise(pl.col("date_bail") + pl.col("apres"))
    return (
        drawn.with_columns(
            date_radiation=pl.when(_is("ecart_date")).then(spread).otherwise("date_radiation"),
            date_caleol=pl.when(_is("jour_meme")).then("date_bail").otherwise("date_caleol"),
        )
        .drop("apres", "avant", "tot", "plus_tot")
        .with_columns(livraison_sne=delivery_rank("date_radiation", "retard_sne"))
    )


def _change_voices(_: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Silence the partner that knows nothing of the lease."""
    return baux.with_columns(
        livraison_sne=pl.when(~_is("sne_muet", "deux_bailleurs_sans_sne")).then("livraison_sne"),
        livraison_bailleur=pl.when(~_is("bailleur_muet", "hors_territoire_sne")).then("livraison_bailleur"),
    )


def _change_dwellings(_: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Move some leases outside the EPCI."""
    elsewhere = baux.filter(_is("hors_territoire", "hors_territoire_sne")).select("bail")
    moved = elsewhere.with_columns(neighbouring_dwellings(elsewhere.height)).rename(
        {"identifiant": "identifiant_voisin", "commune": "commune_voisine"}
    )
    joined = baux.join(moved, on="bail", how="left", maintain_order="left")
    away = pl.col("commune_voisine").is_not_null()
    return joined.with_columns(
        identifiant=pl.coalesce("identifiant_voisin", "identifiant"),
        commune=pl.coalesce("commune_voisine", "commune"),
        code_epci=pl.when(~away).then(pl.lit(CODE_EPCI)),
        qpv_2015=pl.when(away).then(pl.lit("")).otherwise("qpv_2015"),
        qpv_2024=pl.when(away).then(pl.lit("")).otherwise("qpv_2024"),
    ).drop("identifiant_voisin", "commune_voisine")


_CHANGES: tuple[Callable[[np.random.Generator, pl.DataFrame], pl.DataFrame], ...] = (
    _change_dates,
    _change_voices,
    _change_dwellings,
)


def _add_second_leases(rng: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Give the households of `second_bail` another lease, of the same bailleur, long after the first."""
    first = baux.filter(_is("second_bail"))
    gaps = draw_days(rng, 250, 330, first.height)
    second = first.with_columns(
        bail=pl.lit(baux.height) + pl.int_range(pl.len()),
        identifiant=pl.concat_str(pl.lit("0976"), pl.col("identifiant").str.slice(4)),
        date_bail=pl.col("date_bail") + gaps,
        date_caleol=pl.col("date_caleol") + gaps,
        date_radiation=pl.col("date_radiation") + gaps,
    ).with_columns(
        livraison_sne=delivery_rank("date_radiation", "retard_sne"),
        livraison_bailleur=delivery_rank("date_bail", "retard_bailleur"),
    )
    return pl.concat([baux, second.select(baux.columns)]).sort("bail")


def equalise_resources(demandes: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Put the households of `egalite_seuil` exactly on the 2024 threshold: 12 × 561 = 6 732 €, one person."""
    exact = pl.col("menage").is_in(baux.filter(_is("egalite_seuil"))["menage"].to_list())
    return demandes.with_columns(
        revenu=pl.when(exact).then(561.0).otherwise("revenu"),
        unites=pl.when(exact).then(1.0).otherwise("unites"),
        taille=pl.when(exact).then(1).otherwise("taille"),
        enfants=pl.when(exact).then(0).otherwise("enfants"),
    )
