"""A full disk, a closed folder, a file nobody may read: a clear answer, and nothing is lost."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.settings import ROOT, Settings
from tests import arrets
from tests.depots import deposer, racine_fictive

KB = 1024
SETPRIV = shutil.which("setpriv")
# As root nothing is closed: the test gives up the two powers that say so.
NO_POWER = [SETPRIV, "--bounding-set=-dac_override,-dac_read_search"] if SETPRIV and os.geteuid() == 0 else []
needs_rights = pytest.mark.skipif(
    os.geteuid() == 0 and not SETPRIV, reason="root peut tout écrire ici, et setpriv manque"
)


@pytest.fixture
def root(tmp_path: Path) -> Settings:
    settings = racine_fictive(tmp_path / "donnees")
    deposer(settings, "sne/radiations", "gip-sne")
    settings.entrepot.mkdir()
    return settings


def construire(
    settings: Settings, *, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [*NO_POWER, *arrets.ppgd(settings, "construire")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=before)


def limit_files_to(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def assert_told(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 3
    assert words in done.stderr
    assert "Rien n'est perdu" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("size", [16 * KB, 200 * KB], ids=["registre", "dbt"])
def test_a_full_disk_is_said(root, size):
    assert_told(construire(root, before=limit_files_to(size)), "Le disque est plein")


@needs_rights
@pytest.mark.parametrize("closed", ["entrepot", "raw/sne/radiations/2025-T1/gip-sne.csv"])
def test_what_is_closed_is_said(root, closed):
    path = root.donnees / closed
    mode = path.stat().st_mode
    path.chmod(0o500 if path.is_dir() else 0)
    try:
        assert_told(construire(root), "Le disque refuse l'accès")
    finally:
        path.chmod(mode)
    assert not root.marts.exists()
    arrets.run_watched(root, arrets.INTAKE, kill_at=arrets.NEVER)
    assert [line[4] for line in arrets.entered(root)[0]] == ["accepte"]
