"""Hundreds of kills: intake and publication at every kind of point, the whole build at any instant."""

import os

import pytest

from tests.integration.test_arret import (  # noqa: F401 fixtures
    kill_build,
    kill_intake,
    kill_publication,
    premiere_publication,
    temoin_de_la_construction,
    temoin_de_la_publication,
    temoin_du_depot,
)

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
