"""The truth of the fictitious territory beside what was published of it."""

from collections.abc import Iterator

import duckdb
import pytest

from pipeline.sample.territoire import GRAINE, Territoire
from pipeline.settings import ROOT, Settings
from tests.golden.oracle import Oracle


@pytest.fixture(scope="session")
def oracle(observatoire_fictif: Settings) -> Oracle:
    """The marts expected of the territory."""
    seeds = ROOT / "dbt_project" / "seeds"
    return Oracle(observatoire_fictif.donnees / "verite", seeds, Territoire.draw(GRAINE))


@pytest.fixture(scope="module")
def observatoire(observatoire_fictif: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read only."""
    with duckdb.connect(observatoire_fictif.observatoire, read_only=True) as connection:
        yield connection
