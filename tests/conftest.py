"""What every test may use: an empty data root with its key, and no key or root from the machine."""

from pathlib import Path

import pytest
from pipeline.settings import Settings

CLE = "cle-de-test-sans-valeur-0123456789abcdef"


@pytest.fixture(autouse=True)
def _no_machine_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PPGD_DONNEES", "PPGD_CLE_FICHIER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PPGD_CLE", CLE)


@pytest.fixture
def reglages(tmp_path: Path) -> Settings:
    """Settings of an empty data root."""
    return Settings.load(tmp_path / "donnees")
