"""Several processes judge as one does; one that dies stops the build with a clear answer."""

import os
import pickle
import signal
import tempfile

import pytest

from pipeline.acceptation import Door
from pipeline.errors import BuildFailedError
from pipeline.feeds import load_feeds
from pipeline.judgement import Judge
from pipeline.judges import IN_PLACE, Judges, judges_for, through
from pipeline.settings import Settings
from tests.depots import deposer

QUARTERS = ("2024-T3", "2024-T4", "2025-T1")


def fill(settings: Settings) -> Settings:
    for rows, periode in enumerate(QUARTERS, 1):
        for fournisseur in ("alize", "brise"):
            deposer(settings, "bailleurs/attributions", fournisseur, periode=periode, lines=slice(4 * rows))
        deposer(settings, "sne/radiations", "gip-sne", periode=periode)
        deposer(settings, "sne/dalo", "gip-sne", periode=periode)
    (settings.raw / "sne/dalo" / QUARTERS[1] / "gip-sne.csv").write_text("RIEN\n1\n", encoding="utf-8")
    return settings


def decide(settings: Settings, judges: Judges) -> dict[tuple[str, str], tuple[object, ...]]:
    with Door.open(settings) as door:
        for _ in door.decide_each(door.waiting_groups(), judges):
            pass
        records = door.register.records()
        checks = {depot: [] for depot in range(1, len(records) + 1)}
        for depot, check in door.register.checks():
            checks[depot].append(check)
    return {
        (record.flux, record.periode, record.fournisseur): (
            record.decision,
            record.motifs,
            record.lignes_acceptees,
            checks[record.depot_id],
        )
        for record in records
    }


def test_several_processes_decide_as_one_does(tmp_path):
    alone = decide(fill(Settings.load(tmp_path / "seul")), IN_PLACE)
    with judges_for(12) as judges:
        together = decide(fill(Settings.load(tmp_path / "plusieurs")), judges)
    assert together == alone
    assert {alone["sne/radiations", quarter, "gip-sne"][0] for quarter in QUARTERS} == {
        "accepte",
        "refuse",
    }


def test_a_dead_process_stops_the_build_and_loses_nothing(tmp_path):
    settings = fill(Settings.load(tmp_path / "donnees"))
    with judges_for(12) as judges:
        (pool,) = judges.sent.args
        worker = pool.submit(os.getpid).result()
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(BuildFailedError, match="processus de contrôle s'est arrêté"):
            decide(settings, judges)
    assert len(decide(settings, IN_PLACE)) == 12


def test_what_a_feed_learns_of_itself_no_longer_changes_the_judge_that_was_sent(reglages):
    feeds, sent = load_feeds(), []

    class Pool:
        def submit(self, work, *arguments):
            sent.append(pickle.dumps(work))
            return IN_PLACE.executor.submit(list)

    judge_together = through(Pool(), Judge(reglages, feeds))
    judge_together([], reglages.travail_brut)
    assert all(feed.stored_columns for feed in feeds.values())
    judge_together([], reglages.travail_brut)
    assert sent[0] == sent[1]


def test_under_a_deep_temporary_folder_each_process_loads_for_itself(tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with judges_for(9) as judges:
        settings = Settings.load(tmp_path / "donnees")
        deposer(settings, "sne/radiations", "gip-sne")
        together = decide(settings, judges)
    assert [decision for decision, *_ in together.values()] == ["accepte"]
