"""Programs killed at a chosen point: the n-th time they touch a file of their root, or a given instant."""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.intake.register import Register
from pipeline.publication.consultation import query_observatoire
from pipeline.settings import ROOT, Settings

_WATCHED = """
import os, signal, sys
from pathlib import Path
from pipeline.settings import Settings

root, last = sys.argv[1], int(sys.argv[2])
seen = 0

def watch(event, arguments):
    global seen
    if event.split(".")[0] in ("open", "os", "shutil") and arguments and str(arguments[0]).startswith(root):
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
settings = Settings.load(Path(root))
{work}
print(seen)
"""
INTAKE = """
from pipeline.acceptation import Door
with Door.open(settings) as door:
    door.recover()
    for _ in door.decide_each(door.waiting_groups()):
        pass
"""
PUBLICATION = """
from pipeline.publication.releases import publish_release
publish_release(settings, settings.donnees / "construction.duckdb", input_fingerprint="essai")
"""
NEVER = 0


def run_watched(settings: Settings, work: str, *, kill_at: int) -> int:
    """Run the work, killed when it touches the root for the n-th time; return how often it did."""
    program = _WATCHED.format(work=work)
    command = [sys.executable, "-c", program, str(settings.donnees), str(kill_at)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if kill_at == NEVER:
        assert done.returncode == 0, done.stderr
        return int(done.stdout.split()[-1])
    assert done.returncode == -signal.SIGKILL, done.stderr
    return kill_at


def ppgd(settings: Settings, *verb: str) -> list[str]:
    """The command of a verb on this root."""
    program = "from pipeline.cli import run; run()"
    return [sys.executable, "-c", program, *verb, "--donnees", str(settings.donnees)]


def run_for(settings: Settings, *verb: str, seconds: float) -> None:
    """Start a verb and kill it after so long."""
    build = subprocess.Popen(
        ppgd(settings, *verb), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(seconds)
    build.kill()
    build.wait()


def run_until(settings: Settings, *verb: str, says: str) -> None:
    """Start a verb and kill it as soon as it says this; whatever it had started must end with it."""
    build = subprocess.Popen(
        ppgd(settings, *verb),
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert build.stdout is not None
    for line in build.stdout:
        if re.match(says, line.rstrip()):
            build.kill()
            break
    build.communicate(timeout=60)
    assert build.returncode == -signal.SIGKILL


def copy_root(source: Settings, folder: Path) -> Settings:
    """A data root of its own, as the other one stands."""
    shutil.copytree(source.donnees, folder, symlinks=True)
    return Settings.load(folder)


def point_between(seed: int, last: int) -> int:
    """A point drawn between the first and the last one."""
    return random.Random(seed).randint(1, last)


def entered(settings: Settings) -> tuple[list[tuple[object, ...]], dict[str, str]]:
    """What intake left: the lines of the register without instants, the rows of each accepted file."""
    with Register.open(settings.registre) as register:
        lines = [
            (
                record.flux,
                record.periode,
                record.fournisseur,
                record.empreinte,
                record.decision,
                record.motifs,
                record.lignes_acceptees,
                record.en_vigueur,
            )
            for record in register.records()
        ]
        assert register.moves_to_make() == []
    copies = {
        str(path.relative_to(settings.entrepot)): hashlib.sha256(
            str(pq.read_table(path).to_pylist()).encode()
        ).hexdigest()
        for path in settings.entrepot.rglob("*.parquet")
    }
    return sorted(lines), copies


def files(settings: Settings) -> set[str]:
    """Every file of the root by its place, but what bears an instant: journals, Dagster's runs, releases."""
    dated = {"journaux", "dagster", "publications"}
    return {
        str(path.relative_to(settings.donnees))
        for path in settings.donnees.rglob("*")
        if not dated & set(path.relative_to(settings.donnees).parts)
    }


def published(settings: Settings) -> dict[str, str]:
    """The fingerprint of each table that readers see, proved whole: pointer, manifest and file agree.

    Tables of deliveries bear the instant of reception: their fingerprint is not compared.
    """
    folder = (settings.marts / "derniere").resolve()
    manifest = json.loads((folder / "manifeste.json").read_text(encoding="utf-8"))
    assert manifest["publication_id"] == folder.name
    ((seen,),) = query_observatoire(settings, "select publication_id from publication").rows
    seen_manifest = json.loads(
        (settings.marts / "publications" / str(seen) / "manifeste.json").read_text(encoding="utf-8")
    )
    tables = seen_manifest["tables"]
    counts = " union all ".join(f"select count(*) from {table['nom']}" for table in tables)
    rows = query_observatoire(settings, counts).rows
    assert [count for (count,) in rows] == [table["lignes"] for table in tables]
    return {table["nom"]: table["empreinte"] for table in tables if "depots" not in table["nom"]}
