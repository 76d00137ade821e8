"""A build makes what reads something new and keeps the rest; anything unsure starts from nothing."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from pipeline import transformation
from pipeline.dbt_runs import build_file
from pipeline.errors import BuildFailedError
from pipeline.kept_tables import copy_tables
from pipeline.publication.inputs import DBT_PROJECT
from pipeline.settings import Settings
from pipeline.transformation import build_tables

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
    "on-run-start": [
        "create or replace macro entrepot(chemin) as '{{ env_var('PPGD_ENTREPOT') }}/' || chemin",
    ],
}
PROFILES = {
    "essai": {
        "target": "essai",
        "outputs": {"essai": {"type": "duckdb", "path": "{{ env_var('PPGD_BASE') }}", "threads": 1}},
    }
}
SOURCE = "read_parquet(entrepot('{schema}/{identifier}/*/*.parquet'))"
PROPERTIES = {
    "sources": [
        {
            "name": "sne",
            "config": {"external_location": SOURCE},
            "tables": [{"name": "demandes"}, {"name": "radiations"}],
        }
    ],
    "models": [
        {
            "name": "mart_stock",
            "columns": [
                {"name": "n", "data_tests": [{"accepted_values": {"arguments": {"values": [1, 2, 3]}}}]}
            ],
        }
    ],
}
MODELS = {
    "int_demandes": "select n from {{ source('sne', 'demandes') }}",
    "int_radiations": "select n from {{ source('sne', 'radiations') }}",
    "mart_stock": "select n from {{ ref('int_demandes') }}",
    "mart_bilan": "select d.n as demande, r.n as sortie from {{ ref('int_demandes') }} d"
    " cross join {{ ref('int_radiations') }} r",
}


@pytest.fixture(scope="module")
def projet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources, a mart of the first and a mart of both."""
    folder = tmp_path_factory.mktemp("projet")
    (folder / "models").mkdir(parents=True)
    for name, content in (("dbt_project", PROJECT), ("profiles", PROFILES), ("models/_essai", PROPERTIES)):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    for name in ("materialisations", "changements"):
        target = folder / "macros" / f"{name}.sql"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(DBT_PROJECT / "macros" / f"{name}.sql", target)
    for name, sql in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(sql, encoding="utf-8")
    return folder


@pytest.fixture
def livres(reglages: Settings) -> Settings:
    """A delivery accepted for each source."""
    livrer(reglages, "demandes", 1)
    livrer(reglages, "radiations", 1)
    return reglages


def livrer(settings: Settings, table: str, n: int) -> None:
    """Put an accepted delivery of one row in place, over the former one."""
    path = settings.entrepot / "sne" / table / "2024" / "gip-sne.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"SELECT {n} AS n").write_parquet(str(path.with_suffix(".tmp")))
    path.with_suffix(".tmp").replace(path)


def made(settings: Settings, projet: Path, **asked: bool) -> set[str]:
    """Build, and name what was made."""
    outcomes = build_tables(settings, project=projet, **asked)
    assert len(outcomes) == len({outcome.unique_id for outcome in outcomes})
    return {outcome.name.split("_n__")[0] for outcome in outcomes if not outcome.is_kept}


def bilan(settings: Settings) -> list[tuple[int, int]]:
    with duckdb.connect(str(build_file(settings)), read_only=True) as connection:
        return connection.execute("FROM mart_bilan ORDER BY ALL").fetchall()


EVERYTHING = {*MODELS, "accepted_values_mart_stock"}


def test_only_what_reads_something_new_is_made(livres: Settings, projet: Path) -> None:
    assert made(livres, projet) >= EVERYTHING
    livrer(livres, "radiations", 3)
    assert made(livres, projet) & EVERYTHING == {"int_radiations", "mart_bilan"}
    assert bilan(livres) == [(1, 3)]
    livrer(livres, "demandes", 2)
    assert made(livres, projet) & EVERYTHING == EVERYTHING - {"int_radiations"}
    assert bilan(livres) == [(2, 3)]


def test_a_delivery_that_changes_no_row_stops_at_the_first_table(livres: Settings, projet: Path) -> None:
    first = build_tables(livres, project=projet)
    livrer(livres, "demandes", 1)
    again = build_tables(livres, project=projet)
    assert {outcome.is_kept for outcome in again} == {True}
    told = {outcome.unique_id: replace(outcome, is_kept=False) for outcome in again}
    assert told == {outcome.unique_id: outcome for outcome in first}


def test_a_change_stops_where_the_rows_are_the_same_again(livres: Settings, projet: Path) -> None:
    projet = Path(shutil.copytree(projet, livres.donnees.parent / "projet"))
    (projet / "models" / "mart_stock.sql").write_text("select 1 as n from {{ ref('int_parite') }}")
    (projet / "models" / "int_parite.sql").write_text("select n % 2 as n from {{ ref('int_demandes') }}")
    build_tables(livres, project=projet)
    livrer(livres, "demandes", 3)
    assert made(livres, projet) & {*EVERYTHING, "int_parite"} == {"int_demandes", "mart_bilan"}
    livrer(livres, "demandes", 2)
    assert made(livres, projet) & {*EVERYTHING, "int_parite"} == {"int_demandes", "mart_bilan", "int_parite"}


def test_a_column_named_as_a_row_does_not_hide_a_change(livres: Settings, projet: Path) -> None:
    projet = Path(shutil.copytree(projet, livres.donnees.parent / "projet"))
    model = projet / "models" / "int_demandes.sql"
    model.write_text("select n, 7 as ligne from {{ source('sne', 'demandes') }}", encoding="utf-8")
    build_tables(livres, project=projet)
    livrer(livres, "demandes", 2)
    build_tables(livres, project=projet)
    assert bilan(livres) == [(2, 1)]


def test_nothing_new_makes_nothing_and_still_tells_every_table(livres: Settings, projet: Path) -> None:
    first = build_tables(livres, project=projet)
    again = build_tables(livres, project=projet)
    assert again == tuple(replace(outcome, is_kept=True) for outcome in first)


def test_a_source_that_went_is_seen(livres: Settings, projet: Path) -> None:
    livrer(livres, "demandes", 1)
    more = livres.entrepot / "sne" / "demandes" / "2025" / "gip-sne.parquet"
    more.parent.mkdir()
    duckdb.sql("SELECT 2 AS n").write_parquet(str(more))
    build_tables(livres, project=projet)
    assert bilan(livres) == [(1, 1), (2, 1)]
    more.unlink()
    build_tables(livres, project=projet)
    assert bilan(livres) == [(1, 1)]


@pytest.mark.parametrize("reason", ["settings", "models", "file", "asked"])
def test_everything_is_made_anew(livres: Settings, projet: Path, reason: str) -> None:
    build_tables(livres, project=projet)
    if reason == "settings":
        livres = replace(livres, seuil_q1_inclus=False)
    elif reason == "models":
        projet = Path(shutil.copytree(projet, livres.donnees.parent / "projet"))
        (projet / "models" / "mart_stock.sql").write_text("select 3 as n", encoding="utf-8")
    elif reason == "file":
        build_file(livres).unlink()
    assert made(livres, projet, from_nothing=reason == "asked") >= EVERYTHING


def test_a_failed_build_is_followed_by_a_whole_one(livres: Settings, projet: Path) -> None:
    build_tables(livres, project=projet)
    livrer(livres, "demandes", 9)
    with pytest.raises(BuildFailedError):
        build_tables(livres, project=projet)
    livrer(livres, "demandes", 2)
    assert made(livres, projet) >= EVERYTHING


def test_a_build_cut_while_tables_move_is_followed_by_a_whole_one(
    livres: Settings, projet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_tables(livres, project=projet)
    livrer(livres, "demandes", 2)
    with monkeypatch.context() as patch:
        patch.setattr(transformation, "run_dbt", _cut)
        with pytest.raises(KeyboardInterrupt):
            build_tables(livres, project=projet)
    assert made(livres, projet) >= EVERYTHING


def _cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_another_root_starts_from_a_copy(livres: Settings, projet: Path) -> None:
    build_tables(livres, project=projet)
    other = replace(livres, donnees=livres.donnees.parent / "essai")
    for table in ("demandes", "radiations"):
        place = other.entrepot / "sne" / table / "2024" / "gip-sne.parquet"
        place.parent.mkdir(parents=True)
        place.symlink_to(livres.entrepot / "sne" / table / "2024" / "gip-sne.parquet")
    copy_tables(livres, other)
    (other.entrepot / "sne" / "radiations" / "2024" / "gip-sne.parquet").unlink()
    livrer(other, "radiations", 2)
    assert made(other, projet) & EVERYTHING == {"int_radiations", "mart_bilan"}
    assert (bilan(other), bilan(livres)) == ([(1, 2)], [(1, 1)])
