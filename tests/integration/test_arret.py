"""Killed anywhere, a run leaves the last release whole, and the next one ends as if nothing had been.

A few points here; hundreds in tests/endurance.
"""

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipeline.construction import BuildReport
from pipeline.settings import ROOT, Settings
from tests import arrets
from tests.depots import construire, deposer, racine_fictive

LOT = ("sne/radiations", "sne/motifs")


@dataclass(frozen=True)
class Temoin:
    """The root before the work, how long the work is, and what it leaves when nobody kills it."""

    before: Settings
    last: float
    left: object
    files: set[str]


@pytest.fixture(scope="session")
def temoin_du_depot(tmp_path_factory: pytest.TempPathFactory) -> Temoin:
    """Two lots, two leases files of one bailleur, one refused: before the door, and after it."""
    before = racine_fictive(tmp_path_factory.mktemp("depot") / "avant")
    for periode in ("2024-T4", "2025-T1"):
        for feed in LOT:
            deposer(before, feed, "gip-sne", periode=periode)
        deposer(before, "bailleurs/attributions", "alize", periode=periode)
    deposer(before, "bailleurs/propositions", "alize", content="RIEN;DU;TOUT\n1;2;3")
    after = arrets.copy_root(before, before.donnees.with_name("apres"))
    last = arrets.run_watched(after, arrets.INTAKE, kill_at=arrets.NEVER)
    return Temoin(before, last, arrets.entered(after), arrets.files(after))


@pytest.fixture(scope="session")
def premiere_publication(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small root with its first release."""
    settings = racine_fictive(tmp_path_factory.mktemp("premiere") / "avant")
    deposer(settings, "sne/radiations", "gip-sne")
    deposer(settings, "bailleurs/attributions", "alize", lines=slice(0, -2))
    construire(settings)
    return settings


@pytest.fixture(scope="session")
def temoin_de_la_publication(premiere_publication: Settings, tmp_path_factory) -> Temoin:
    """The first release, and other figures to publish."""
    before = arrets.copy_root(premiere_publication, tmp_path_factory.mktemp("publication") / "avant")
    build = before.donnees / "construction.duckdb"
    shutil.copyfile(before.travail / build.name, build)
    with duckdb.connect(str(build)) as connection:
        connection.execute("delete from marts.mart_ecarts_attributions")
    after = arrets.copy_root(before, before.donnees.with_name("apres"))
    last = arrets.run_watched(after, arrets.PUBLICATION, kill_at=arrets.NEVER)
    return Temoin(before, last, arrets.published(after), arrets.files(after))


@pytest.fixture(scope="session")
def temoin_de_la_construction(premiere_publication: Settings, tmp_path_factory) -> Temoin:
    """The first release, and new deliveries to build from."""
    before = arrets.copy_root(premiere_publication, tmp_path_factory.mktemp("construction") / "avant")
    deposer(before, "bailleurs/attributions", "alize")
    deposer(before, "sne/motifs", "gip-sne")
    after = arrets.copy_root(before, before.donnees.with_name("apres"))
    start = time.monotonic()
    subprocess.run(arrets.ppgd(after, "construire"), cwd=ROOT, capture_output=True, check=True)
    return Temoin(before, time.monotonic() - start, arrets.published(after), arrets.files(after))


def kill_intake(temoin: Temoin, folder: Path, seed: int) -> None:
    root = arrets.copy_root(temoin.before, folder / "donnees")
    arrets.run_watched(root, arrets.INTAKE, kill_at=arrets.point_between(seed, int(temoin.last)))
    arrets.run_watched(root, arrets.INTAKE, kill_at=arrets.NEVER)
    assert arrets.entered(root) == temoin.left
    assert arrets.files(root) == temoin.files


def kill_publication(temoin: Temoin, folder: Path, seed: int) -> None:
    root = arrets.copy_root(temoin.before, folder / "donnees")
    first = arrets.published(root)
    assert first != temoin.left
    arrets.run_watched(root, arrets.PUBLICATION, kill_at=arrets.point_between(seed, int(temoin.last)))
    assert arrets.published(root) in (first, temoin.left)
    arrets.run_watched(root, arrets.PUBLICATION, kill_at=arrets.NEVER)
    assert arrets.published(root) == temoin.left
    assert arrets.files(root) == temoin.files


def finish_build(temoin: Temoin, root: Settings) -> BuildReport:
    assert arrets.published(root) in (arrets.published(temoin.before), temoin.left)
    report = construire(root)
    assert arrets.published(root) == temoin.left
    assert arrets.files(root) == temoin.files
    return report


def kill_build(temoin: Temoin, folder: Path, seed: int) -> None:
    root = arrets.copy_root(temoin.before, folder / "donnees")
    arrets.run_for(root, "construire", seconds=temoin.last * arrets.point_between(seed, 1000) / 1000)
    finish_build(temoin, root)


@pytest.mark.parametrize("seed", range(3))
def test_intake_killed_anywhere(temoin_du_depot, tmp_path, seed):
    kill_intake(temoin_du_depot, tmp_path, seed)


@pytest.mark.parametrize("seed", range(4))
def test_publication_killed_anywhere(temoin_de_la_publication, tmp_path, seed):
    kill_publication(temoin_de_la_publication, tmp_path, seed)


DEPOT, TABLES, TABLES_DONE = r"Dépôt :", r"Tables :", r"Tables : (\d+) sur \1$"


@pytest.mark.parametrize("stage", [DEPOT, TABLES, TABLES_DONE], ids=["depot", "tables", "publication"])
def test_build_killed_at_each_stage(temoin_de_la_construction, tmp_path, stage):
    root = arrets.copy_root(temoin_de_la_construction.before, tmp_path / "donnees")
    arrets.run_until(root, "construire", says=stage)
    report = finish_build(temoin_de_la_construction, root)
    if stage != DEPOT:
        assert report.decisions == ()  # decided on before the kill, and not lost
