"""A build killed in the middle leaves the last release whole; the next run ends as if nothing had been."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.publication.consultation import query_observatoire
from pipeline.settings import FICTION_MARK, ROOT, Settings

PPGD = (sys.executable, "-c", "from pipeline.cli import main; main()")
QUERY = "select count(*) from fct_attributions"


def ppgd(settings: Settings, *verb: str) -> subprocess.CompletedProcess[str]:
    command = [*PPGD, *verb, "--donnees", str(settings.donnees)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def deposer(settings: Settings, feed: str, fournisseur: str, lines: slice = slice(None)) -> None:
    example = ROOT / "expectations" / feed.replace("/", "_") / "exemple-valide.csv"
    header, *rows = example.read_text(encoding="utf-8").splitlines()
    path = settings.raw / feed / "2025-T1" / f"{fournisseur}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows[lines]]) + "\n", encoding="utf-8")


def contents(settings: Settings) -> tuple[str, str, int]:
    """Return the pointer, the SHA-256 of the readers' file, and an answer read in it."""
    digest = hashlib.sha256(settings.observatoire.read_bytes()).hexdigest()
    answer = query_observatoire(settings, QUERY).rows[0][0]
    return str((settings.marts / "derniere").readlink()), digest, int(str(answer))


def fingerprints(settings: Settings) -> dict[str, object]:
    manifest = json.loads((settings.marts / "derniere" / "manifeste.json").read_text(encoding="utf-8"))
    marts = (table for table in manifest["tables"] if table["nom"].startswith("mart_"))
    return {table["nom"]: table["empreinte"] for table in marts}


def fictitious_root(folder: Path) -> Settings:
    settings = Settings.load(folder)
    settings.raw.mkdir(parents=True)
    (settings.raw / FICTION_MARK).write_text("{}", encoding="utf-8")
    deposer(settings, "sne/radiations", "gip-sne")
    return settings


@pytest.fixture(scope="module")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small fictitious root with a first release; the last two leases are yet to come."""
    settings = fictitious_root(tmp_path_factory.mktemp("premiere"))
    deposer(settings, "bailleurs/attributions", "alize", slice(0, -2))
    built = ppgd(settings, "construire")
    assert built.returncode == 0, built.stdout + built.stderr
    return settings


@pytest.fixture(scope="module")
def expected(first_release: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The contents that the same history gives when nobody kills the second build."""
    settings = Settings.load(tmp_path_factory.mktemp("temoin") / "donnees")
    shutil.copytree(first_release.donnees, settings.donnees, symlinks=True)
    deposer(settings, "bailleurs/attributions", "alize")
    assert ppgd(settings, "construire").returncode == 0
    return fingerprints(settings)


DEPOT, TABLES, TABLES_DONE = r"Dépôt :", r"Tables :", r"Tables : (\d+) sur \1$"


@pytest.mark.parametrize("stage", [DEPOT, TABLES, TABLES_DONE], ids=["depot", "tables", "publication"])
def test_a_kill_leaves_the_last_release_whole(first_release, expected, tmp_path, stage):
    root = Settings.load(tmp_path / "donnees")
    shutil.copytree(first_release.donnees, root.donnees, symlinks=True)
    before = contents(root)
    deposer(root, "bailleurs/attributions", "alize")
    build = subprocess.Popen(
        [*PPGD, "construire", "--donnees", str(root.donnees)],
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in build.stdout:
        if re.match(stage, line.rstrip()):
            build.send_signal(signal.SIGKILL)
            break
    build.communicate()
    assert build.returncode == -signal.SIGKILL
    if stage != TABLES_DONE:
        assert contents(root) == before
    assert query_observatoire(root, QUERY).rows

    again = ppgd(root, "construire")
    assert again.returncode == 0, again.stdout + again.stderr
    assert fingerprints(root) == expected
    assert [path for path in root.marts.rglob("*") if path.name.startswith(".")] == []
