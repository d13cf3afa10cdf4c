"""Shapes of values that are laid out anew, in numbers that hold for one size of picture."""

from __future__ import annotations

from math import prod

Sides = tuple[int, ...]


def regrouped(before: Sides, after: Sides, larger: Sides, *, last: bool) -> Sides:
    """The shape of a larger value that is laid out anew as a smaller one was; empty where there is none.

    Args:
        before: The smaller value's shape.
        after: The same, laid out anew: axes are joined, or split.
        larger: The larger value's shape before.
        last: Which part of an axis that is split is larger: the first, as rows are, or the last, as columns.
    """
    if len(before) != len(larger) or prod(before) != prod(after):
        return ()
    grown = [place for place, length in enumerate(before) if larger[place] != length]
    if len(grown) != 1:
        return ()
    (place,) = grown
    ahead, behind = prod(before[:place]), prod(before[place + 1 :])
    around = [(at, prod(after[:at]), prod(after[at + 1 :])) for at, length in enumerate(after) if length > 1]
    joined = [at for at, left, right in around if ahead % left == behind % right == 0]
    parts = [at for at, left, right in around if left % ahead == right % behind == 0]
    places = joined or (parts[::-1] if last else parts)
    if not places or after[places[0]] * larger[place] % before[place]:
        return ()
    at = places[0]
    return (*after[:at], after[at] * larger[place] // before[place], *after[at + 1 :])
