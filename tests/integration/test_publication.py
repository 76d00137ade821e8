"""The whole job, from a file to the readers' file: built, repeated, refused, asked in part."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipeline.acceptation import Door
from pipeline.construction import BuildReport, dagster_environment, run_build
from pipeline.definitions import build_definitions
from pipeline.errors import BuildFailedError
from pipeline.feeds import load_feeds
from pipeline.lock import build_lock
from pipeline.publication.consultation import query_observatoire
from pipeline.publication.manifest import is_up_to_date, last_manifest
from pipeline.schedules import JOB
from pipeline.settings import Settings

FEED = load_feeds()["parametres/passage"]
KEY = "cle-de-test-sans-valeur-0123456789abcdef"
pytestmark = pytest.mark.usefixtures("premiere")


@pytest.fixture(scope="module")
def racine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One data root for all these tests, built once; each one goes on from what it finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PPGD_CLE", KEY)
        yield Settings.load(tmp_path_factory.mktemp("racine"))


def deliver(settings: Settings, periode: str, content: bytes | None = None) -> Path:
    path = settings.raw / FEED.key / periode / "epci.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or (FEED.folder / "exemple-valide.csv").read_bytes())
    return path


def build(settings: Settings, *, force: bool = False) -> tuple[BuildReport, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    with Door.open(settings) as door:
        waiting, _ = door.waiting()
    report = run_build(settings, waiting, on_event=lambda *event: told.append(event), force=force)
    return report, told


@pytest.fixture(scope="module")
def premiere(racine: Settings) -> tuple[BuildReport, list[tuple[str, str]]]:
    deliver(racine, "2024")
    return build(racine)


def test_a_delivery_becomes_a_release(
    racine: Settings, premiere: tuple[BuildReport, list[tuple[str, str]]]
) -> None:
    report, told = premiere
    assert [decision.record.decision for decision in report.decisions] == ["accepte"]
    assert report.refused == ()
    assert report.release.created
    assert report.release.manifest["nombre_depots_acceptes"] == 1
    assert [entry["flux"] for entry in report.release.manifest["depots"]] == [FEED.key]
    stages = list(dict.fromkeys(stage for stage, _ in told))
    assert stages == ["Démarrage", "Dépôt", "Tables", "Publication"]
    assert set(report.seconds) == set(stages)
    assert "RUN_SUCCESS" in report.journal.read_text(encoding="utf-8")
    [published] = query_observatoire(racine, "SELECT profil, origine FROM publication").rows
    assert published == ("interne", "reelle")


def test_every_published_table_and_column_is_described(racine: Settings) -> None:
    manifest = last_manifest(racine)
    assert manifest is not None
    for table in manifest["tables"]:
        assert table["description"], table["nom"]
        for column in table["colonnes"]:
            assert column["description"], (table["nom"], column["nom"])


def test_the_same_inputs_give_the_same_release_in_silence(
    racine: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    first = last_manifest(racine)
    assert first is not None
    assert is_up_to_date(racine)
    report, _ = build(racine)
    assert not report.release.created
    assert report.release.publication_id == first["publication_id"]
    assert capfd.readouterr() == ("", "")


def test_a_refusal_is_published_as_such_and_changes_no_figure(racine: Settings) -> None:
    before = last_manifest(racine)
    assert before is not None
    deliver(racine, "2010", b"colonne;inconnue\n1;2\n")
    report, told = build(racine)
    assert [decision.record.decision for decision in report.refused] == ["refuse"]
    assert any("refusé" in detail for stage, detail in told if stage == "Dépôt")
    assert report.release.manifest["nombre_depots_refuses"] == before["nombre_depots_refuses"] + 1
    assert report.release.manifest["depots"] == before["depots"]


def test_two_builds_at_once_are_refused(racine: Settings) -> None:
    with build_lock(racine), pytest.raises(BuildFailedError, match="déjà en cours"):
        build(racine)


def test_tables_that_fail_leave_the_release_and_say_why(racine: Settings) -> None:
    before = racine.observatoire.read_bytes()
    accepted = racine.entrepot / FEED.key / "2024" / "epci.parquet"
    content = accepted.read_bytes()
    accepted.write_bytes(b"PAR1")
    try:
        with pytest.raises(BuildFailedError, match=r"Le modèle .* échoue") as raised:
            build(racine)
    finally:
        accepted.write_bytes(content)
    assert "reste en place" in raised.value.remede
    assert racine.observatoire.read_bytes() == before


def test_dagster_may_be_asked_for_one_mart_and_opens_its_own_session(
    racine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in dagster_environment(racine).items():
        monkeypatch.setenv(name, value)
    mart = dg.AssetKey(["marts", "mart_parc_par_qpv"])
    with dg.DagsterInstance.get() as instance:
        result = (
            build_definitions(racine)
            .resolve_job_def(JOB)
            .execute_in_process(
                instance=instance,
                asset_selection=[mart],
                run_config={"loggers": {"journal": {"config": {"fichier": os.devnull}}}},
            )
        )
        periods = instance.get_dynamic_partitions(f"periodes_{FEED.name}")
        received = instance.get_latest_materialization_event(dg.AssetKey(["depots", *FEED.key.split("/")]))
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [mart]
    assert "2024" in periods
    assert received is not None
    assert received.asset_materialization is not None
    assert received.asset_materialization.metadata["fournisseur"].value == "epci"
    with duckdb.connect(str(racine.travail / "construction.duckdb"), read_only=True) as connection:
        assert connection.execute("FROM marts.mart_parc_par_qpv").fetchall() == []


def test_nothing_a_build_wrote_is_open_to_others(racine: Settings) -> None:
    for folder in (racine.marts / "publications", racine.entrepot / "dagster", racine.entrepot / "journaux"):
        assert folder.stat().st_mode & 0o077 == 0, folder
    assert racine.observatoire.stat().st_mode & 0o077 == 0
    assert racine.travail.stat().st_mode & 0o077 == 0
