"""From what covering one area did in many pictures to a verdict on a class and the area.

The photo is the unit. Were the area as good as any equal one elsewhere in the picture, the check of one photo
would find that the guess depends on it in at most one of twenty (it has to beat all of 19 controls), so the
number of photos with that finding has a known distribution. The same holds for whether the area alone is
enough for the guess (``saliency.audit.evidence.sufficiency``). Over all areas and classes asked about, the
false discovery rate is kept at 5 % (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from saliency.audit.evidence.statistics import Interval, at_least, bootstrap
from saliency.checks.cover import FEW, Finding

RATE = 0.05
"""False discovery rate."""

MATERIAL = 0.2
"""Share of the photos tested that have to depend on an area."""

FEWEST = 3
"""So many photos have to depend on it, at least."""


class Verdict(StrEnum):
    """What a set shows of a class and an area."""

    DEPENDS = "depends"
    SUGGESTIVE = "suggestive"
    NO_EVIDENCE = "no evidence"


@dataclass(frozen=True)
class Tally:
    """What covering an area did in the photos of one class.

    Attributes:
        tested: Photos in which it was covered.
        depends: Photos whose check says that the guess depends on it.
        changed: Photos in which covering it changed the guess, with every fill.
        elsewhere: In how many covering an equal area elsewhere did, on average over those areas.
        share: Share of photos that depend on it.
        effect: How much more often the guess changes than elsewhere, a photo.
        enough: Photos in which it alone is enough for the guess, more so than any equal area elsewhere.
        share_enough: Share of photos in which it is.
        enough_elsewhere: With how many an equal area elsewhere is enough, on average over those areas.
        p_value: Of so many or more that depend on it, or for which it is enough: the smaller one, doubled.
    """

    tested: int
    depends: int
    changed: int
    elsewhere: float
    share: Interval
    effect: Interval
    enough: int
    share_enough: Interval
    enough_elsewhere: float
    p_value: float

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "tested": self.tested,
            "depends": self.depends,
            "changed": self.changed,
            "changed_elsewhere": round(self.elsewhere, 2),
            "share_that_depends": self.share.record(),
            "changed_more_than_elsewhere": self.effect.record(),
            "enough_alone": self.enough,
            "enough_alone_elsewhere": round(self.enough_elsewhere, 2),
            "share_enough_alone": self.share_enough.record(),
            "p_value": float(f"{self.p_value:.3g}"),
        }


def tally(outcomes: Sequence[Mapping[str, Any]], *, seed: int = 0) -> Tally | None:
    """What outcomes of :func:`saliency.audit.evidence.probe.outcome` add up to; ``None`` without controls."""
    usable = [one for one in outcomes if one["controls"]]
    if not usable:
        return None
    depends = [float(one["finding"] == Finding.DEPENDS) for one in usable]
    changed = [float(one["changed"]) for one in usable]
    elsewhere = [float(one["changed_elsewhere"]) for one in usable]
    enough = [float(one["enough_alone"]) for one in usable]
    chance = max(map(_by_chance, usable))
    least = min(at_least(int(sum(hits)), len(usable), chance) for hits in (depends, enough))
    return Tally(
        tested=len(usable),
        depends=int(sum(depends)),
        changed=int(sum(changed)),
        elsewhere=sum(elsewhere),
        share=bootstrap(depends, seed=seed),
        effect=bootstrap([c - e for c, e in zip(changed, elsewhere, strict=True)], seed=seed),
        enough=int(sum(enough)),
        share_enough=bootstrap(enough, seed=seed),
        enough_elsewhere=sum(float(one["stays_alone_elsewhere"]) for one in usable),
        p_value=min(1.0, 2 * least),
    )


def verdict(found: Tally, q_value: float) -> Verdict:
    """What a tally shows once all that were asked about are taken into account.

    Args:
        found: The tally.
        q_value: Its p-value, adjusted.
    """
    if q_value <= RATE and any(
        hits >= FEWEST and share.mean >= MATERIAL and share.low > FEW
        for hits, share in ((found.depends, found.share), (found.enough, found.share_enough))
    ):
        return Verdict.DEPENDS
    return Verdict.SUGGESTIVE if found.p_value <= RATE else Verdict.NO_EVIDENCE


def _by_chance(outcome: Mapping[str, Any]) -> float:
    """The chance that an area stands out if it is as good as its controls; 1 in 20 of 19."""
    count = int(outcome["controls"])
    return (1 + math.floor(FEW * count + 1e-9)) / (1 + count)
