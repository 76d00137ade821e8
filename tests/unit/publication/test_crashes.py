"""Killed at any step or stopped by the disk, a publication leaves the last one whole; the next ends it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import BuildFailedError
from pipeline.publication.manifest import is_up_to_date, last_manifest
from pipeline.publication.releases import publish_release
from pipeline.settings import ROOT, SETTINGS_FILE, Settings

CRASH = Path(__file__).with_name("crash.py")
CHANGE = "UPDATE marts.mart_bornes SET points_max = 11 WHERE quartile = 'C1'"
FEWEST_STEPS = 10


def readable(reglages: Settings) -> tuple[str, int]:
    """Read what is published, through both ways; they are whole, whatever happened."""
    manifest = last_manifest(reglages)
    assert manifest is not None
    pointed = reglages.marts / "derniere" / "observatoire.duckdb"
    for path in (pointed, reglages.observatoire):
        with duckdb.connect(str(path), read_only=True) as connection:
            [(identifier, points)] = connection.execute(
                "SELECT publication_id, points_max FROM marts.publication, marts.mart_bornes "
                "WHERE quartile = 'C1'"
            ).fetchall()
        if path == pointed:
            assert identifier == manifest["publication_id"]
            for entry in manifest["fichiers"]:
                assert (reglages.marts / "derniere" / entry["chemin"]).stat().st_size == entry["octets"]
    return identifier, points


def hidden_files(reglages: Settings) -> list[Path]:
    return [path for path in reglages.marts.rglob(".*") if path.name not in (".", "..")]


def test_killed_anywhere_the_last_release_stays_whole(
    reglages: Settings, construction: Path, rebuild: Callable[..., Path], tmp_path: Path
) -> None:
    reglages.donnees.joinpath(SETTINGS_FILE).write_text("publications_conservees = 1\n", encoding="utf-8")
    reglages = replace(reglages, publications_conservees=1)
    first = publish_release(reglages, construction, input_fingerprint="a" * 64)
    rebuild(CHANGE)
    start = tmp_path / "depart"
    shutil.copytree(reglages.marts, start, symlinks=True)
    seen = set()
    for step in range(1000):
        shutil.rmtree(reglages.marts)
        shutil.copytree(start, reglages.marts, symlinks=True)
        status = subprocess.run(
            [sys.executable, str(CRASH), str(reglages.donnees), str(construction), str(step)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        ).returncode
        identifier, points = readable(reglages)
        assert points == (10 if identifier == first.publication_id else 11)
        seen.add(points)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        again = publish_release(reglages, construction, input_fingerprint="n" * 64)
        assert readable(reglages) == (again.publication_id, 11)
        assert hidden_files(reglages) == []
        assert [path.name for path in (reglages.marts / "publications").iterdir()] == [again.publication_id]
    assert seen == {10, 11}
    assert step > FEWEST_STEPS


@pytest.mark.parametrize("call", range(4))
def test_a_disk_that_refuses_is_told_and_changes_nothing(
    reglages: Settings,
    construction: Path,
    rebuild: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    call: int,
) -> None:
    publish_release(reglages, construction, input_fingerprint="a" * 64)
    rebuild(CHANGE)
    real, calls = os.replace, []

    def refuse(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) > call:
            raise OSError(28, "No space left on device")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(BuildFailedError, match="No space left"):
            publish_release(reglages, construction, input_fingerprint="n" * 64)
    readable(reglages)
    assert not is_up_to_date(reglages)
    assert readable(reglages)[1] in (10, 11)
    publish_release(reglages, construction, input_fingerprint="n" * 64)
    assert readable(reglages)[1] == 11
