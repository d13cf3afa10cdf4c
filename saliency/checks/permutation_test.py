"""The permutation test: is a figure larger than what chance gives, where chance is the same thing elsewhere?

Of n figures that chance gives, b are at least as large as the one tested. Then ``p = (1 + b) / (1 + n)``. It
is never 0, as the figure itself is one of the permutations (Phipson and Smyth 2010, Permutation P-values
Should Never Be Zero).
"""

from __future__ import annotations

from collections.abc import Iterable

_ROUNDING = 1e-12  # figures that differ by less are equal


def exceedances(figure: float, by_chance: Iterable[float]) -> int:
    """How many of the figures that chance gives are at least as large as the one tested."""
    return sum(other >= figure - _ROUNDING for other in by_chance)


def p_value(exceedances: int, count: int) -> float:
    """The p-value, in (0, 1], if so many of ``count`` figures that chance gives are at least as large."""
    return (1 + exceedances) / (1 + count)
