"""A release is whole, private, made once for the same contents; the old ones are pruned."""

import csv
import hashlib
import json
import stat
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import BuildFailedError
from pipeline.publication.releases import Release, publish_release
from pipeline.settings import FICTION_MARK, Settings
from tests.unit.publication.conftest import Rebuild

ENTREES = "e" * 64


def publish(reglages: Settings, construction: Path, **options: bool) -> Release:
    return publish_release(reglages, construction, input_fingerprint=ENTREES, **options)


def ask(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_release_holds_marts_only_with_comments_and_constraints(
    reglages: Settings, construction: Path
) -> None:
    release = publish(reglages, construction)
    database = release.folder / "observatoire.duckdb"
    assert ask(database, "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal") == [("marts",)]
    assert ask(database, "SELECT table_name FROM duckdb_tables() ORDER BY 1") == [
        ("fct_attributions",),
        ("mart_bornes",),
        ("mart_delais",),
        ("mart_revisions",),
        ("publication",),
    ]
    constraints = ask(
        database,
        "SELECT constraint_text FROM duckdb_constraints() WHERE table_name = 'mart_delais' ORDER BY 1",
    )
    assert ("PRIMARY KEY(periode, code_epci)",) in constraints
    assert ("NOT NULL",) in constraints
    assert ask(database, "SELECT comment FROM duckdb_tables() WHERE table_name = 'mart_delais'") == [
        ("Délais. Une ligne par période et EPCI.",)
    ]
    assert ask(database, "SELECT comment FROM duckdb_columns() WHERE column_name = 'part'") == [
        ("Part de l'ensemble, de 0 à 1.",)
    ]
    assert b"SECRET-" not in database.read_bytes()


@pytest.mark.usefixtures("construction")
def test_a_release_holds_no_macro_of_the_build(reglages: Settings, rebuild: Rebuild) -> None:
    reads_the_root = "create macro entrepot(chemin) as '/SECRET-RACINE/' || chemin"
    build = rebuild(reads_the_root, "create macro requetes(t) as table from query_table(t)")
    database = publish(reglages, build).folder / "observatoire.duckdb"
    assert ask(database, "SELECT function_name FROM duckdb_functions() WHERE NOT internal") == []
    assert b"SECRET-" not in database.read_bytes()


def test_primary_key_still_holds_in_the_release(
    reglages: Settings, construction: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copie.duckdb"
    copy.write_bytes((publish(reglages, construction).folder / "observatoire.duckdb").read_bytes())
    with duckdb.connect(str(copy)) as connection, pytest.raises(duckdb.ConstraintException):
        connection.execute("INSERT INTO marts.mart_bornes VALUES ('C1', 99)")


def test_table_publication_says_what_the_file_is(reglages: Settings, construction: Path) -> None:
    release = publish(reglages, construction)
    rows = ask(
        reglages.observatoire,
        "SELECT publication_id, origine, profil, arrete_au::VARCHAR, "
        "nombre_depots_acceptes, nombre_depots_refuses FROM marts.publication",
    )
    # In force: radiations gip-sne, attributions sidr. Last sent and refused: attributions sidr only.
    assert rows == [(release.publication_id, "fictive", "interne", "2024-12-31", 2, 1)]
    undescribed = ask(
        reglages.observatoire,
        "SELECT column_name FROM duckdb_columns() WHERE table_name = 'publication' AND comment IS NULL",
    )
    assert undescribed == []
    assert release.publication_id.endswith(f"-{release.manifest['empreinte'][:8]}")


def test_only_marts_are_exported_and_files_say_they_are_fictitious(
    reglages: Settings, construction: Path
) -> None:
    folder = publish(reglages, construction).folder
    assert sorted(path.name for path in folder.rglob("*.*") if path.is_file()) == [
        "manifeste.json",
        "mart_bornes.fictif.csv",
        "mart_bornes.fictif.parquet",
        "mart_delais.fictif.csv",
        "mart_delais.fictif.parquet",
        "mart_revisions.fictif.csv",
        "mart_revisions.fictif.parquet",
        "observatoire.duckdb",
    ]
    pairs = duckdb.execute(
        "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)",
        [str(folder / "parquet" / "mart_bornes.fictif.parquet")],
    ).fetchall()
    assert ("origine", "fictive") in pairs
    assert ("profil", "interne") in pairs


def test_real_origin_leaves_names_plain(reglages: Settings, construction: Path) -> None:
    (reglages.raw / FICTION_MARK).unlink()
    release = publish(reglages, construction)
    assert (release.folder / "csv" / "mart_bornes.csv").exists()
    assert release.manifest["origine"] == "reelle"


def test_csv_is_french(reglages: Settings, construction: Path) -> None:
    path = publish(reglages, construction).folder / "csv" / "mart_delais.fictif.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfperiode;code_epci;nombre;")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["periode"]: row for row in csv.DictReader(file, delimiter=";")}
    assert list(rows) == ["2024-S2", "2024-T3", "2024-T4"]
    assert rows["2024-T3"] == {
        "periode": "2024-T3",
        "code_epci": "249740119",
        "nombre": "12",
        "part": "0,2500",
        "delai": "16,5",
        "est_complet": "oui",
        "libelle": "Bail « signé »; oui",
        "arrete_au": "2024-09-30",
    }
    assert rows["2024-T4"]["libelle"] == "'=SOMME(A1)"
    assert rows["2024-T4"]["est_complet"] == "non"
    assert (rows["2024-T4"]["part"], rows["2024-S2"]["libelle"], rows["2024-S2"]["est_complet"]) == (
        "",
        "",
        "",
    )
    assert rows["2024-S2"]["nombre"] == "-3"


def test_manifest_lists_tables_files_and_deliveries(reglages: Settings, construction: Path) -> None:
    release = publish(reglages, construction)
    manifest = json.loads((reglages.marts / "derniere" / "manifeste.json").read_text(encoding="utf-8"))
    assert manifest == release.manifest
    assert manifest["empreinte_entrees"] == ENTREES
    assert [(table["nom"], table["lignes"]) for table in manifest["tables"]] == [
        ("fct_attributions", 1),
        ("mart_bornes", 2),
        ("mart_delais", 3),
        ("mart_revisions", 0),
    ]
    assert manifest["depots"] == [
        {"flux": "bailleurs/attributions", "periode": "2024-T3", "fournisseur": "sidr", "empreinte": "ba"},
        {"flux": "sne/radiations", "periode": "2024-T3", "fournisseur": "gip-sne", "empreinte": "ab"},
    ]
    for entry in manifest["fichiers"]:
        content = (release.folder / entry["chemin"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["octets"], entry["sha256"])
    assert len(manifest["fichiers"]) == 7


def test_everything_is_for_its_owner_only(reglages: Settings, construction: Path) -> None:
    release = publish(reglages, construction)
    for path in (release.folder.parent, release.folder, *release.folder.rglob("*"), reglages.observatoire):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_readers_file_is_a_copy_of_the_release(reglages: Settings, construction: Path) -> None:
    inside = publish(reglages, construction).folder / "observatoire.duckdb"
    assert inside.read_bytes() == reglages.observatoire.read_bytes()
    assert not inside.samefile(reglages.observatoire)


def test_same_contents_make_no_new_release(reglages: Settings, construction: Path) -> None:
    first = publish(reglages, construction)
    again = publish(reglages, construction)
    assert (first.created, again.created) == (True, False)
    assert again.publication_id == first.publication_id
    forced = publish(reglages, construction, force=True)
    assert forced.created
    assert forced.publication_id > first.publication_id
    assert forced.manifest["empreinte"] == first.manifest["empreinte"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE marts.mart_bornes SET points_max = 11 WHERE quartile = 'C1'",
        "ALTER TABLE marts.mart_bornes RENAME points_max TO points_plafond",
        "COMMENT ON TABLE marts.mart_bornes IS 'Autre description.'",
        "INSERT INTO marts.mart_bornes VALUES ('C3', NULL)",
        "DROP TABLE marts.mart_bornes",
    ],
)
def test_any_other_contents_make_a_new_release(
    reglages: Settings, construction: Path, rebuild: Rebuild, change: str
) -> None:
    first = publish(reglages, construction)
    rebuild(change)
    second = publish(reglages, construction)
    assert second.created
    assert second.manifest["empreinte"] != first.manifest["empreinte"]


def test_order_of_rows_is_no_content(reglages: Settings, construction: Path, rebuild: Rebuild) -> None:
    first = publish(reglages, construction)
    rebuild(
        "CREATE TEMP TABLE a AS FROM marts.mart_delais",
        "DELETE FROM marts.mart_delais",
        "INSERT INTO marts.mart_delais FROM a ORDER BY nombre DESC",
    )
    assert not publish(reglages, construction).created
    assert publish(reglages, construction, force=True).manifest["tables"] == first.manifest["tables"]


def test_two_equal_rows_do_not_cancel_out(reglages: Settings, construction: Path, rebuild: Rebuild) -> None:
    rebuild("CREATE TABLE marts.mart_double AS SELECT 1 AS n FROM range(2)")
    first = publish(reglages, construction)
    rebuild("CREATE TABLE marts.mart_double AS SELECT 2 AS n FROM range(2)")
    assert publish(reglages, construction).manifest["empreinte"] != first.manifest["empreinte"]


def test_old_releases_are_pruned_but_never_the_last(reglages: Settings, construction: Path) -> None:
    few = replace(reglages, publications_conservees=2)
    ids = [publish(few, construction, force=True).publication_id for _ in range(4)]
    assert sorted(path.name for path in (few.marts / "publications").iterdir()) == ids[-2:]
    none = replace(reglages, publications_conservees=0)
    last = publish(none, construction, force=True).publication_id
    assert [path.name for path in (none.marts / "publications").iterdir()] == [last]
    assert (none.marts / "derniere").resolve().name == last


def test_a_clock_set_back_still_puts_the_new_release_last(
    reglages: Settings, construction: Path, rebuild: Rebuild
) -> None:
    first = publish(reglages, construction)
    tomorrow = first.folder.rename(first.folder.with_name("29991231T235959Z-" + first.folder.name[-8:]))
    changed = rebuild("DELETE FROM marts.mart_bornes WHERE quartile = 'C2'")
    second = publish(reglages, changed)
    assert second.folder.name.startswith("30000101T000000Z-")
    assert second.folder.name > tomorrow.name
    assert (reglages.marts / "derniere").resolve() == second.folder


def test_a_release_cut_before_its_pointer_is_the_one_published_next(
    reglages: Settings, construction: Path
) -> None:
    first = publish(reglages, construction)
    (reglages.marts / "derniere").unlink()
    reglages.observatoire.unlink()
    again = publish(reglages, construction)
    assert again.created
    assert again.publication_id == first.publication_id
    assert ask(reglages.observatoire, "SELECT publication_id FROM marts.publication") == [
        (first.publication_id,)
    ]


def test_what_is_no_release_is_left_alone(reglages: Settings, construction: Path) -> None:
    one = replace(reglages, publications_conservees=1)
    publish(one, construction)
    store = one.marts / "publications"
    (store / "notes.txt").write_text("à garder", encoding="utf-8")
    (store / "archives").mkdir()
    release = publish(one, construction, force=True)
    assert sorted(path.name for path in store.iterdir()) == [release.publication_id, "archives", "notes.txt"]


def test_a_spoilt_manifest_makes_a_new_release(reglages: Settings, construction: Path) -> None:
    first = publish(reglages, construction)
    (first.folder / "manifeste.json").write_text("{", encoding="utf-8")
    assert publish(reglages, construction).created


def test_a_build_without_table_is_refused(reglages: Settings, construction: Path, rebuild: Rebuild) -> None:
    publish(reglages, construction)
    rebuild("DROP SCHEMA marts CASCADE; CREATE SCHEMA marts")
    before = reglages.observatoire.read_bytes()
    with pytest.raises(BuildFailedError, match="aucune table"):
        publish(reglages, construction)
    assert reglages.observatoire.read_bytes() == before


def test_a_view_is_refused_by_name(reglages: Settings, construction: Path, rebuild: Rebuild) -> None:
    rebuild("CREATE VIEW marts.mart_vue AS SELECT 1 AS n")
    with pytest.raises(BuildFailedError, match="mart_vue"):
        publish(reglages, construction)
