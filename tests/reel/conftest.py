"""Real figures at hand: found in ../shared/data or PPGD_DONNEES_REELLES, else the tests are skipped."""

import os
from pathlib import Path

import pytest

from pipeline.settings import ROOT


@pytest.fixture(scope="session")
def donnees_reelles() -> Path:
    """The folder of the real aggregates."""
    folder = Path(os.environ.get("PPGD_DONNEES_REELLES") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"pas de données réelles ici ({folder}) ; donnez leur dossier par PPGD_DONNEES_REELLES")
    return folder
