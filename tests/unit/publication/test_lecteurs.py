"""Eight readers query while fifty releases are published: no error, and never two releases in one answer."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.publication.releases import publish_release
from pipeline.settings import ROOT, Settings
from tests.unit.publication.conftest import Rebuild

READERS, RELEASES = 8, 50

READ = """
import sys, time
from pathlib import Path
from pipeline.publication.consultation import query_observatoire
from pipeline.settings import Settings

settings, stop, seen = Settings.load(Path(sys.argv[1])), Path(sys.argv[2]), set()
while not stop.exists():
    time.sleep(0.1)
    rows = query_observatoire(settings, '''
        select min(numero), max(numero), count(*), (select max(numero) from mart_second) from mart_premier
    ''').rows
    (least, most, count, other), = rows
    assert least == most == other and count == 1000, rows
    seen.add(most)
print(len(seen))
"""


def numbered(number: int) -> tuple[str, ...]:
    """The changes that number the rows of two tables of the build."""
    return tuple(
        f"create table marts.{table} as select {number} as numero from range({rows})"
        for table, rows in (("mart_premier", 1000), ("mart_second", 10))
    )


@pytest.mark.usefixtures("construction")
def test_readers_never_see_a_torn_release(reglages: Settings, rebuild: Rebuild, tmp_path: Path) -> None:
    publish_release(reglages, rebuild(*numbered(0)), input_fingerprint="0")
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READ, str(reglages.donnees), str(stop)]
    readers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(READERS)
    ]
    for number in range(1, RELEASES + 1):
        assert publish_release(reglages, rebuild(*numbered(number)), input_fingerprint=str(number)).created
        time.sleep(0.05)
    stop.touch()
    outcomes = [reader.communicate(timeout=60) for reader in readers]
    assert [told for _, told in outcomes if told] == []
    assert all(int(seen) > 1 for seen, _ in outcomes)
