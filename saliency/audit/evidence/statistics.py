"""The few statistics an audit needs, each in closed form or from a fixed seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean over photos, and where it lies in 95 of 100 sets drawn anew from these photos.

    Attributes:
        mean: The mean.
        low: Lower end.
        high: Upper end.
    """

    mean: float
    low: float
    high: float

    def record(self) -> dict[str, float]:
        """As JSON types."""
        return {"mean": round(self.mean, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def bootstrap(values: Sequence[float], *, seed: int = 0, draws: int = DRAWS) -> Interval:
    """The percentile bootstrap of a mean with the photo as unit (Efron, Tibshirani 1993, ch. 13).

    Where all photos or none have something, no set drawn from them says that others may differ; the end is
    then the exact one (Clopper, Pearson 1934): of 12 of 12 it is 74 %.

    Args:
        values: One a photo, at least one.
        seed: Where random numbers start.
        draws: Sets drawn.
    """
    data = np.asarray(values, np.float64)
    r = np.random.default_rng(seed)
    means = np.array([data[r.integers(0, len(data), len(data))].mean() for _ in range(draws)])
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    end = ((1 - LEVEL) / 2) ** (1 / len(data))
    if (data == 1).all():
        low = end
    elif (data == 0).all():
        high = 1 - end
    return Interval(float(data.mean()), float(low), float(high))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: of those up to q, a share q is false at most (Benjamini, Hochberg 1995)."""
    count = len(p_values)
    order = sorted(range(count), key=lambda at: p_values[at], reverse=True)
    adjusted, lowest = [1.0] * count, 1.0
    for place, at in enumerate(order):
        lowest = min(lowest, p_values[at] * count / (count - place))
        adjusted[at] = lowest
    return adjusted


def at_least(hits: int, count: int, chance: float) -> float:
    """The chance of ``hits`` or more in ``count`` independent trials."""
    if hits <= 0:
        return 1.0
    logs = [
        math.lgamma(count + 1)
        - math.lgamma(k + 1)
        - math.lgamma(count - k + 1)
        + k * math.log(chance)
        + (count - k) * math.log1p(-chance)
        for k in range(hits, count + 1)
    ]
    return min(1.0, math.fsum(map(math.exp, logs)))


def how_many(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distribution ``(n + 1,)`` of how many of n independent events occur, each with its own chance."""
    found = np.zeros(len(chances) + 1)
    found[0] = 1.0
    for number, chance in enumerate(chances.tolist(), 1):
        found[1 : number + 1] = found[1 : number + 1] * (1 - chance) + found[:number] * chance
        found[0] *= 1 - chance
    return found
