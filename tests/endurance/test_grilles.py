"""200 grids drawn at random, 500 demandes each: compiled SQL and reference agree on every figure."""

import pytest

from tests.golden.grilles.comparaison import compare

pytestmark = pytest.mark.endurance


@pytest.mark.parametrize("seed", range(1_000, 1_010))
def test_compiled_scores_equal_the_reference(seed):
    assert compare(seed, grids=20, demandes=500) > 4_000
