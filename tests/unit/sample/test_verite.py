"""The truth holds together, tells of every defect, and names nobody."""

import polars as pl
import pytest

from pipeline.sample.anomalies import CATALOGUE
from pipeline.sample.calendrier import INCIDENTS
from pipeline.sample.geographie import CODES_TRIMESTRES
from pipeline.sample.registre_defauts import REGLES
from pipeline.sample.verite import expected_deposits


def test_one_row_per_lease_and_per_score_line(territoire):
    verite = territoire.verite
    assert verite["attributions"]["bail"].is_unique().all()
    assert verite["scores"].select("menage", "date_points", "critere").is_unique().all()
    assert verite["logements"].select("periode", "logement").is_unique().all()


def test_a_lease_is_dated_between_its_filing_and_the_end(territoire):
    baux = territoire.verite["attributions"]
    assert (baux["date_bail"] >= baux["date_depot"]).all()
    assert (baux["date_caleol"] <= baux["date_bail"]).all()
    assert baux.filter("bailleur_vu")["bailleur_commune"].null_count() == 0


def test_every_case_of_the_catalogue_reaches_the_observatory(territoire):
    seen = territoire.verite["attributions"].filter(pl.col("sne_vu") | pl.col("bailleur_vu"))
    expected = {anomalie.cas for anomalie in CATALOGUE} | {"normal"}
    assert set(seen["cas"]) == expected


def test_every_defect_is_listed_under_a_rule(territoire):
    defauts = territoire.verite["defauts"]
    assert defauts["regle"].null_count() == 0
    assert set(REGLES) <= set(defauts["defaut"])


def test_what_a_lost_delivery_held_is_not_seen(territoire):
    lost = {(item.fournisseur, CODES_TRIMESTRES.index(item.periode)) for item in INCIDENTS}
    lines = territoire.declarations
    held = lines.filter(
        pl.concat_str("fournisseur", "livraison").is_in([f"{name}{rank}" for name, rank in lost])
    )
    assert held.height > 50
    assert not held["entre"].any()
    baux = territoire.verite["attributions"].filter(pl.col("bail").is_in(held["bail"].to_list()))
    twice = baux["cas"] == "livre_deux_fois"
    assert not baux.filter(~twice)["bailleur_vu"].any()
    assert baux["sne_vu"].mean() > 0.8


def test_no_identifier_enters_the_truth(territoire, depots):
    tables = {**territoire.verite, "depots": expected_deposits(depots.values())}
    numbers = set(territoire.demandes["numero_unique"])
    for table in tables.values():
        for column in table.select(pl.selectors.string()).iter_columns():
            assert numbers.isdisjoint(column.to_list())


@pytest.mark.parametrize(
    "flux",
    [
        "sne/radiations",
        "sne/demandes",
        "sne/motifs",
        "bailleurs/attributions",
        "cotation/points",
        "rpls/logements_ouverts",
        "rpls/logements_restreints",
    ],
)
def test_expected_counts_add_up_and_faults_stay_low_where_accepted(depots, flux):
    expected = expected_deposits(depot for depot in depots.values() if depot.flux == flux)
    accepted = expected.filter(pl.col("decision") == "accepte")
    total = accepted["lignes_acceptees"] + accepted["lignes_rejetees"] + accepted["lignes_ignorees"]
    assert (total == accepted["lignes_lues"]).all()
    assert (accepted["lignes_rejetees"] / accepted["lignes_lues"] < 0.04).all()


def test_refused_deliveries(depots):
    refused = expected_deposits(depots.values()).filter(pl.col("decision") == "refuse")
    assert refused["fichier"].to_list() == [
        "guichets/activite_gadls/2023-S2/epci.csv",
        "bailleurs/conventions_reservation/2024/goyavier.csv",
        "bailleurs/attributions/2024-T2/ecume.csv",
        "bailleurs/mises_a_disposition/2024-T3/bassin-bleu.csv",
        "bailleurs/attributions/2024-T4/goyavier.csv",
    ]
    too_many = refused.filter(pl.col("fournisseur") == "ecume")
    assert too_many["lignes_rejetees"][0] / too_many["lignes_lues"][0] > 0.05
    assert "bailleurs/attributions/2024-T3/filaos.xlsx" not in depots
