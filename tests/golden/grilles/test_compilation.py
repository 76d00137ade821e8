"""The compiled SQL equals the naive reference, on grids and demandes drawn with every feature mixed."""

import pytest

from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.compilation import detail_sql, totals_sql
from pipeline.grilles.grilles import load_grille
from tests.golden.grilles.comparaison import compare

TIRAGES = range(4)
GRILLES, DEMANDES = 5, 200


@pytest.mark.parametrize("seed", TIRAGES)
def test_compiled_scores_equal_the_reference(seed):
    assert compare(seed, GRILLES, DEMANDES) > DEMANDES


def test_grids_of_one_shape_share_one_query():
    folder = EXPECTATIONS / "grilles"
    names = [
        "exemple_cinor_fictive",
        "exemple_cinor_mutation_100_fictive",
        "exemple_cinor_mutation_50_fictive",
    ]
    alike = [load_grille(folder / f"{name}.yml").grille for name in names]
    other = load_grille(folder / "exemple_toulouse_fictive.yml").grille
    for write in (totals_sql, detail_sql):
        assert write(alike).count("etape_0 as") == 1
        assert write([*alike, other]).count("etape_0 as") == 2
