"""Seeded draws: one independent stream per subject, so that a new subject never moves the others."""

import zlib
from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

Days = npt.NDArray[np.datetime64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]
Words = npt.NDArray[np.str_]
_MILLISECONDS_PER_DAY = 86_400_000


def open_stream(seed: int, subject: str) -> np.random.Generator:
    """Return the generator of one subject for a seed."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode())])


def day(value: date) -> np.datetime64:
    """Return a date as numpy counts it."""
    return np.datetime64(value, "D")


def draw_words(rng: np.random.Generator, weights: Mapping[str, float], count: int) -> Words:
    """Draw `count` codes by their weights, which need not sum to one."""
    total = sum(weights.values())
    return rng.choice(list(weights), size=count, p=[weight / total for weight in weights.values()])


def draw_days(rng: np.random.Generator, low: int, high: int, count: int) -> pl.Series:
    """Draw durations of whole days, both ends included."""
    days = rng.integers(low, high, size=count, endpoint=True)
    return pl.Series(days * _MILLISECONDS_PER_DAY).cast(pl.Duration("ms"))


def pick(rng: np.random.Generator, among: Mask, count: int) -> Ranks:
    """Draw `count` distinct ranks among those allowed, in increasing order."""
    allowed = np.flatnonzero(among)
    if len(allowed) < count:
        raise ValueError(f"Tirage impossible : {count} cas demandés, {len(allowed)} possibles.")
    return np.sort(rng.choice(allowed, size=count, replace=False))


def flag(rng: np.random.Generator, share: Numbers | float, count: int) -> Mask:
    """Draw a yes/no for each row with its probability."""
    return rng.random(count) < share
