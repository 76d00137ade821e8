"""One territory drawn for all the tests of this room."""

import pytest

from pipeline.sample.formats import Depot
from pipeline.sample.territoire import GRAINE, Territoire


@pytest.fixture(scope="session")
def territoire() -> Territoire:
    """The territory of the demonstration."""
    return Territoire.draw(GRAINE)


@pytest.fixture(scope="session")
def depots(territoire: Territoire) -> dict[str, Depot]:
    """Its deliveries, by path."""
    return {depot.fichier: depot for depot in territoire.write_depots()}
