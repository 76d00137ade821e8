"""Statistical secrecy: small counts are masked, and enough others that no sum gives them back.

Counts from 1 to `threshold - 1` are masked; zero says that there is nobody, and stays.
"""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

Cell = tuple[int, int]


def mask_partition(counts: Sequence[int], threshold: int) -> list[int | None]:
    """Mask the parts of a total that is known; a masked part is None.

    >>> mask_partition([40, 3, 25, 60], 11)
    [40, None, None, 60]
    >>> mask_partition([40, 0, 25], 11)
    [40, 0, 25]
    """
    masked = {rank for rank, count in enumerate(counts) if 0 < count < threshold}
    while masked and (len(masked) == 1 or sum(counts[rank] for rank in masked) < threshold):
        left = [rank for rank in range(len(counts)) if rank not in masked]
        if not left:
            break
        masked.add(min(left, key=lambda rank: (counts[rank] == 0, counts[rank], rank)))
    return [None if rank in masked else count for rank, count in enumerate(counts)]


def mask_share(part: int, whole: int, threshold: int) -> int | None:
    """Mask a part that is small, or that leaves few out.

    >>> mask_share(12, 20, 11), mask_share(20, 20, 11), mask_share(12, 40, 11)
    (None, 20, 12)
    """
    return mask_partition([part, whole - part], threshold)[0]


def mask_table(
    counts: Sequence[Sequence[int]], threshold: int, masked_totals: frozenset[int] = frozenset()
) -> list[list[int | None]]:
    """Return the table with its totals, last in each row and column; a masked cell is None.

    No cell can be worked out from the others. `masked_totals`: the columns whose total is masked elsewhere.
    """
    table = [[*row, sum(row)] for row in counts]
    table.append([sum(column) for column in zip(*table, strict=True)])
    last = len(table) - 1
    masked = {cell for cell in _cells(table) if 0 < _at(table, cell) < threshold}
    masked |= {(last, column) for column in masked_totals}
    while more := _needed(table, masked, threshold):
        masked |= more
    return [
        [None if (row, column) in masked else count for column, count in enumerate(line)]
        for row, line in enumerate(table)
    ]


def _needed(table: Sequence[Sequence[int]], masked: set[Cell], threshold: int) -> set[Cell]:
    """Return the cells to mask next, for the sake of one that could be worked out; none when all hold.

    A masked cell ties its row to its column. Where no other way of masked cells joins the two, it is the only
    unknown of some sum: the cheapest way is masked too.
    """
    for cell in sorted(masked):
        way = _cheapest_way(table, cell, masked)
        if way - masked:
            return way - masked
        for line in (
            [(cell[0], column) for column in range(len(table[0]))],
            [(row, cell[1]) for row in range(len(table))],
        ):
            hidden = [each for each in line if each in masked]
            left = [each for each in line if each not in masked and _price(table, each)]
            if line[-1] not in masked and left and sum(_at(table, each) for each in hidden) < threshold:
                return {min(left, key=lambda each: (_price(table, each), each))}
    return set()


def _cheapest_way(table: Sequence[Sequence[int]], cell: Cell, masked: set[Cell]) -> set[Cell]:
    """Return the cells that join the row of a cell to its column otherwise; masked ones cost nothing."""
    start, end = ("ligne", cell[0]), ("colonne", cell[1])
    waiting: list[tuple[int, tuple[str, int], tuple[Cell, ...]]] = [(0, start, ())]
    settled: set[tuple[str, int]] = set()
    while waiting:
        paid, here, way = heappop(waiting)
        if here == end:
            return set(way)
        if here in settled:
            continue
        settled.add(here)
        for other in _cells(table):
            ends = ("ligne", other[0]), ("colonne", other[1])
            price = 0 if other in masked else _price(table, other)
            if other == cell or here not in ends or (not price and other not in masked):
                continue
            there = ends[1] if here == ends[0] else ends[0]
            heappush(waiting, (paid + price, there, (*way, other)))
    return set()


def _price(table: Sequence[Sequence[int]], cell: Cell) -> int:
    """Return what masking a cell costs: its count, more for nobody, most for a total.

    Nothing for a zero that its total gives: masking it would hide nothing.
    """
    row, column = cell
    count, dear = _at(table, cell), table[-1][-1] + 1
    if not count and not (table[row][-1] and table[-1][column]):
        return 0
    if row == len(table) - 1 or column == len(table[0]) - 1:
        return 2 * dear + count
    return count or dear


def _cells(table: Sequence[Sequence[int]]) -> Iterator[Cell]:
    return ((row, column) for row, line in enumerate(table) for column in range(len(line)))


def _at(table: Sequence[Sequence[int]], cell: Cell) -> int:
    return table[cell[0]][cell[1]]
