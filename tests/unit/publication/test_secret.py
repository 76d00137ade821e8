"""Statistical secrecy: nothing small is shown, and linear algebra finds no masked cell again."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.publication.secret import mask_partition, mask_share, mask_table

SEUIL = 11
COUNTS = st.one_of(st.integers(0, 15), st.integers(0, 400))
TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(COUNTS, min_size=columns, max_size=columns), min_size=1, max_size=6)
)


def found_again(shown: list[list[int | None]]) -> set[tuple[int, int]]:
    """Return the masked cells that the sums of rows and columns determine, by elimination."""
    unknown = [(r, c) for r, c in product(range(len(shown)), range(len(shown[0]))) if shown[r][c] is None]
    lines = [[(r, c) for c in range(len(shown[0]))] for r in range(len(shown))]
    lines += [[(r, c) for r in range(len(shown))] for c in range(len(shown[0]))]
    rows = [
        [Fraction((cell in line) * (-1 if cell == line[-1] else 1)) for cell in unknown] for line in lines
    ]
    pivots = []
    for column in range(len(unknown)):
        pivot = next((row for row in rows if row[column] and row not in [p for _, p in pivots]), None)
        if pivot is None:
            continue
        scaled = [value / pivot[column] for value in pivot]
        rows.remove(pivot)
        rows = [[v - row[column] * s for v, s in zip(row, scaled, strict=True)] for row in rows]
        pivots = [(at, [v - p[column] * s for v, s in zip(p, scaled, strict=True)]) for at, p in pivots]
        pivots.append((column, scaled))
    return {unknown[at] for at, row in pivots if sum(value != 0 for value in row) == 1}


@settings(max_examples=250, deadline=None, derandomize=True)
@given(TABLES)
def test_no_small_count_is_shown_nor_found_again(counts):
    whole = [[*row, sum(row)] for row in counts]
    whole.append([sum(column) for column in zip(*whole, strict=True)])
    shown = mask_table(counts, SEUIL)
    for row, line in enumerate(shown):
        for column, cell in enumerate(line):
            assert cell in (None, whole[row][column])
            assert cell is None or not 0 < cell < SEUIL
    assert {(r, c) for r, c in found_again(shown) if whole[r][c]} == set()


def test_the_elimination_finds_what_is_not_hidden():
    # 3 = 43 − 40 : un seul masqué dans sa ligne et sa colonne.
    assert found_again([[40, None, 43], [20, 30, 50], [60, 33, 93]]) == {(0, 1)}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_a_part_of_a_known_total_is_not_found_by_difference(counts):
    shown = mask_partition(counts, SEUIL)
    hidden = [count for count, cell in zip(counts, shown, strict=True) if cell is None]
    assert all(cell is None or not 0 < cell < SEUIL for cell in shown)
    assert len(hidden) != 1 or len(counts) == 1
    assert not hidden or sum(hidden) >= SEUIL or len(hidden) == len(counts)


def test_a_total_masked_elsewhere_is_masked_here():
    shown = mask_table([[20, 30], [40, 50]], SEUIL, frozenset({0}))
    assert shown[-1][0] is None
    assert found_again(shown) == set()


def test_a_table_without_small_counts_is_whole():
    assert mask_table([[20, 30], [0, 50]], SEUIL) == [[20, 30, 50], [0, 50, 50], [20, 80, 100]]
    assert mask_share(0, 40, SEUIL) == 0
