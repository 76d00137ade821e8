"""The places and the plan of the territory: what is told badly is listed, the door reads all."""

from datetime import date

import polars as pl
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake.conform import Conformer
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.sample.lieux_accueil import ABSENT, INCONNUES, REGLES, SENTINELLE
from pipeline.sample.verite import expected_deposits

SOURCES = ("guichets", "plan")
MOST_DELIVERIES = 16


@pytest.fixture
def held(depots):
    return [depot for depot in depots.values() if depot.flux.split("/")[0] in SOURCES]


def test_every_feed_of_the_plan_and_of_the_places_is_delivered_and_few_files_do(held):
    assert {depot.flux for depot in held} == {
        key for key, feed in load_feeds().items() if feed.source in SOURCES
    }
    assert len(held) <= MOST_DELIVERIES


def test_the_door_reads_them_as_the_truth_says(held, tmp_path):
    conformer = Conformer(Pseudonymiser(b"cle des essais, 32 octets au moins"), tmp_path)
    expected = {row["fichier"]: row for row in expected_deposits(held).to_dicts()}
    for depot in held:
        if depot.decision == "refuse":
            continue
        path = tmp_path / "epci.csv"
        path.write_bytes(depot.octets)
        conformed = conformer.conform_delivery(
            load_feeds()[depot.flux],
            Delivery(depot.flux, depot.periode, depot.fournisseur, path),
            received=date(2025, 12, 31),
            correspondences=Correspondences({}, {}),
            footer={},
        )
        row = expected[depot.fichier]
        assert conformed.rows_read == row["lignes_lues"], depot.fichier
        assert conformed.rows_accepted == row["lignes_acceptees"], depot.fichier
        assert not conformed.faults, depot.fichier
        assert not conformed.unknown_headers, depot.fichier


def test_each_place_told_badly_is_listed_once(territoire):
    defauts = territoire.verite["defauts"].filter(pl.col("flux").str.starts_with("guichets/"))
    assert set(defauts["defaut"]) == set(REGLES)
    assert defauts.height == len(REGLES)
    activite = territoire.verite["frequentation"]
    silent = activite["cas"].is_in([INCONNUES, SENTINELLE, ABSENT])
    assert activite["visites_dites"].is_null().to_list() == silent.to_list()
    assert (activite["visites"] > 0).all()


def test_an_action_never_goes_back(territoire):
    order = pl.col("etat").replace_strict({"A_LANCER": 0, "EN_COURS": 1, "REALISEE": 2})
    actions = territoire.verite["plan_actions"].with_columns(rang=order)
    moves = (
        actions.sort("numero_action", "periode").group_by("numero_action", maintain_order=True).agg("rang")
    )
    assert all(first <= last for first, last in moves["rang"])


def test_participants_are_counts_of_the_place_s_staff(territoire):
    formations = territoire.verite["plan_formations"].filter(pl.col("nombre_participants") != "")
    counts = formations.select(
        pl.col("nombre_participants", "nombre_inscrits", "nombre_agents").cast(pl.Int64)
    )
    assert all(present <= enrolled <= staff for present, enrolled, staff in counts.iter_rows())
