"""Two yes-or-no answers to each of some photos: do they differ more than by chance, and by how much?

The photo is the unit, and only photos on which the two differ can tell. Were the two alike, each of these
would go one way or the other as a coin falls (McNemar 1947, in its exact form). The interval of the
difference is the one of Newcombe 1998 (Statistics in Medicine 17, 2635–2650), method 10: the intervals of
both shares by the score, put together with regard to how far the two go along.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from scipy.stats import binomtest

from saliency.audit.evidence.statistics import LEVEL, Interval
from saliency.audit.json_types import OPTIONAL, significant

CHANCE = 0.05
"""P-value up to which two are said to differ, adjusted for all that was compared at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """How many photos are a yes with the old one and with the new one.

    Attributes:
        photos: How many there are.
        old: Yes with the old one.
        new: Yes with the new one.
        lost: Yes with the old one only.
        won: Yes with the new one only.
        p_value: Two-sided and exact; 1 where nothing differs.
        difference: Share with the new one less that with the old one, in [−1, 1], with its 95 % interval;
            ``None`` without a photo.
    """

    photos: int
    old: int
    new: int
    lost: int
    won: int
    p_value: float = significant(3)
    difference: Interval | None = field(default=None, metadata=OPTIONAL)


def paired(answers: Iterable[tuple[bool, bool]]) -> Paired:
    """What the answers with the old one and with the new one add up to, a pair a photo."""
    pairs = list(answers)
    lost = sum(old and not new for old, new in pairs)
    won = sum(new and not old for old, new in pairs)
    both = sum(old and new for old, new in pairs)
    return Paired(
        photos=len(pairs),
        old=both + lost,
        new=both + won,
        lost=lost,
        won=won,
        p_value=float(binomtest(won, lost + won, 0.5).pvalue) if lost + won else 1.0,
        difference=_difference(both, lost, won, len(pairs)) if pairs else None,
    )


def _difference(both: int, lost: int, won: int, photos: int) -> Interval:
    """The difference of two paired shares with its interval: Newcombe 1998, method 10."""
    neither = photos - both - lost - won
    old, new = both + lost, both + won
    shares = [count / photos for count in (new, old)]
    (low_new, high_new), (low_old, high_old) = (
        binomtest(count, photos).proportion_ci(LEVEL, method="wilson") for count in (new, old)
    )
    margins = old * (photos - old) * new * (photos - new)
    product = float(both * neither - lost * won)
    if product > 0:  # corrected for going on in steps, as in the paper
        product = max(product - photos / 2, 0.0)
    phi = product / math.sqrt(margins) if margins else 0.0
    below, above = shares[0] - low_new, high_old - shares[1]
    over, under = high_new - shares[0], shares[1] - low_old
    mean = shares[0] - shares[1]
    low = mean - math.sqrt(max(0.0, below**2 - 2 * phi * below * above + above**2))
    high = mean + math.sqrt(max(0.0, over**2 - 2 * phi * over * under + under**2))
    return Interval(mean, max(-1.0, low), min(1.0, high))
