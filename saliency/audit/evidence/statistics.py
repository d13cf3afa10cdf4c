"""The mean of a figure over photos, and how far it is to be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from saliency.audit.json_types import rounded

DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over photos, and where it lies in 95 of 100 sets drawn anew from these photos.

    Attributes:
        mean: The mean.
        low: Lower end.
        high: Upper end.
    """

    mean: float = rounded(4)
    low: float = rounded(4)
    high: float = rounded(4)


def exact_interval(hits: int, total: int) -> Interval:
    """The share of hits among at least one, and its exact 95 % interval (Clopper, Pearson 1934)."""
    low, high = binomtest(hits, total).proportion_ci(LEVEL, method="exact")
    return Interval(hits / total, float(low), float(high))


def bootstrap(values: Sequence[float], *, seed: int = 0, draws: int = DRAWS) -> Interval:
    """The percentile bootstrap of a mean with the photo as unit (Efron, Tibshirani 1993, ch. 13).

    Where all photos or none have something, no set drawn from them says that others may differ; the end is
    then the exact one (Clopper, Pearson 1934): of 12 of 12 it is 74 %.

    Args:
        values: One a photo, at least one.
        seed: Where random numbers start.
        draws: How many sets are drawn.
    """
    data = np.asarray(values, np.float64)
    r = np.random.default_rng(seed)
    means = [data[r.integers(0, len(data), len(data))].mean() for _ in range(draws)]
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if (data == data[0]).all() and data[0] in (0, 1):
        return exact_interval(int(data.sum()), len(data))
    return Interval(float(data.mean()), float(low), float(high))
