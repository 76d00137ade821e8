"""ppgd verifier killed anywhere: the file stays as it is, and the next check ends as if nothing had been.

A few points here; a hundred in tests/endurance.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests import arrets
from tests.depots import deposer, exemple, racine_fictive

FLUX = "bailleurs/attributions"
VERIFICATION = f"""
from pipeline.verification import verify_file
sent = settings.raw / "{FLUX}" / "2025-T1" / "alize.csv"
verify_file(settings, sent, flux=None, periode=None, sortie=None)
"""


@dataclass(frozen=True)
class Verifie:
    """A root with one file to check, how long the check is, and the report it leaves."""

    before: Settings
    last: int
    report: dict[str, object]
    files: set[str]


@pytest.fixture(scope="session")
def verifie(tmp_path_factory: pytest.TempPathFactory) -> Verifie:
    before = racine_fictive(tmp_path_factory.mktemp("verifier") / "avant")
    deposer(before, FLUX, "alize", content=exemple(FLUX).replace("2025", "20x5", 1))
    after = arrets.copy_root(before, before.donnees.with_name("apres"))
    last = arrets.run_watched(after, VERIFICATION, kill_at=arrets.NEVER)
    return Verifie(before, last, report(after), arrets.files(after))


def delivered(root: Settings) -> Path:
    return root.raw / FLUX / "2025-T1" / "alize.csv"


def report(root: Settings) -> dict[str, object]:
    path = delivered(root).parent / ".depots" / "alize" / "rapport.json"
    return json.loads(path.read_text(encoding="utf-8")) | {"recu_le": ""}


def kill_verification(verifie: Verifie, folder: Path, seed: int) -> None:
    root = arrets.copy_root(verifie.before, folder / "donnees")
    arrets.run_watched(root, VERIFICATION, kill_at=arrets.point_between(seed, verifie.last))
    assert delivered(root).read_bytes() == delivered(verifie.before).read_bytes()
    arrets.run_watched(root, VERIFICATION, kill_at=arrets.NEVER)
    assert report(root) == verifie.report
    assert arrets.files(root) == verifie.files


@pytest.mark.parametrize("seed", range(3))
def test_checking_killed_anywhere(verifie, tmp_path, seed):
    kill_verification(verifie, tmp_path, seed)


def test_the_report_is_there(verifie):
    assert verifie.report["decision"]
    assert len([name for name in verifie.files if "rapport" in name]) == 3
