"""How many photos to ask for.

A balance, not a promise: as many as it takes for the rare kind to be as frequent as the usual one in a set
like this, at least :data:`LEAST` and at most :data:`MOST`. Like photos that were missed, as many as the set
has of the label: they are then as frequent as all its others, and more missed never ask for fewer.
"""

from __future__ import annotations

import math

from saliency.audit.evidence.statistics import exact_interval

LEAST, MOST = 10, 100
"""Photos that are asked for at least and at most."""

ENOUGH = 20
"""Photos of a class from which its share of right guesses is known well: of 20 of 20, 83 % or more."""

ASK = "Ask whoever trains the model to"
"""The beginning of a sentence about what only training changes."""


def about(count: int) -> int:
    """A number of photos to ask for: in fives, not too few and not too many."""
    return min(MOST, max(LEAST, -(-count // 5) * 5))


def missed_at_most(right: int) -> int:
    """How many per cent of photos may get a wrong answer where of so many none does, rounded up."""
    return math.ceil(100 * (1 - exact_interval(right, right).low))
