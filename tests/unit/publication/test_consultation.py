"""`ppgd sql` reads the published tables and nothing else: each way out is tried and must fail."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import MisuseError
from pipeline.publication.consultation import query_observatoire
from pipeline.settings import ROOT, Settings


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT quartile, points_max FROM mart_bornes ORDER BY 1",
        "FROM marts.mart_bornes ORDER BY 1;",
        "-- commentaire\nWITH b AS (SELECT * FROM mart_bornes) SELECT * FROM b ORDER BY quartile",
    ],
)
def test_reads_published_tables(publie: Settings, sql: str) -> None:
    result = query_observatoire(publie, sql)
    assert result.columns == ("quartile", "points_max")
    assert result.rows == (("C1", 10), ("C2", 20))


@pytest.mark.parametrize(
    "sql",
    ["DESCRIBE mart_delais", "SHOW TABLES", "SUMMARIZE mart_delais", "EXPLAIN SELECT 1", "TABLE publication"],
)
def test_other_readings_pass(publie: Settings, sql: str) -> None:
    assert query_observatoire(publie, sql).rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_csv_auto('{secret}')",
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM read_blob('{secret}')",
        "SELECT * FROM read_json('{secret}')",
        "SELECT * FROM read_parquet('{secret}')",
        "SELECT * FROM parquet_metadata('{secret}')",
        "SELECT * FROM read_duckdb('{base}')",
        "SELECT * FROM sniff_csv('{secret}')",
        "SELECT * FROM glob('{dossier}/*')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM query('COPY mart_bornes TO ''{sortie}''')",
        "SELECT * FROM duckdb_secrets()",
        "COPY mart_bornes TO '{sortie}'",
        "COPY (SELECT 1) TO '{sortie}' (FORMAT parquet)",
        "COPY mart_bornes FROM '{secret}'",
        "COPY FROM DATABASE observatoire TO memory",
        "EXPLAIN ANALYZE COPY mart_bornes TO '{sortie}'",
        "EXPORT DATABASE '{sortie}'",
        "IMPORT DATABASE '{dossier}'",
        "ATTACH '{base}' AS autre",
        "ATTACH ':memory:' AS autre",
        "DETACH observatoire",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD json",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET VARIABLE x = 1",
        "RESET lock_configuration",
        "USE main",
        "PRAGMA enable_profiling",
        "PRAGMA temp_directory = '{dossier}'",
        "PRAGMA import_database('{dossier}')",
        "CALL enable_logging()",
        "CHECKPOINT",
        "BEGIN",
        "VACUUM",
        "PREPARE p AS SELECT 1",
        "CREATE TABLE t (i INTEGER)",
        "CREATE TEMP TABLE t (i INTEGER)",
        "CREATE TEMP VIEW v AS SELECT 1",
        "CREATE MACRO m() AS 1",
        "CREATE SECRET s (TYPE s3)",
        "INSERT INTO mart_bornes VALUES ('C3', 30)",
        "UPDATE mart_bornes SET points_max = 0",
        "DELETE FROM mart_bornes",
        "MERGE INTO mart_bornes USING mart_bornes AS b ON false WHEN MATCHED THEN DELETE",
        "DROP TABLE mart_bornes",
        "ALTER TABLE mart_bornes ADD COLUMN x INTEGER",
        "COMMENT ON TABLE mart_bornes IS 'x'",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY mart_bornes TO '{sortie}'",
        "PIVOT mart_bornes ON quartile USING sum(points_max)",
        "",
        "   ;  ",
        "SELEKT 1",
        "SELECT * FROM publie",
    ],
)
def test_no_way_out(publie: Settings, tmp_path: Path, sql: str) -> None:
    secret, sortie = tmp_path / "secret.csv", tmp_path / "sortie"
    secret.write_text("a\n1\n", encoding="utf-8")
    base = publie.travail / "construction.duckdb"
    before = publie.observatoire.read_bytes()
    with pytest.raises(MisuseError) as raised:
        query_observatoire(publie, sql.format(secret=secret, sortie=sortie, dossier=tmp_path, base=base))
    assert raised.value.remede
    assert not sortie.exists()
    assert publie.observatoire.read_bytes() == before
    assert not list(publie.marts.glob("observatoire.duckdb.*"))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM enable_profiling(save_location := '{sortie}.txt'), range(10)",
        "SELECT write_log('x') FROM enable_logging(storage := 'file', storage_path := '{sortie}')",
        "EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1",
    ],
)
def test_what_duckdb_lets_pass_leaves_nothing(publie: Settings, tmp_path: Path, sql: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    content = publie.observatoire.read_bytes()
    query_observatoire(publie, sql.format(sortie=tmp_path / "sortie"))
    assert sorted(tmp_path.rglob("*")) == before
    assert publie.observatoire.read_bytes() == content


def test_errors_name_the_nearest_and_the_next_step(publie: Settings) -> None:
    with pytest.raises(MisuseError, match=r"Table inconnue « mart_born ». Proches : mart_bornes"):
        query_observatoire(publie, "SELECT * FROM mart_born")
    with pytest.raises(MisuseError, match=r"Table inconnue « ailleurs.mart_bornes »"):
        query_observatoire(publie, "SELECT * FROM ailleurs.mart_bornes")
    for column in ("quartil", "b.quartil"):
        with pytest.raises(MisuseError, match=r"Colonne inconnue « quartil » .* Proches : quartile\."):
            query_observatoire(publie, f"SELECT {column} FROM mart_bornes AS b")
    with pytest.raises(MisuseError, match="fichiers, réseau et extensions sont fermés"):
        query_observatoire(publie, "SELECT * FROM read_text('x')")
    with pytest.raises(MisuseError, match="PIVOT … ON … IN"):
        query_observatoire(publie, "PIVOT mart_bornes ON quartile USING sum(points_max)")


def test_nothing_published_yet(reglages: Settings) -> None:
    with pytest.raises(MisuseError, match="Lancez « ppgd construire »"):
        query_observatoire(reglages, "SELECT 1")


def test_a_spoilt_file_is_told(reglages: Settings) -> None:
    reglages.marts.mkdir(parents=True)
    reglages.observatoire.write_bytes(b"x" * 5000)
    with pytest.raises(MisuseError, match="ne s'ouvre pas"):
        query_observatoire(reglages, "SELECT 1")


def test_a_query_loads_no_heavy_library(publie: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.settings import Settings; "
        "from pipeline.publication.consultation import query_observatoire as q; "
        f"q(Settings.load(Path({str(publie.donnees)!r})), 'FROM mart_delais'); "
        "print(sorted({'pandas', 'polars', 'pyarrow', 'numpy', 'dagster', 'dbt'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    ).stdout
    assert found.strip() == "[]"
