"""One build at a time: the second one says who holds the lock, and a killed holder releases it."""

import subprocess
import sys

import pytest

from pipeline.errors import BuildFailedError
from pipeline.lock import build_lock, sending_lock

HOLDER = """
import sys, time
from pathlib import Path
from pipeline.lock import build_lock
from pipeline.settings import Settings
with build_lock(Settings.load(Path(sys.argv[1]))):
    print("tenu", flush=True)
    time.sleep(60)
"""


def test_a_held_lock_names_its_holder_and_a_kill_frees_it(reglages):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(reglages.donnees)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "tenu\n"
        with (
            pytest.raises(BuildFailedError, match=f"processus {holder.pid}, depuis le"),
            build_lock(reglages),
        ):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with build_lock(reglages):
        pass


def test_the_lock_can_be_taken_again(reglages):
    for _ in range(2):
        with build_lock(reglages):
            pass


def test_a_build_and_a_sending_do_not_wait_for_each_other(reglages):
    with (
        build_lock(reglages),
        sending_lock(reglages),
        pytest.raises(BuildFailedError, match="Un envoi de rappels est déjà en cours"),
        sending_lock(reglages),
    ):
        pass
