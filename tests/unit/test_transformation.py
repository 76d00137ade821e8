"""dbt in this process, on a project of three models: what it builds, what it tells, what it leaves alone."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from pipeline.dbt_runs import build_file
from pipeline.errors import BuildFailedError
from pipeline.parsed_models import parse_models
from pipeline.settings import Settings
from pipeline.transformation import build_tables

Project = Callable[..., Path]

PROJECT = {
    "name": "essai",
    "version": "1.0",
    "profile": "essai",
    "flags": {"send_anonymous_usage_stats": False},
    "vars": {
        "origine_fictive": False,
        "seuil_q1_inclus": True,
        "qpv_vide_hors_qpv": [],
        "ordre_reservataire": [],
    },
    "models": {"essai": {"+materialized": "table"}},
}
PROFILES = {
    "essai": {
        "target": "essai",
        "outputs": {"essai": {"type": "duckdb", "path": "{{ env_var('PPGD_BASE') }}", "threads": 2}},
    }
}
PROPERTIES = """
models:
  - name: mart_essai
    columns:
      - name: n
        data_tests:
          - accepted_values: {arguments: {values: [1, 2, 3]}, description: "n vaut 1, 2 ou 3."}
unit_tests:
  - name: essai_unitaire
    model: mart_essai
    given: []
    expect: {rows: [{n: 99}]}
"""


@pytest.fixture
def projet(tmp_path: Path) -> Project:
    """Write a dbt project whose mart is the given SQL."""

    def _projet(mart: str, **others: str) -> Path:
        folder = tmp_path / "projet"
        models = folder / "models"
        models.mkdir(parents=True, exist_ok=True)
        (folder / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT), encoding="utf-8")
        (folder / "profiles.yml").write_text(yaml.safe_dump(PROFILES), encoding="utf-8")
        (models / "essai.yml").write_text(PROPERTIES, encoding="utf-8")
        for name, sql in {"mart_essai": mart, **others}.items():
            (models / f"{name}.sql").write_text(sql, encoding="utf-8")
        return folder

    return _projet


def test_builds_quietly_and_leaves_the_process_as_it_was(
    reglages: Settings, projet: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    environment, folder, seen = dict(os.environ), Path.cwd(), []
    nodes = build_tables(reglages, project=projet("select 1 as n"), on_node=lambda *event: seen.append(event))
    assert {(node.name.split("_")[0], node.kind, node.status) for node in nodes} == {
        ("mart", "model", "success"),
        ("accepted", "test", "pass"),
    }
    assert [(done, total) for _, done, total in seen] == [(1, 2), (2, 2)]
    assert seen[0][0] == "mart_essai"
    assert capfd.readouterr() == ("", "")
    assert (dict(os.environ), Path.cwd()) == (environment, folder)
    with duckdb.connect(str(build_file(reglages))) as connection:
        assert connection.execute("FROM mart_essai").fetchall() == [(1,)]


def test_a_model_that_is_gone_leaves_no_table(reglages: Settings, projet: Project) -> None:
    project = projet("select 1 as n", mart_ancien="select 1 as n")
    build_tables(reglages, project=project)
    (project / "models" / "mart_ancien.sql").unlink()
    build_tables(reglages, project=project)
    with duckdb.connect(str(build_file(reglages))) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == [("mart_essai",)]


def test_a_killed_parse_is_no_obstacle(reglages: Settings, projet: Project) -> None:
    project = projet("select 1 as n")
    half = project / "target" / "lecture"
    half.mkdir(parents=True)
    (half / "manifest.json").write_text("{", encoding="utf-8")
    assert len(build_tables(reglages, project=project)) == 2
    assert not half.exists()


def test_settings_reach_the_models(reglages: Settings, projet: Project) -> None:
    bound = "{{ 1 if var('seuil_q1_inclus') else 2 }}"
    provider = "{{ var('qpv_vide_hors_qpv')[0] }}"
    project = projet(f"select {bound} as n, '{provider}' as f")
    build_tables(replace(reglages, seuil_q1_inclus=False, qpv_vide_hors_qpv=("sidr",)), project=project)
    with duckdb.connect(str(build_file(reglages))) as connection:
        assert connection.execute("FROM mart_essai").fetchall() == [(2, "sidr")]


def test_a_failed_data_test_is_told_by_its_description(reglages: Settings, projet: Project) -> None:
    with pytest.raises(BuildFailedError) as raised:
        build_tables(reglages, project=projet("select unnest([1, 7, 8]) as n"))
    assert raised.value.constat == (
        "Les tables ne se construisent pas. Contrôle « n vaut 1, 2 ou 3 » : 2 lignes en défaut."
    )
    log = raised.value.remede.rsplit("Détail : ", 1)[1].rstrip(".")
    assert "FAIL 2" in Path(log).read_text(encoding="utf-8")


def test_a_failed_model_is_told_with_its_cause_and_the_next_is_not_blamed(
    reglages: Settings, projet: Project
) -> None:
    project = projet(
        "select * from {{ ref('int_seuils') }}", int_seuils="select error('Seuil de 2025 absent.') as n"
    )
    with pytest.raises(BuildFailedError) as raised:
        build_tables(reglages, project=project)
    assert raised.value.constat == (
        "Les tables ne se construisent pas. Le modèle int_seuils échoue : Seuil de 2025 absent."
    )


def test_a_project_that_does_not_parse_is_told(reglages: Settings, projet: Project) -> None:
    with pytest.raises(BuildFailedError, match=r"Le projet dbt ne se lit pas.*int_absent"):
        build_tables(reglages, project=projet("select * from {{ ref('int_absent') }}"))


def test_models_are_parsed_once_for_every_data_root(reglages: Settings, projet: Project) -> None:
    project = projet("select 1 as n")
    manifest = parse_models(reglages, project)
    before = manifest.stat().st_mtime_ns
    elsewhere = replace(Settings.load(reglages.donnees.parent / "autre"), seuil_q1_inclus=False)
    assert parse_models(elsewhere, project) == manifest
    assert manifest.stat().st_mtime_ns == before
    build_tables(elsewhere, project=project)
    with duckdb.connect(str(build_file(elsewhere))) as connection:
        assert connection.execute("FROM mart_essai").fetchall() == [(1,)]


def test_models_that_changed_are_parsed_again_and_the_former_ones_forgotten(
    reglages: Settings, projet: Project
) -> None:
    former = parse_models(reglages, projet("select 1 as n"))
    latter = parse_models(reglages, projet("select 2 as n"))
    assert latter.exists()
    assert not former.exists()


def test_a_read_only_project_is_parsed_in_the_data_root(
    reglages: Settings, projet: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projet("select 1 as n")
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert parse_models(reglages, project).is_relative_to(reglages.travail)
    assert len(build_tables(reglages, project=project)) == 2
    assert not (project / "target").exists()


def test_a_read_only_project_parsed_at_its_installation_is_taken_as_it_is(
    reglages: Settings, projet: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projet("select 1 as n")
    installed = parse_models(reglages, project)
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert parse_models(reglages, project) == installed
