"""What Dagster shows of the project, and what importing it does not do."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pipeline.construction import dagster_environment
from pipeline.definitions import build_definitions
from pipeline.errors import MisuseError
from pipeline.event_log import MOST_OPEN, KeptEventLog
from pipeline.feeds import load_feeds
from pipeline.quality.suites import load_suite
from pipeline.schedules import JOB, REMINDERS, depots_sensor, reminders_job
from pipeline.settings import ROOT, Settings

FEEDS = load_feeds()


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_definitions(Settings.load(tmp_path_factory.mktemp("definitions")))


def test_importing_does_no_work_on_a_bare_machine(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "vide", tmp_path / "ailleurs"
    home.mkdir()
    elsewhere.mkdir()
    subprocess.run(
        [sys.executable, "-c", "import pipeline.definitions"],
        check=True,
        cwd=elsewhere,
        env={"HOME": str(home), "PPGD_DONNEES": str(tmp_path / "donnees"), "PYTHONPATH": str(ROOT)},
    )
    assert set(tmp_path.rglob("*")) == {home, elsewhere}


def test_every_feed_has_its_depots_its_asset_and_its_controls(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for feed in FEEDS.values():
        key = dg.AssetKey([feed.source, feed.table])
        depots = dg.AssetKey(["depots", feed.source, feed.table])
        assert graph.get(key).parent_keys == {depots}
        assert graph.get(depots).is_partitioned
        assert len(graph.get(key).check_keys) == len(load_suite(feed))


def test_only_the_depots_come_from_outside(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    outside = graph.get_all_asset_keys() - graph.materializable_asset_keys
    assert outside == {dg.AssetKey(["depots", feed.source, feed.table]) for feed in FEEDS.values()}


def test_every_asset_says_in_french_what_it_is(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.group_name != "default", key
        assert list(node.owners) == ["team:ppgd"], key
        assert node.kinds, key


def test_marts_lead_to_the_publication_and_come_from_the_register(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    publication = graph.get(dg.AssetKey(["publication"]))
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    assert marts
    assert publication.parent_keys == marts
    register = graph.get(dg.AssetKey(["registre", "depots"]))
    assert register.parent_keys == {dg.AssetKey([feed.source, feed.table]) for feed in FEEDS.values()}
    assert register.child_keys


def test_builds_have_one_job_two_schedules_one_sensor_in_one_process(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def(JOB)
    assert job.executor_def is dg.in_process_executor
    quarterly = definitions.resolve_schedule_def("construction_trimestrielle")
    half_yearly = definitions.resolve_schedule_def("publication_semestrielle")
    assert (quarterly.cron_schedule, half_yearly.cron_schedule) == ("0 6 20 1,4,7,10 *", "0 7 1 3,9 *")
    assert quarterly.job_name == half_yearly.job_name == JOB
    assert definitions.resolve_sensor_def("depots_recus").job_name == JOB


def test_reminders_have_their_own_job_and_nothing_starts_by_itself(definitions: dg.Definitions) -> None:
    daily = definitions.resolve_schedule_def("rappels_quotidiens")
    assert (daily.job_name, daily.cron_schedule) == (REMINDERS, "0 8 * * 1-5")
    assert definitions.resolve_job_def(REMINDERS).executor_def is dg.in_process_executor
    for name in ("rappels_quotidiens", "construction_trimestrielle", "publication_semestrielle"):
        assert definitions.resolve_schedule_def(name).default_status is dg.DefaultScheduleStatus.STOPPED


def test_a_run_of_the_reminders_fails_when_it_cannot_send(reglages: Settings) -> None:
    with pytest.raises(MisuseError, match="Pas de calendrier"):
        reminders_job(reglages).execute_in_process()


def look(reglages: Settings, cursor: str | None) -> dg.SensorResult:
    context = dg.build_sensor_context(cursor=cursor)
    result = depots_sensor(reglages)(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_sensor_waits_until_a_delivery_has_stopped_growing(reglages: Settings) -> None:
    assert look(reglages, None).run_requests in (None, [])
    path = reglages.raw / "parametres" / "passage" / "2024" / "epci.csv"
    path.parent.mkdir(parents=True)
    path.write_text("a;b\n", encoding="utf-8")
    first = look(reglages, "")
    assert not first.run_requests
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    second = look(reglages, first.cursor)
    assert not second.run_requests
    third = look(reglages, second.cursor)
    assert [request.run_key for request in third.run_requests or []] == [third.cursor]
    assert third.cursor == second.cursor


@pytest.fixture
def instance(reglages: Settings, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    for name, value in dagster_environment(reglages).items():
        monkeypatch.setenv(name, value)
    return dg.DagsterInstance.get()


def test_dagster_writes_only_under_the_data_root(reglages: Settings, instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.event_log_storage, KeptEventLog)
    assert not instance.telemetry_enabled
    assert not instance.nux_enabled
    before = set(ROOT.iterdir())
    assert one_asset().execute_in_process(instance=instance).success
    assert set(ROOT.iterdir()) == before
    home = reglages.entrepot / "dagster"
    assert (home / "index.db").exists()
    assert home.stat().st_mode & 0o077 == 0
    instance.dispose()


def test_kept_connections_keep_the_events_of_every_run(instance: dg.DagsterInstance) -> None:
    job = one_asset()
    runs = [job.execute_in_process(instance=instance).run_id for _ in range(MOST_OPEN + 1)]
    again = KeptEventLog(os.environ["PPGD_DAGSTER"])
    for storage in (instance.event_log_storage, again):
        for run in runs:
            kinds = [event.dagster_event_type for event in storage.get_logs_for_run(run)]
            assert dg.DagsterEventType.ASSET_MATERIALIZATION in kinds
            assert kinds[-1] == dg.DagsterEventType.RUN_SUCCESS
    assert len(again._engines) <= MOST_OPEN
    instance.dispose()
    again.dispose()


def one_asset() -> dg.JobDefinition:
    @dg.asset
    def essai() -> None: ...

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    return dg.Definitions(
        assets=[essai], jobs=[dg.define_asset_job("essai_job", config=quiet)], executor=dg.in_process_executor
    ).resolve_job_def("essai_job")
