"""Real figures at hand: found in ../shared/data or PPGD_DONNEES_REELLES, else the tests are skipped."""

import os
from pathlib import Path

import pytest

from pipeline.settings import ROOT, Settings
from tests.reel.rpls2019 import prepare


@pytest.fixture(scope="session")
def donnees_reelles() -> Path:
    """The folder of the real aggregates."""
    folder = Path(os.environ.get("PPGD_DONNEES_REELLES") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"pas de données réelles ici ({folder}) ; donnez leur dossier par PPGD_DONNEES_REELLES")
    return folder


@pytest.fixture(scope="session")
def observatoire_reel(donnees_reelles: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The whole job over the real dwellings of La Réunion and Pays de la Loire."""
    from pipeline.acceptation import Door
    from pipeline.construction import run_build
    from pipeline.session import tell_nobody

    settings = prepare(donnees_reelles, "rpls2019_cells_974_pdl.csv", tmp_path_factory.mktemp("reel"))
    with Door.open(settings) as door:
        waiting, misplaced = door.waiting()
    assert (len(waiting), misplaced) == (3, [])
    report = run_build(settings, waiting, on_event=tell_nobody)
    assert not report.refused
    return settings
