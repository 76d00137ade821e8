"""The compiled SQL equals the naive reference, on grids and demandes drawn with every feature mixed."""

import re
from random import Random

import pytest

from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.compilation import detail_sql, totals_sql
from pipeline.grilles.grilles import load_grille
from tests.golden.grilles.comparaison import compare, compare_drawn
from tests.golden.grilles.tirages import draw_grid

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


def test_numbers_that_all_grids_share_are_written_once():
    names = ["exemple_cinor_mutation_100_fictive", "exemple_cinor_mutation_50_fictive"]
    alike = [load_grille(EXPECTATIONS / "grilles" / f"{name}.yml").grille for name in names]
    sql = detail_sql(alike)
    columns = re.findall(r"^(.+)\[rang\] as (\w+)", sql, re.MULTILINE)
    told = ["[10000, 5000]", "CINOR_FICTIF/2-mutation-100", "[0, 0]"]
    assert [text in written for text, (written, _) in zip(told, columns, strict=True)] == [True] * 3
    assert columns[-1][1] == "rang_epci"


def test_grids_of_one_shape_keep_their_own_points():
    seen = {}
    for seed in range(3):
        drawn = draw_grid(Random(7), f"{100000000 + seed}")
        for bloc in drawn["blocs"].values():
            change_points(bloc, seed)
        seen[drawn["code_epci"]] = drawn
    assert compare_drawn(seen, DEMANDES, Random(7), certifie=True) > 100


def change_points(part, step):
    """Move every number of points by as much, so that shapes stay alike."""
    for key, value in part.items():
        if key == "points":
            part[key] = value + step
        elif isinstance(value, dict):
            change_points(value, step)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    change_points(item, step)
