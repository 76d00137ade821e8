"""Nothing personal leaves data/raw: marked deliveries of every feed, every byte written searched."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.feeds import Feed, load_feeds
from pipeline.intake.closures import concerns_demandes
from pipeline.intake.register import Register
from pipeline.settings import FICTION_MARK, ROOT, Settings
from tests.confidentialite.depots import deliver_marked
from tests.confidentialite.marques import files_with_marks, mark_in_text, name, nir, numero_unique, phone

PARAMETERS = "parametres"
PPGD = "from pipeline.cli import run; run()"
IN_PLACE = """
import contextlib, os, signal
import pipeline.judges, pipeline.intake.conform
from pipeline.cli import main
@contextlib.contextmanager
def in_place(_):
    yield pipeline.judges.IN_PLACE
pipeline.judges.judges_for = in_place
"""


def run(settings: Settings, script: str, *verb: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a verb in a process whose home and temporary folders are beside the data root."""
    places = {name: str(around(settings) / name) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, "-c", script, *verb, "--donnees", str(settings.donnees)],
        cwd=ROOT,
        env=os.environ | places | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def around(settings: Settings) -> Path:
    return settings.donnees.parent / "autour"


def marks_outside_raw(settings: Settings) -> dict[str, str]:
    """Search all that was written, data/raw apart."""
    roots = [path for path in settings.donnees.iterdir() if path.is_dir() and path != settings.raw]
    loose = [path for path in settings.donnees.iterdir() if path.is_file()]
    assert roots
    assert not loose
    return files_with_marks(*roots, around(settings))


def deliver(settings: Settings, *, faulty: bool, only: Sequence[str] = ()) -> dict[str, Feed]:
    """Deliver every feed, or those asked, marked; without faults, the example's parameters stand."""
    feeds = {key: feed for key, feed in load_feeds().items() if faulty or feed.source != PARAMETERS}
    feeds = {key: feed for key, feed in feeds.items() if not only or key in only}
    deliver_marked(settings, feeds.values(), faulty=faulty)
    (settings.raw / FICTION_MARK).write_text("{}", encoding="utf-8")
    return feeds


def decisions(settings: Settings) -> dict[str, str]:
    with Register.open(settings.registre) as register:
        return {record.flux: record.decision for record in register.records()}


def test_accepted_deliveries_of_every_feed_leave_nothing_personal(reglages):
    feeds = deliver(reglages, faulty=False)
    built = run(reglages, PPGD, "construire")
    assert built.returncode == 0, built.stdout + built.stderr
    assert set(decisions(reglages)) == set(feeds)
    assert "refuse" not in decisions(reglages).values()
    assert mark_in_text(built.stdout + built.stderr) is None
    for verb in (("depots", "--json"), ("rgpd",)):
        assert mark_in_text(run(reglages, PPGD, *verb).stdout) is None
    assert marks_outside_raw(reglages) == {}


def test_marks_typed_in_kept_columns_stay_in_the_rejects_beside_the_file(reglages):
    feeds = deliver(reglages, faulty=True)
    built = run(reglages, PPGD, "construire", PPGD_TRACE="1")
    assert mark_in_text(built.stdout + built.stderr) is None
    assert "autres, voir rejets.csv du dépôt" in built.stdout
    assert marks_outside_raw(reglages) == {}
    for key, feed in feeds.items():
        rejects = reglages.raw / key / "2025-T1" / ".depots" / "marque" / "rejets.csv"
        if concerns_demandes(feed) and any(column.codes for column in feed.columns):
            assert mark_in_text(rejects.read_text(encoding="utf-8-sig")), key
    assert not reglages.travail_brut.exists()
    for key in feeds:
        folder = reglages.raw / key / "2025-T1"
        marked = {Path(path).parts[:2] for path in files_with_marks(folder)}
        assert marked <= {("marque.csv",), (".depots", "marque")}, key
    report = reglages.raw / "bailleurs/attributions/2025-T1/.depots/marque/rapport.json"
    assert mark_in_text(report.read_text(encoding="utf-8"))


def test_a_file_checked_before_it_is_sent_leaves_its_values_in_its_report_only(reglages):
    deliver(reglages, faulty=True)
    sent = around(reglages) / "envoi" / "2025-T1" / "marque.csv"
    sent.parent.mkdir(parents=True)
    shutil.copyfile(reglages.raw / "bailleurs/attributions/2025-T1/marque.csv", sent)
    before = set(reglages.donnees.rglob("*"))
    checked = run(reglages, PPGD, "verifier", str(sent), PPGD_CLE="")
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert set(reglages.donnees.rglob("*")) == before
    marked = {Path(path).parent.name for path in files_with_marks(around(reglages))}
    assert marked == {"2025-T1", "marque-rapport"}


def test_an_unforeseen_error_that_quotes_a_value_is_told_without_it(reglages):
    deliver(reglages, faulty=False, only=("sne/radiations", "bailleurs/attributions", "cotation/points"))
    fails = f"def fails(*_):\n    raise ValueError({name(1)!r}, {phone(1)!r})\n"
    at_the_door = f"{IN_PLACE}{fails}pipeline.intake.conform.remove_duplicates = fails\nmain()"
    built = run(reglages, at_the_door, "construire", PPGD_TRACE="1")
    assert built.returncode == 1
    assert "Erreur imprévue (ValueError, pipeline/intake/conform.py ligne" in built.stdout
    before = f"{IN_PLACE}{fails}pipeline.cli.Settings.load = fails\nmain()"
    stopped = {trace: run(reglages, before, "construire", PPGD_TRACE=trace) for trace in ("", "1")}
    assert {trace: "builtins.ValueError" in done.stderr for trace, done in stopped.items()} == {
        "": False,
        "1": True,
    }
    for done in (built, *stopped.values()):
        assert mark_in_text(done.stdout + done.stderr) is None
    assert marks_outside_raw(reglages) == {}


def test_a_kill_while_a_file_is_read_leaves_its_values_in_raw_only(reglages):
    deliver(reglages, faulty=False)
    kill = "pipeline.intake.conform.remove_duplicates = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
    assert run(reglages, f"{IN_PLACE}{kill}\nmain()", "construire").returncode < 0
    assert files_with_marks(reglages.travail_brut)
    assert marks_outside_raw(reglages) == {}


def in_parquet(path: Path, value: str) -> None:
    pq.write_table(pa.table({"t": [value] * 50}), path, compression="zstd")


def in_duckdb(path: Path, value: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table t as select '{value}' as v from range(5000)")


def in_sqlite(path: Path, value: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (v text)")
        connection.execute("insert into t values (?)", (value,))


def in_log(path: Path, value: str) -> None:
    path.write_text(f"INFO {value.upper()}\n", encoding="utf-8")


def in_utf16(path: Path, value: str) -> None:
    path.write_text(value, encoding="utf-16")


@pytest.mark.parametrize("plant", [in_parquet, in_duckdb, in_sqlite, in_log, in_utf16])
@pytest.mark.parametrize("value", [name(3), phone(3), phone(3).replace(" ", ""), nir(3), numero_unique(3)])
def test_the_search_finds_a_planted_mark(tmp_path: Path, plant: Callable[[Path, str], None], value: str):
    plant(tmp_path / "fichier", value)
    assert files_with_marks(tmp_path)


def test_the_search_finds_a_date_kept_as_a_date(tmp_path):
    import datetime as dt

    pq.write_table(pa.table({"t": [dt.date(1931, 7, 13)]}), tmp_path / "fichier")
    assert files_with_marks(tmp_path)
