"""ppgd rappels killed: between two mails, in the middle of one; then run again. Each mail exactly once."""

import os
import signal
import subprocess
import threading

import pytest

from pipeline.settings import ROOT
from tests.integration.rappels.conftest import J_15, commande, ppgd

ENVOYER = ("rappels", "--envoyer", "--au", J_15)


def kill_at(observatoire, boite, event: str, rank: int) -> None:
    """Start the sending and kill it when the server sees the rank-th event."""
    started, pids = threading.Event(), []

    def kill(_server: object) -> None:
        started.wait()
        os.kill(pids[0], signal.SIGKILL)

    boite.quand[(event, rank)] = kill
    sending = subprocess.Popen(
        commande(observatoire, *ENVOYER),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    pids.append(sending.pid)
    started.set()
    shown, _ = sending.communicate(timeout=60)
    assert sending.returncode == -signal.SIGKILL, shown
    boite.quand.clear()


def kill_and_send_again(observatoire, boite, event: str, rank: int) -> None:
    """Kill the sending, run it again twice: each mail left once; one cut in the server's answer is told."""
    kill_at(observatoire, boite, event, rank)
    for _ in range(2):
        code, shown = ppgd(observatoire, *ENVOYER)
        assert (code, shown.count("Incertain")) == ((1, 1) if event == "POINT" else (0, 0)), shown
    assert len(boite.identites) == len(set(boite.identites)) == 3


@pytest.mark.parametrize(
    ("event", "rank"),
    [("MAIL", 1), ("MAIL", 2), ("MAIL", 3), ("RCPT", 2), ("RCPT", 4), ("DATA", 1), ("DATA", 3)],
)
def test_killed_before_the_last_line_then_run_again_each_mail_leaves_once(observatoire, boite, event, rank):
    kill_at(observatoire, boite, event, rank)
    code, shown = ppgd(observatoire, *ENVOYER)
    assert code == 0, shown
    assert len(boite.identites) == len(set(boite.identites)) == 3


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_killed_while_the_server_answers_the_mail_is_told_and_never_sent_twice(observatoire, boite, rank):
    kill_at(observatoire, boite, "POINT", rank)
    for _ in range(2):
        code, shown = ppgd(observatoire, *ENVOYER)
        assert code == 1, shown
        assert shown.count("Incertain") == 1
        assert boite.identites[rank - 1] in shown
        assert len(boite.identites) == len(set(boite.identites)) == 3


def test_killed_several_times_in_a_row(observatoire, boite):
    for event in ("DATA", "MAIL", "RCPT"):
        boite.vus.clear()
        kill_at(observatoire, boite, event, 2 if event == "MAIL" else 1)
    assert ppgd(observatoire, *ENVOYER)[0] == 0
    assert len(boite.identites) == len(set(boite.identites)) == 3
