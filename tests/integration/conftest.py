"""The data roots built once for the tests that compare them: two EPCI of métropole, leases by hand."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.acceptation import Door
from pipeline.construction import run_build
from pipeline.session import tell_nobody
from pipeline.settings import Settings
from pipeline.transformation import build_tables
from tests.golden.dbt.depots_a_la_main import AVANT, deliver, prepare

DEPOTS = Path(__file__).parent / "depots_metropole"


@pytest.fixture(scope="session")
def metropole(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings.load(tmp_path_factory.mktemp("metropole"))
    shutil.copytree(DEPOTS, settings.raw)
    with Door.open(settings) as door:
        waiting, misplaced = door.waiting()
    assert misplaced == []
    report = run_build(settings, waiting, on_event=tell_nobody)
    assert {decision.delivery.label: decision.record.motifs for decision in report.refused} == {}
    return settings


@pytest.fixture(scope="session")
def construction(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The tables built from the small deliveries; a test that changes them works on a copy."""
    settings = prepare(tmp_path_factory.mktemp("baux"), delivered=True, fictitious=True)
    build_tables(settings)
    return settings


@pytest.fixture(scope="session")
def avec_stock(construction: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same, with two stocks of the SNE and two leases of 2025."""
    settings = replace(construction, donnees=tmp_path_factory.mktemp("stock") / "donnees")
    shutil.copytree(construction.donnees, settings.donnees)
    deliver(settings, AVANT)
    build_tables(settings)
    return settings
