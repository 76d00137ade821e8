"""The territory on disk: the same bytes for a seed, nothing rewritten, nobody's deliveries touched."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from pipeline.sample import territoire
from pipeline.sample.territoire import MARQUE, write_territoire
from pipeline.settings import FICTION_MARK

RADIATIONS = "raw/sne/radiations/2024-T1/gip-sne.csv"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A territory written once."""
    donnees = tmp_path_factory.mktemp("fictif")
    write_territoire(donnees)
    return donnees


@pytest.fixture
def root(written: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    return Path(shutil.copytree(written, tmp_path / "donnees"))


def contents(donnees: Path) -> dict[str, bytes]:
    return {
        path.relative_to(donnees).as_posix(): path.read_bytes()
        for path in donnees.rglob("*")
        if path.is_file()
    }


def test_a_seed_gives_its_bytes(written, tmp_path):
    write_territoire(tmp_path)
    again = contents(tmp_path)
    assert again == contents(written)
    assert any(name.endswith(".xlsx") for name in again)


def test_a_second_run_touches_nothing(root):
    long_ago = 1_600_000_000
    files = [path for path in root.rglob("*") if path.is_file()]
    for path in files:
        os.utime(path, (long_ago, long_ago))
    write_territoire(root)
    assert {path.stat().st_mtime for path in root.rglob("*") if path.is_file()} == {long_ago}


def test_the_mark_knows_every_delivery_and_says_fictitious(written):
    raw = written / "raw"
    mark = json.loads((raw / MARQUE).read_text(encoding="utf-8"))
    present = {
        path.relative_to(raw).as_posix(): [hashlib.sha256(path.read_bytes()).hexdigest()]
        for path in raw.glob("*/*/*/*")
    }
    assert mark["fichiers"] == present
    assert (mark["titre"], mark["graine"]) == ("Données fictives", 974)
    assert MARQUE == FICTION_MARK


def test_another_seed_draws_another_territory_even_after_a_cut(written, root, monkeypatch):
    write = territoire._write_if_changed
    calls = iter(range(40))

    def cut_short(path: Path, content: bytes) -> None:
        next(calls)
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(territoire, "_write_if_changed", cut_short)
        with pytest.raises(StopIteration):
            write_territoire(root, seed=8)
    write_territoire(root, seed=8)
    before, after = contents(written), contents(root)
    assert set(before) == set(after)
    # Reference tables hold keys and codes, grids are copied: nothing in them is drawn.
    drawn = {name for name in before if not name.startswith("grilles/")}
    assert {name for name in drawn if before[name] == after[name]} == {
        "raw/sne/references/2024-T2/gip-sne.csv"
    }


def test_real_deliveries_are_never_mixed(tmp_path):
    real = tmp_path / RADIATIONS
    real.parent.mkdir(parents=True)
    real.write_bytes(b"vraies donnees")
    with pytest.raises(ValueError, match=r"pas fictifs : sne/radiations/2024-T1/gip-sne\.csv"):
        write_territoire(tmp_path)
    assert contents(tmp_path) == {RADIATIONS: b"vraies donnees"}


def test_a_fictitious_delivery_replaced_by_a_real_one_is_kept(root):
    (root / RADIATIONS).write_bytes(b"vraies donnees")
    with pytest.raises(ValueError, match="pas fictifs"):
        write_territoire(root)
    assert (root / RADIATIONS).read_bytes() == b"vraies donnees"


def test_a_former_fictitious_delivery_goes_and_a_hidden_report_stays(root):
    former = root / "raw/sne/radiations/2019-T1/gip-sne.csv"
    report = root / "raw/sne/radiations/2023-T4/.depots/gip-sne/rejets.csv"
    for path in (former, report):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    mark = json.loads((root / "raw" / MARQUE).read_text(encoding="utf-8"))
    mark["fichiers"]["sne/radiations/2019-T1/gip-sne.csv"] = [hashlib.sha256(b"x").hexdigest()]
    (root / "raw" / MARQUE).write_text(json.dumps(mark), encoding="utf-8")
    write_territoire(root)
    assert not former.exists()
    assert report.read_bytes() == b"x"
