"""Hundreds of kills: intake, publication, checks, reminders at every kind of point, the build at any time."""

import os
import random

import pytest

from tests.integration.rappels.conftest import boite, observatoire, port  # noqa: F401 fixtures
from tests.integration.rappels.test_arret_rappels import kill_and_send_again
from tests.integration.test_arret import (  # noqa: F401 fixtures
    kill_build,
    kill_intake,
    kill_publication,
    premiere_publication,
    temoin_de_la_construction,
    temoin_de_la_publication,
    temoin_du_depot,
)
from tests.integration.test_arret_verifier import kill_verification, verifie  # noqa: F401 fixture

pytestmark = pytest.mark.endurance
GRAINE = int(os.environ.get("PPGD_GRAINE", "1000"))


@pytest.mark.parametrize("seed", range(GRAINE, GRAINE + 200))
def test_intake_killed_anywhere(temoin_du_depot, tmp_path, seed):  # noqa: F811
    kill_intake(temoin_du_depot, tmp_path, seed)


@pytest.mark.parametrize("seed", range(GRAINE, GRAINE + 150))
def test_publication_killed_anywhere(temoin_de_la_publication, tmp_path, seed):  # noqa: F811
    kill_publication(temoin_de_la_publication, tmp_path, seed)


@pytest.mark.parametrize("seed", range(GRAINE, GRAINE + 50))
def test_build_killed_anywhere(temoin_de_la_construction, tmp_path, seed):  # noqa: F811
    kill_build(temoin_de_la_construction, tmp_path, seed)


@pytest.mark.parametrize("seed", range(GRAINE, GRAINE + 200))
def test_checking_killed_anywhere(verifie, tmp_path, seed):  # noqa: F811
    kill_verification(verifie, tmp_path, seed)


@pytest.mark.parametrize("seed", range(GRAINE, GRAINE + 200))
def test_sending_killed_anywhere(observatoire, boite, seed):  # noqa: F811
    drawn = random.Random(seed)
    event = drawn.choice(("MAIL", "RCPT", "DATA", "POINT"))
    kill_and_send_again(observatoire, boite, event, drawn.randint(1, 4 if event == "RCPT" else 3))
