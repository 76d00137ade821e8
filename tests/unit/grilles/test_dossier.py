"""The grids of a data root: which score, which are refused, and what of a build they change."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.dossier import load_folder, write_queries
from pipeline.grilles.problemes import GrilleRefuseeError
from pipeline.grilles.requetes import QUERIES, queries_file
from pipeline.grilles.vocabulaire import load_vocabulaire
from pipeline.parsed_models import load_models
from pipeline.publication.inputs import source_states
from pipeline.session import BuildSession
from pipeline.settings import FICTION_MARK, Settings
from tests.unit.grilles.essais import BON

TERRITOIRE = EXPECTATIONS / "grilles" / "territoire_fictif"
BATIES = ("stg_grilles__requetes", "int_grilles__criteres", "int_demandes__recotees")


@pytest.fixture
def fictif(reglages: Settings) -> Settings:
    """The root of a fictitious territory, its folder of grids empty."""
    reglages.raw.mkdir(parents=True)
    (reglages.raw / FICTION_MARK).write_text("{}", encoding="utf-8")
    reglages.grilles.mkdir()
    return reglages


def put(settings: Settings, name: str, content: str) -> Path:
    path = settings.grilles / name
    path.write_text(content, encoding="utf-8")
    return path


def tables(settings: Settings) -> dict[str, tuple[list[tuple[str, str]], list[str]]]:
    """Run each macro on one household: its columns and types, the versions that score."""
    columns = [
        "true as est_dalo" if name == "est_dalo" else f"cast(null as {fait.type_sql}) as {name}"
        for name, fait in load_vocabulaire().items()
    ]
    with duckdb.connect() as con:
        for (definition,) in con.sql(f"select definition from '{queries_file(settings)}'").fetchall():
            con.execute(definition)
        con.execute(
            "create table faits as select uuid() as demande_id, '249740119' as code_epci, "
            f"date '2024-07-01' as date_faits, {', '.join(columns)}"
        )
        told = {}
        for name in QUERIES:
            rows = con.sql(f"from {name}({'' if name.endswith('criteres') else repr('faits')})")
            kinds = [(column, str(kind)) for column, kind in zip(rows.columns, rows.types, strict=True)]
            place = rows.columns.index("grille_version")
            told[name] = (kinds, sorted({row[place] for row in rows.fetchall()}))
    return told


def test_without_grid_every_table_is_empty_and_has_its_columns(fictif: Settings) -> None:
    assert write_queries(fictif) == []
    empty = tables(fictif)
    shutil.copytree(TERRITOIRE, fictif.grilles, dirs_exist_ok=True)
    write_queries(fictif)
    filled = tables(fictif)
    assert {name: kinds for name, (kinds, _) in empty.items()} == {
        name: kinds for name, (kinds, _) in filled.items()
    }
    assert {name: versions for name, (_, versions) in empty.items()} == {name: [] for name in QUERIES}


def test_each_grid_scores_by_its_status_and_its_validity(fictif: Settings) -> None:
    shutil.copytree(TERRITOIRE, fictif.grilles, dirs_exist_ok=True)
    put(fictif, "projet.yaml", BON)
    assert len(write_queries(fictif)) == 4
    versions = {name: versions for name, (_, versions) in tables(fictif).items()}
    one, two, tried = (f"EXEMPLE_CINOR_FICTIF/{version}" for version in ("1", "2", "essai-mutation-100"))
    assert versions == {
        "grilles_totaux": [one],
        "grilles_totaux_en_test": [tried],
        "grilles_detail": [one, two],  # asked of other versions too, to explain a declared score
        "grilles_criteres": [one, two, tried],
    }


def test_every_fault_of_every_grid_is_told_and_nothing_is_written(fictif: Settings) -> None:
    put(fictif, "a.yml", BON.replace("statut: projet", "statut: en_vigueur"))
    put(fictif, "b.yml", BON.replace("statut: projet", "statut: en_vigueur").replace('"1"', '"2"'))
    put(fictif, "c.yml", BON.replace("points: 5", "points: beaucoup"))
    with pytest.raises(GrilleRefuseeError) as caught:
        write_queries(fictif)
    assert "deux grilles en vigueur le 2024-01-01" in caught.value.constat
    assert "« beaucoup »" in caught.value.constat
    assert not queries_file(fictif).exists()


def test_a_fictitious_grid_scores_no_real_demande(reglages: Settings) -> None:
    reglages.grilles.mkdir(parents=True)
    path = put(reglages, "a.yml", BON)
    with pytest.raises(GrilleRefuseeError, match="Une grille fictive ne cote pas de vraies demandes"):
        load_folder(reglages)
    path.write_text(BON.replace("fictive: oui", "fictive: non").replace("_FICTIF", ""), encoding="utf-8")
    assert [each.grille.fictive for each in load_folder(reglages)] == [False]


def test_a_refused_grid_stops_the_build_before_any_delivery_is_judged(
    fictif: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(fictif, "a.yml", "grille: A")
    monkeypatch.setattr("pipeline.acceptation.Door.recover", lambda _: pytest.fail("the door was opened"))
    with pytest.raises(GrilleRefuseeError), BuildSession.open(fictif, whole=True):
        pass


def test_only_a_changed_grid_changes_the_source(fictif: Settings) -> None:
    grid = put(fictif, "a.yml", BON.replace("statut: projet", "statut: en_vigueur"))
    write_queries(fictif)
    before, written = source_states(fictif), queries_file(fictif).stat().st_mtime_ns
    put(fictif, "a.cas.yml", "cas: {}")
    grid.write_text(f"# relue\n{grid.read_text(encoding='utf-8')}", encoding="utf-8")
    write_queries(fictif)
    assert queries_file(fictif).stat().st_mtime_ns == written
    grid.write_text(grid.read_text(encoding="utf-8").replace("points: 5", "points: 6"), encoding="utf-8")
    write_queries(fictif)
    after = source_states(fictif)
    assert {name for name in after if after[name] != before.get(name)} == {"grilles.requetes"}


def test_a_grid_changes_the_recomputed_points_and_nothing_before_them(reglages: Settings) -> None:
    manifest = load_models(reglages)
    reached = {"source.observatoire.grilles.requetes"}
    while found := {
        name
        for name, node in manifest.nodes.items()
        if name not in reached and reached & set(node.depends_on_nodes)
    }:
        reached |= found
    models = {name.split(".")[-1] for name in reached if name.startswith("model.")}
    assert {*BATIES, "mart_ecarts_cotation", "mart_suivi_phase_test"} < models
    assert not {"int_demandes__faits", "int_scores__sommes", "mart_concordance_caleol"} & models
