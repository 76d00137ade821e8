"""The territory of two EPCI of métropole, built once for the tests that compare it."""

import shutil
from pathlib import Path

import pytest

from pipeline.acceptation import Door
from pipeline.construction import run_build
from pipeline.session import tell_nobody
from pipeline.settings import Settings

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
