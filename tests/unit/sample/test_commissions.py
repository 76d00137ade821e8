"""Commissions, proposals, occupation of the dwellings and Imhoweb's lists, against what was drawn."""

import polars as pl
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake.headers import HeaderBook
from pipeline.sample.commissions import ATTRIBUE, DECLARANTS, SEMESTRES
from pipeline.sample.fichiers_commissions import ENTETES, FORMES
from pipeline.sample.imhoweb import FORME


def test_candidates_are_ranked_and_the_signatory_is_mostly_first(territoire):
    candidatures = territoire.verite["candidatures"]
    assert candidatures.select("bail", "menage").is_unique().all()
    by_dwelling = candidatures.group_by("bail").agg(
        pl.len().alias("nombre"),
        pl.col("rang").max().alias("dernier"),
        pl.col("rang").n_unique().alias("rangs"),
        pl.col("signataire").sum().alias("signataires"),
    )
    assert by_dwelling["nombre"].mean() == pytest.approx(3, abs=0.2)
    assert (by_dwelling["nombre"] == by_dwelling["dernier"]).all()
    assert (by_dwelling["nombre"] == by_dwelling["rangs"]).all()
    assert by_dwelling["signataires"].unique().to_list() == [1]
    signed = candidatures.filter("signataire")
    assert (signed["rang"] == 1).mean() == pytest.approx(0.82, abs=0.03)
    above = candidatures.join(signed.select("bail", signe="rang"), on="bail").filter(
        pl.col("rang") < pl.col("signe")
    )
    assert above["decision"].unique().to_list() == [ATTRIBUE]


def test_better_ranks_have_more_points(territoire):
    ranked = territoire.candidatures.filter(~pl.col("signataire"))
    means = ranked.group_by("rang").agg(pl.col("appreciation").mean()).sort("rang")["appreciation"]
    assert means.head(3).is_sorted(descending=True)


def test_a_candidate_waits_on_the_day_of_the_commission(territoire):
    households = territoire.verite["menages"].select("menage", "date_depot", "date_fin")
    others = territoire.verite["candidatures"].filter(~pl.col("signataire")).join(households, on="menage")
    assert (others["date_depot"] < others["date_seance"]).all()
    assert (others["date_fin"].is_null() | (others["date_fin"] > others["date_seance"])).all()


def test_a_proposal_is_a_lease_or_a_refusal_with_its_reason(territoire):
    proposals = territoire.propositions
    assert set(proposals["etat"]) == {"BAIL", "REFUS", "SANSREP"}
    assert (proposals["motif_refus"].is_not_null() == (proposals["etat"] == "REFUS")).all()
    assert ((proposals["etat"] == "BAIL") == proposals["signataire"]).all()
    assert (proposals["date_creation"] <= proposals["date_caleol"]).all()


@pytest.mark.parametrize("flux", ["bailleurs/candidatures_caleol", "bailleurs/propositions"])
def test_headers_of_commissions_are_known(depots, flux):
    book = HeaderBook(load_feeds()[flux])
    for fournisseur, forme in FORMES.items():
        depot = depots[f"{flux}/2024-S1/{fournisseur}.csv"]
        headers = depot.octets.decode(forme.encoding).splitlines()[0].split(forme.separator)
        assert book.map_headers(headers).unknown == ()
    assert set(ENTETES) == set(FORMES) == set(DECLARANTS)
    assert len(SEMESTRES) == 3


def test_imhoweb_lists_most_of_those_who_wait(territoire, depots):
    listed = territoire.verite["imhoweb"]
    waiting = territoire.verite["stock"].filter("actif")
    assert listed.height / waiting.height == pytest.approx(0.97, abs=0.01)
    assert listed.join(waiting, on=["menage", "periode"], how="anti").is_empty()
    headers = depots["imhoweb/demandes/2024-T1/imhoweb.csv"].octets.decode(FORME.encoding).splitlines()[0]
    book = HeaderBook(load_feeds()["imhoweb/demandes"])
    assert book.map_headers(headers.split(FORME.separator)).unknown == ()


@pytest.mark.parametrize("millesime", [2024, 2025])
def test_occupation_of_the_dwellings(territoire, millesime):
    """Vacancy 1.3 %, mobility 6.2 %, 6.8 € per m²; new dwellings are not counted in the mobility."""
    stock = territoire.occupation.filter(pl.col("millesime") == millesime)
    offered = stock.filter(pl.col("mode").is_in(["1", "2"]))
    assert (offered["mode"] == "2").mean() == pytest.approx(0.013, abs=0.002)
    older = offered.filter(pl.col("annee_construction") < millesime - 1)
    moved_in = (older["mode"] == "1") & (older["annee"] == millesime - 1)
    assert moved_in.mean() == pytest.approx(0.062, abs=0.004)
    let = stock.filter(pl.col("mode") == "1")
    assert let["loyer"].sum() / let["surface"].sum() == pytest.approx(6.8, abs=0.1)


def test_leases_are_of_dwellings_that_the_prefecture_knows(territoire, depots):
    text = depots["rpls/logements_restreints/2025/prefecture.csv"].octets.decode("cp1252")
    known = {line.split(";", 1)[0] for line in text.splitlines()[1:]}
    ordinary = territoire.baux.filter(pl.col("cas") == "normal")["identifiant"]
    assert sum(number in known for number in ordinary) / ordinary.len() > 0.98
