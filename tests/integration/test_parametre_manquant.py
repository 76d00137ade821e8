"""A parameter that is missing for a territory with data is an error that names it (règle R0.10)."""

import pytest

from pipeline.errors import BuildFailedError
from pipeline.settings import Settings
from tests.depots import construire, deposer


def test_a_real_territory_never_borrows_the_fictitious_parameters(reglages: Settings):
    deposer(reglages, "cotation/points", "imhoweb")
    deposer(reglages, "bailleurs/attributions", "alize")
    with pytest.raises(BuildFailedError) as failure:
        construire(reglages)
    message = str(failure.value)
    assert "Seuil du premier quartile absent : EPCI 249740119, année 2025" in message
    assert "Critère sans bloc : DALO" in message
    assert not reglages.observatoire.exists()
