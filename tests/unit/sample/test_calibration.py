"""The territory resembles CINOR: each figure of domaine.md §7 within a tolerance."""

from datetime import date

import polars as pl
import pytest

from pipeline.sample.cotation import effective_scores
from pipeline.sample.geographie import DEBUT, FIN

FENETRE = (FIN - DEBUT).days / 365.25


def active(demandes: pl.DataFrame, day: date) -> pl.DataFrame:
    return demandes.filter(
        pl.col("date_depot") <= day, pl.col("date_fin").is_null() | (pl.col("date_fin") > day)
    )


def test_attributions_and_delays(territoire):
    baux = territoire.baux.filter(pl.col("date_bail").is_between(DEBUT, FIN))
    months = (baux["date_bail"] - baux["date_depot"]).dt.total_days() / 30.4375
    assert baux.height / FENETRE == pytest.approx(2_300, rel=0.06)
    assert months.mean() == pytest.approx(16, abs=1.5)
    assert months.median() < months.mean() < months.quantile(0.9) / 1.8


def test_demandes(territoire):
    demandes = territoire.demandes
    assert active(demandes, FIN).height == pytest.approx(15_000, rel=0.05)
    assert (demandes["taille"] <= 2).mean() == pytest.approx(0.65, abs=0.02)
    assert demandes["est_mutation"].mean() == pytest.approx(1 / 3, abs=0.02)
    assert (demandes["pieces_souhaitees"] <= 2).mean() == pytest.approx(0.49, abs=0.02)
    low = demandes.filter(12 * pl.col("revenu") <= 6_732 * pl.col("unites"))
    assert low.height / demandes.height == pytest.approx(0.25, abs=0.03)


def test_non_renewal_is_the_main_exit(territoire):
    exits = territoire.demandes.filter(pl.col("date_fin").is_between(DEBUT, FIN))["destin"].value_counts(
        sort=True
    )
    assert exits["destin"][0] == "RADREN"


def test_about_fifteen_thousand_scored_demandes(territoire):
    on_last_day = effective_scores(territoire.scores).filter(pl.col("date_points") == FIN)
    assert on_last_day["menage"].n_unique() == pytest.approx(14_500, rel=0.05)
    points = on_last_day.group_by("menage").agg(pl.col("points").sum())["points"]
    assert points.n_unique() > 20
    assert (points < 0).any()
    assert (points > 50).any()


@pytest.mark.parametrize(
    ("millesime", "carte", "logements", "part"),
    [(2023, "qpv_2015", 31_041, 0.467), (2024, "qpv_2015", 29_666, 0.467), (2025, "qpv_2024", 30_160, 0.511)],
)
def test_stock_of_dwellings(territoire, millesime, carte, logements, part):
    stock = territoire.dwellings.filter(pl.col("millesime") == millesime)
    assert stock.height == logements
    assert (stock[carte] != "").mean() == pytest.approx(part, abs=0.01)


@pytest.mark.parametrize(("debut", "fin", "part"), [(1949, 1976, 0.75), (2010, 2018, 0.19)])
def test_qpv_share_by_construction_period(territoire, debut, fin, part):
    stock = territoire.dwellings.filter(
        pl.col("millesime") == 2023, pl.col("annee_construction").is_between(debut, fin)
    )
    assert (stock["qpv_2015"] != "").mean() == pytest.approx(part, abs=0.02)


def test_leases_by_place_resources_and_contingent(territoire):
    baux = territoire.verite["attributions"]
    assert (baux["qpv"] != "").mean() == pytest.approx(0.49, abs=0.03)
    assert set(baux["reservataire"]) == {"PPRIOR", "PFONCT", "COLACT", "COLTER", "AUTRES", "AUCUN"}
    assert baux["reservataire"].value_counts(normalize=True)["proportion"].max() < 0.5
