"""`ppgd purger`: the links go, the figures stay, the purged periods are closed (règle R0.2)."""

import json
import os
from datetime import UTC, datetime

import duckdb
import pytest

from pipeline.acceptation import Door
from pipeline.errors import BuildFailedError, MisuseError
from pipeline.publication.manifest import is_up_to_date
from pipeline.retention.trial import Trial
from pipeline.retention.unlinking import CUT
from pipeline.terminal import last_of_each, show_depots, show_purge
from tests.confidentialite.purges import (
    FACTS,
    LIMITE,
    PERIODE,
    SNE,
    build,
    copy_of,
    deliver,
    everything,
    held_pseudonyms,
    joins,
    marts,
    pseudonyms,
    purger,
    read,
)


def test_the_simulation_says_what_would_go_and_changes_nothing(root, purged, capsys):
    before = everything(root.donnees)
    report = purger(root, simulate=True)
    assert everything(root.donnees) == before
    assert report.is_simulated
    assert report.limite == LIMITE
    show_purge(root, report)
    shown = capsys.readouterr().out
    assert f"{report.demandes} demandes au lien à couper" in shown
    assert f"raw/sne/radiations/{PERIODE}/gip-sne.csv" in shown
    _, done = purged
    assert (report.demandes, report.lignes, report.depots) == (done.demandes, done.lignes, done.depots)


def test_the_links_are_cut_and_every_mart_is_the_same(purged, before):
    settings, report = purged
    after = pseudonyms(settings)
    assert report.demandes == len(before.ended) > 0
    assert marts(settings) == before.marts
    assert read(settings, FACTS) == before.facts
    renamed: dict[bytes, set[bytes]] = {}
    for place, rows in before.pseudonyms.items():
        for old, new in zip(rows, after[place], strict=True):
            renamed.setdefault(old, set()).add(new)
    assert {old for old, new in renamed.items() if new != {old}} == before.ended
    assert all(len(new) == 1 for new in renamed.values())
    fresh = {next(iter(renamed[old])) for old in before.ended}
    assert len(fresh) == len(before.ended)
    assert all(new.startswith(CUT) for new in fresh)


def test_the_satellites_of_a_delivery_still_join_after(built, purged, before):
    """Its other pseudonym is replaced in every table of the delivery at once (règle R0.8)."""
    settings, _ = purged
    assert sum(before.joins.values())
    assert joins(settings) == before.joins
    assert pseudonyms(settings, "demande_sne_id") != pseudonyms(built, "demande_sne_id")


def test_the_former_pseudonyms_are_nowhere_after(built, purged, before):
    settings, _ = purged
    assert held_pseudonyms(built.observatoire) & before.ended
    for path in settings.donnees.rglob("*"):
        if path.is_file() and path.suffix in {".parquet", ".duckdb"}:
            assert not held_pseudonyms(path) & before.ended, path
    assert not list(settings.travail.glob("construction.duckdb*"))


def test_earlier_releases_keep_their_marts_and_lose_their_detail(purged, before):
    settings, _ = purged
    folder = settings.marts / "publications" / before.release
    assert (settings.marts / "derniere").readlink().name != before.release
    assert not (folder / "observatoire.duckdb").exists()
    assert list((folder / "parquet").iterdir())
    manifest = json.loads((folder / "manifeste.json").read_text(encoding="utf-8"))
    assert manifest["est_sans_detail"]
    for entry in manifest["fichiers"]:
        assert (folder / entry["chemin"]).exists()


def test_a_second_purge_cuts_nothing_more(purged, tmp_path):
    root = copy_of(purged[0], tmp_path)
    before = everything(root.donnees)
    again = purger(root)
    assert (again.demandes, again.lignes) == (0, 0)
    assert everything(root.donnees) == before
    assert is_up_to_date(root)
    with Door.open(root) as door:
        assert door.waiting()[0] == []
        assert len(door.register.purges()) == 1


def test_a_late_or_corrected_file_of_a_closed_period_is_refused(purged, tmp_path, capsys):
    root = copy_of(purged[0], tmp_path)
    before = pseudonyms(root), read(root, FACTS)
    deliver(root, "bailleurs/attributions", "brise", "2024-T2")
    corrected = root.raw / "sne/radiations" / PERIODE / "gip-sne.csv"
    corrected.write_text(corrected.read_text(encoding="utf-8").rstrip() + "\n\n", encoding="utf-8")
    refused = build(root)
    assert any(told.startswith("bailleurs/attributions 2024-T2 brise : Période close") for told in refused)
    assert any(told.startswith(f"sne/radiations {PERIODE} gip-sne : Période close") for told in refused)
    assert (pseudonyms(root), read(root, FACTS)) == before
    with Door.open(root) as door:
        assert door.waiting()[0] == []
        in_force = {line.depot_id for line in door.register.records() if line.en_vigueur and line.flux in SNE}
        assert in_force
        assert in_force <= door.closed_depots()
        records, closed = door.register.records(), door.closed_depots()
    show_depots(last_of_each(records), [], [], closed=closed, as_json=False)
    shown = capsys.readouterr().out
    assert "accepté avec réserves (période close)" in shown or "accepté (période close)" in shown
    assert "Période close : 2024-T2 a été purgée le" in shown


def test_a_changed_schema_does_not_read_a_closed_delivery_again(built, purged, monkeypatch):
    monkeypatch.setattr("pipeline.acceptation.Door._rules_version", lambda *_: "autre")
    with Door.open(built) as door:
        assert {one.feed_key for one in door.waiting()[0]} >= set(SNE)
    with Door.open(purged[0]) as door:
        assert not {one.feed_key for one in door.waiting()[0]} & set(SNE)


def test_files_past_their_duration_go_and_raw_ones_only_on_demand(purged, tmp_path):
    root = copy_of(purged[0], tmp_path)
    report = root.raw / "sne/radiations" / PERIODE / ".depots" / "gip-sne" / "rejets.csv"
    report.parent.mkdir(parents=True)
    report.write_text("ligne\n", encoding="utf-8")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    log = root.journaux / "20200101T000000000000Z.log"
    log.touch()
    os.utime(log, (long_ago, long_ago))
    raw = root.raw / "sne/radiations" / PERIODE / "gip-sne.csv"
    simulated = purger(root, simulate=True, delete_raw=True)
    assert {raw, report, log} <= {
        *simulated.expired.bruts,
        *simulated.expired.rejets,
        *simulated.expired.journaux,
    }
    assert all(path.exists() for path in (raw, report, log))
    assert purger(root, delete_raw=True).raw_deleted
    assert not any(path.exists() for path in (raw, report, report.parent.parent, log))
    with Door.open(root) as door:
        assert door.waiting()[0] == []


def test_nothing_is_purged_while_a_delivery_waits(root):
    deliver(root, "bailleurs/attributions", "cap-corail")
    with pytest.raises(MisuseError, match="Des dépôts attendent"):
        purger(root)


def test_nothing_is_purged_when_a_mart_would_move(root, monkeypatch):
    before = everything(root.donnees)
    real = Trial.check_same_marts

    def other_marts(trial, reference, on_node=None):
        with duckdb.connect(str(reference)) as connection:
            connection.execute("delete from marts.mart_attributions_par_qpv")
        return real(trial, reference, on_node)

    monkeypatch.setattr(Trial, "check_same_marts", other_marts)
    with pytest.raises(BuildFailedError, match="mart_attributions_par_qpv"):
        purger(root)
    assert everything(root.donnees) == before
