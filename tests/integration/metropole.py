"""Two EPCI of métropole, by their parameters alone: no seed, no code of the example is theirs.

Nantes Métropole and CARENE, stocks of 2023-T4 and 2024-T1, seven households (`depots_metropole`):

    A  Nantes, hors QPV     15/01/2023 → 15/02/2024   365 + 31 = 396 days                  5 points
       12 × 700 ÷ 1 = 8 400 ≤ 9 000: 1er quartile
    B  Saint-Herblain, QPV  01/03/2022 → 10/01/2024   731 − 51 = 680 days                  50 + 10 = 60 points
       12 × 1 200 ÷ 1.5 = 9 600 > 9 000, ≤ p50 of Nantes: R2; the SNE alone tells of it
    C  Saint-Nazaire, QPV   10/10/2023 → 05/03/2024   21 + 30 + 31 + 31 + 29 + 5 = 147     0 point
       12 × 708.33 ÷ 1 = 8 499.96 ≤ 8 500: 1er quartile
    D  Saint-Nazaire        01/01/2024, not renewed on 01/02/2024                          10 points
    E  Nantes               15/02/2022, waits: 12 × 1 000 = 12 000                         no score
    F  Saint-Nazaire        20/02/2024, waits: 12 × 1 620 ÷ 1.8 = 10 800                   no score
    G  Saint-Herblain       30/06/2023, gone in 2024-T1 without a word: 12 × 1 250 = 15 000

Resources in Nantes on 31/12/2023: 8 400, 9 600, 12 000, 15 000: p25 = 8 400, p50 = 9 600, p75 = 12 000.
In CARENE: C alone, 8 499.96. No threshold of 2023 is given: p25 stands for it (règle D2).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from pipeline.publication.consultation import query_observatoire
from pipeline.settings import Settings

NANTES, CARENE = "244400404", "244400644"
ENSEMBLE = "ensemble"
BEFORE, DURING = ("2023-T4", "2023-S2", "2023"), ("2024-T1", "2024-S1", "2024")

Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]


def lire(settings: Settings, query: str) -> list[tuple[object, ...]]:
    return list(query_observatoire(settings, query).rows)


def read_cells(settings: Settings, mart: str, keys: str, expected: Rows) -> dict[tuple[Any, ...], Any]:
    """Give each measure of each row of a mart, by key and name; the names are those expected."""
    names = list(next(iter(expected.values())))
    width = len(keys.split(","))
    rows = lire(settings, f"select {keys}, {', '.join(names)} from {mart}")
    assert len({row[:width] for row in rows}) == len(rows)
    return {
        (*row[:width], name): float(value) if isinstance(value, Decimal) else value
        for row in rows
        for name, value in zip(names, row[width:], strict=True)
    }


def assert_mart(settings: Settings, mart: str, keys: str, expected: Rows) -> None:
    flat = {(*key, name): value for key, row in expected.items() for name, value in row.items()}
    assert read_cells(settings, mart, keys, expected) == pytest.approx(flat)
