"""A hand-made build: the three schemas, two marts, a row-level table, and the register's snapshot."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pytest

from pipeline.publication.releases import publish_release
from pipeline.settings import FICTION_MARK, Settings

BUILD_SQL = """
CREATE SCHEMA staging; CREATE SCHEMA intermediate; CREATE SCHEMA marts;
CREATE TABLE staging.stg_sne__radiations AS SELECT 'SECRET-' || range AS demande FROM range(1000);
CREATE VIEW intermediate.int_tout AS SELECT * FROM staging.stg_sne__radiations;
CREATE TABLE marts.mart_delais (
    periode VARCHAR, code_epci VARCHAR, nombre BIGINT NOT NULL, part DECIMAL(9,4), delai DOUBLE,
    est_complet BOOLEAN, libelle VARCHAR, arrete_au DATE NOT NULL, PRIMARY KEY (periode, code_epci)
);
INSERT INTO marts.mart_delais VALUES
    ('2024-T3', '249740119', 12, 0.2500, 16.5, true, 'Bail « signé »; oui', DATE '2024-09-30'),
    ('2024-T4', '249740119', 0, NULL, NULL, false, '=SOMME(A1)', DATE '2024-12-31'),
    ('2024-S2', '249740119', -3, 1.0000, 0.1, NULL, NULL, DATE '2024-12-31');
COMMENT ON TABLE marts.mart_delais IS 'Délais. Une ligne par période et EPCI.';
COMMENT ON COLUMN marts.mart_delais.part IS 'Part de l''ensemble, de 0 à 1.';
CREATE TABLE marts.mart_bornes (quartile VARCHAR PRIMARY KEY, points_max INTEGER);
INSERT INTO marts.mart_bornes VALUES ('C1', 10), ('C2', 20);
CREATE TABLE marts.fct_attributions (attribution_id UUID PRIMARY KEY, delai_jours INTEGER);
INSERT INTO marts.fct_attributions VALUES ('11111111-1111-1111-1111-111111111111', 400);
"""
REGISTER_SQL = """
COPY (SELECT * FROM (VALUES
    (1, 'sne/radiations', '2024-T3', 'gip-sne', 'aa', 'refuse', false),
    (2, 'sne/radiations', '2024-T3', 'gip-sne', 'ab', 'accepte', true),
    (3, 'bailleurs/attributions', '2024-T3', 'sidr', 'ba', 'accepte_avec_reserves', true),
    (4, 'bailleurs/attributions', '2024-T3', 'sidr', 'bb', 'refuse', false)
) AS t(depot_id, flux, periode, fournisseur, empreinte, decision, en_vigueur)) TO $fichier (FORMAT parquet)
"""


Rebuild = Callable[..., Path]


def _write_build(settings: Settings, *changes: str) -> Path:
    path = settings.travail / "construction.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for statement in (BUILD_SQL, *changes):
            connection.execute(statement)
    return path


def _write_register(settings: Settings) -> None:
    snapshot = settings.entrepot / "registre" / "depots" / "actuel" / "registre.parquet"
    snapshot.parent.mkdir(parents=True)
    duckdb.execute(REGISTER_SQL, {"fichier": str(snapshot)})
    settings.raw.mkdir(parents=True)
    (settings.raw / FICTION_MARK).write_text(json.dumps({}), encoding="utf-8")


@pytest.fixture
def rebuild(reglages: Settings) -> Rebuild:
    """Write the build file again, then apply changes to it."""
    return partial(_write_build, reglages)


@pytest.fixture
def construction(reglages: Settings) -> Path:
    """The build file of a data root whose register holds four deposits, marked fictitious."""
    _write_register(reglages)
    return _write_build(reglages)


@pytest.fixture(scope="session")
def publie(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data root with one release, for tests that only read."""
    settings = Settings.load(tmp_path_factory.mktemp("publie"))
    _write_register(settings)
    publish_release(settings, _write_build(settings), input_fingerprint="e" * 64)
    return settings
