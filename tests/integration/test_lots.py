"""The tables of one SNE delivery are a lot: accepted or refused together, promoted as one (règle R0.8)."""

import polars as pl
import pytest

from pipeline.acceptation import Decision, Door
from pipeline.intake import promotion
from pipeline.intake.deliveries import accepted_path
from pipeline.settings import Settings
from tests.depots import deposer, exemple

LOT = ("sne/radiations", "sne/motifs", "sne/dalo")


def decider(settings: Settings) -> dict[str, Decision]:
    with Door.open(settings) as door:
        door.recover()
        decided = [decision for decided in door.decide_each(door.waiting_groups()) for decision in decided]
    return {decision.delivery.feed_key: decision for decision in decided}


def en_place(settings: Settings) -> set[str]:
    return {
        str(path.parent.parent.relative_to(settings.entrepot))
        for path in settings.entrepot.rglob("gip-sne.parquet")
    }


@pytest.fixture
def lot(reglages: Settings) -> Settings:
    for feed in LOT:
        deposer(reglages, feed, "gip-sne")
    return reglages


def test_a_good_lot_enters_whole(lot):
    decided = decider(lot)
    assert {feed: decision.is_refused for feed, decision in decided.items()} == dict.fromkeys(LOT, False)
    assert en_place(lot) == set(LOT)
    assert decider(lot) == {}


def test_one_bad_table_refuses_the_lot_and_says_which(lot):
    deposer(lot, "sne/motifs", "gip-sne", content="RIEN;DU;TOUT\n1;2;3\n")
    decided = decider(lot)
    assert all(decision.is_refused for decision in decided.values())
    assert "sne/motifs" in decided["sne/dalo"].record.motifs[0]
    assert "Colonnes obligatoires absentes" in decided["sne/motifs"].record.motifs[0]
    assert en_place(lot) == set()


def test_correcting_the_bad_table_brings_the_whole_lot_in(lot):
    deposer(lot, "sne/motifs", "gip-sne", content="RIEN;DU;TOUT\n1;2;3\n")
    decider(lot)
    deposer(lot, "sne/motifs", "gip-sne", content=exemple("sne/motifs"))
    assert set(decider(lot)) == set(LOT)
    assert en_place(lot) == set(LOT)


def test_a_refused_correction_leaves_the_whole_lot_that_was_there(lot):
    decider(lot)
    before = {path: path.read_bytes() for path in lot.entrepot.rglob("gip-sne.parquet")}
    deposer(lot, "sne/dalo", "gip-sne", content="RIEN\n1\n")
    assert all(decision.is_refused for decision in decider(lot).values())
    assert {path: path.read_bytes() for path in lot.entrepot.rglob("gip-sne.parquet")} == before


def test_surrogate_keys_are_codes_of_their_own_delivery_only(lot):
    keys = exemple("sne/radiations").replace(";RADATT;", ";51;").replace(";RADREN;", ";53;")
    deposer(lot, "sne/radiations", "gip-sne", content=keys)
    assert decider(lot)["sne/radiations"].is_refused
    deposer(lot, "sne/references", "gip-sne", content=exemple("sne/references"))
    decided = decider(lot)
    assert not decided["sne/radiations"].is_refused, decided["sne/radiations"].record.motifs
    rows = pl.read_parquet(
        accepted_path(lot, decided["sne/radiations"].delivery), columns=["MOTIF_RADIATION"]
    )
    assert {"RADATT", "RADREN"} <= set(rows["MOTIF_RADIATION"])


@pytest.mark.parametrize("moves_made", [0, 1, 2])
def test_a_promotion_cut_in_the_middle_is_finished_at_the_next_start(lot, monkeypatch, moves_made):
    """The kill falls after the register's transaction, once `moves_made` copies are in place."""
    made: list[object] = []
    replace = promotion.Path.replace

    def cut(path, target):
        if ".promotion" in str(path):
            if len(made) == moves_made:
                raise KeyboardInterrupt
            made.append(target)
        return replace(path, target)

    monkeypatch.setattr(promotion.Path, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        decider(lot)
    monkeypatch.undo()
    assert len(en_place(lot)) == moves_made
    assert decider(lot) == {}
    assert en_place(lot) == set(LOT)
    assert not (lot.entrepot / promotion.FOLDER).exists()


def test_a_kill_before_the_register_changes_nothing(lot, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.intake.register.Register.add_together", killed)
    with pytest.raises(KeyboardInterrupt):
        decider(lot)
    monkeypatch.undo()
    assert en_place(lot) == set()
    assert set(decider(lot)) == set(LOT)
    assert en_place(lot) == set(LOT)
