"""Whether wrong photos have a property more often than right ones: Fisher's exact test over classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

RATE = 0.05
"""The chance at most that an audit without anything to be found says something."""


@dataclass(frozen=True)
class Stratum:
    """How many wrong and right photos of a class have a property."""

    wrong_with: int
    wrong: int
    right_with: int
    right: int

    @property
    def tells(self) -> bool:
        """Whether there are wrong and right ones, with it and without."""
        having = self.wrong_with + self.right_with
        return bool(self.wrong and self.right) and 0 < having < self.wrong + self.right


def exact_test(strata: Sequence[Stratum]) -> tuple[float, float]:
    """The two-sided p-value of so many wrong photos with a property, and the smallest that there could be.

    Each side is doubled. Of one stratum it is Fisher's exact test.
    """
    chances, first = np.ones(1), 0
    for stratum in strata:
        total, having = stratum.wrong + stratum.right, stratum.wrong_with + stratum.right_with
        low, high = max(0, having - stratum.right), min(having, stratum.wrong)
        pmf = hypergeom.pmf(np.arange(low, high + 1), total, having, stratum.wrong)
        chances, first = np.convolve(chances, pmf), first + low
    at = sum(stratum.wrong_with for stratum in strata) - first
    tail = min(chances[: at + 1].sum(), chances[at:].sum())
    return min(1.0, 2 * float(tail)), min(1.0, 2 * float(min(chances[0], chances[-1])))


def comparisons(least: Sequence[float]) -> int:
    """By how many p-values are to be multiplied, from the smallest that each could be (Tarone 1990)."""
    ordered = np.sort(np.asarray(least))
    for count in range(1, len(ordered) + 1):
        if int(np.searchsorted(ordered, RATE / count, side="right")) <= count:
            return count
    return max(1, len(ordered))
