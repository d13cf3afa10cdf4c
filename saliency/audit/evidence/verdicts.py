"""From what covering one area did in many photos to a verdict on a class and the area.

The photo is the unit. Were the area as good as any equal one elsewhere in the picture, the check of one photo
would find that the guess depends on it in at most one of twenty (it has to beat all of 19 controls), so the
number of photos with that finding has a known distribution. The same holds for whether the area alone is
enough for the guess (``saliency.audit.evidence.sufficiency``), and for what is given to photos with other
guesses: does that make the guess, and more so than every equal change? Over all candidates asked about, the
false discovery rate is kept at 5 % (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean

from scipy.stats import binom

from saliency.audit.evidence.rows import CoverOutcome, ValueCourse
from saliency.audit.evidence.statistics import Interval, bootstrap
from saliency.audit.json_types import OPTIONAL, rounded, significant
from saliency.checks.cover import FEW, Finding
from saliency.checks.permutation_test import p_value

RATE = 0.05
"""False discovery rate."""

MATERIAL = 0.2
"""Share of the photos tested that have to depend on an area."""

FEWEST = 3
"""So many photos have to depend on it, at least."""

TAKEN = 6
"""From so many photos a property has to be taken away for that to say whether guesses depend on it."""

AS_MUCH = 0.5
"""Share of these from which equal changes change so many guesses that taking it away says nothing either."""

MANY = 0.4
"""Share of photos in which giving it has to make the guess where taking it away says nothing."""


class Verdict(StrEnum):
    """What a set shows of a class and an area."""

    DEPENDS = "depends"
    SUGGESTIVE = "suggestive"
    NO_EVIDENCE = "no evidence"


@dataclass(frozen=True, kw_only=True)
class CoverSummary:
    """What covering an area did in the photos of one class; the fields are keys of ``findings.json``.

    Attributes:
        tested: Photos in which it was covered.
        depends: Photos whose check says that the guess depends on it.
        changed: Photos in which covering it changed the guess, with every fill.
        changed_elsewhere: In how many covering an equal area elsewhere did, on average over those areas.
        share_that_depends: Share of photos that depend on it.
        changed_more_than_elsewhere: How much more often the guess changes than elsewhere, a photo.
        given: Photos with other guesses to which it was given, of which the next three then are; ``None``
            where it was not.
        enough_alone: Photos in which it alone is enough for the guess, more so than any equal area elsewhere.
        enough_alone_elsewhere: With how many an equal area elsewhere is, on average over those areas.
        share_enough_alone: Share of photos in which it is.
        p_value: The chance of so many or more that depend on it, or for which it is enough: the smaller one,
            doubled.
        values: What covering did to the tag's share, or the number, on average over the photos.
    """

    tested: int
    depends: int
    changed: int
    changed_elsewhere: float = rounded(2)
    share_that_depends: Interval
    changed_more_than_elsewhere: Interval
    enough_alone: int
    enough_alone_elsewhere: float = rounded(2)
    share_enough_alone: Interval
    p_value: float = significant(3)
    values: ValueCourse | None = field(default=None, metadata=OPTIONAL)
    given: int | None = field(default=None, metadata=OPTIONAL)

    @property
    def enough_of(self) -> int:
        """Of how many photos it was asked whether it is enough for the guess."""
        return self.tested if self.given is None else self.given

    @property
    def is_shown(self) -> bool:
        """Whether guesses depend on it in so many photos that it counts, chance aside.

        What is given to photos with other guesses may make the guess though none of those that have it rests
        on it: a frame makes a church of a truck, and churches in frames stay churches without. So what is
        given has to be missed where it is taken away. Where that says nothing, as it can be done to too few
        photos, or as equal changes change most guesses too, giving it has to make the guess in many photos.
        """
        depends = _counts(self.depends, self.share_that_depends)
        if self.given is None:
            return depends or self.is_enough
        tells = self.tested >= TAKEN
        if depends and tells:
            return True
        says = tells and self.changed_elsewhere < AS_MUCH * self.tested
        return not says and self.is_enough and self.share_enough_alone.mean >= MANY

    @property
    def is_enough(self) -> bool:
        """Whether it is enough for the guess in so many photos that it counts."""
        return _counts(self.enough_alone, self.share_enough_alone)


def cover_summary(
    outcomes: Iterable[CoverOutcome], given: Iterable[CoverOutcome] | None = None, *, seed: int = 0
) -> CoverSummary | None:
    """What outcomes add up to, one a photo.

    Args:
        outcomes: What covering it, or taking it away, did; without controls they do not count.
        given: What giving it to photos with other guesses did, likewise; ``None``: what it does alone is
            asked of the same photos.
        seed: Where the random numbers of the intervals start.

    Returns:
        The summary; ``None`` of no outcome.
    """
    usable = [outcome for outcome in outcomes if outcome.controls]
    others = None if given is None else [outcome for outcome in given if outcome.controls]
    asked = usable if others is None else others
    if not usable and not asked:
        return None
    depends = [outcome.finding == Finding.DEPENDS for outcome in usable]
    changed = [outcome.changed for outcome in usable]
    elsewhere = [outcome.changed_elsewhere or 0.0 for outcome in usable]
    effects = [c - e for c, e in zip(changed, elsewhere, strict=True)]
    enough = [outcome.enough_alone for outcome in asked]
    least = min(_by_chance(usable, depends), _by_chance(asked, enough))
    return CoverSummary(
        tested=len(usable),
        depends=sum(depends),
        changed=sum(changed),
        changed_elsewhere=sum(elsewhere),
        share_that_depends=_interval(depends, seed),
        changed_more_than_elsewhere=_interval(effects, seed),
        enough_alone=sum(enough),
        enough_alone_elsewhere=sum(outcome.stays_alone_elsewhere or 0.0 for outcome in asked),
        share_enough_alone=_interval(enough, seed),
        p_value=min(1.0, 2 * least),
        values=_average([outcome.values for outcome in usable if outcome.values is not None]),
        given=None if others is None else len(others),
    )


def _by_chance(outcomes: Sequence[CoverOutcome], hits: Sequence[bool]) -> float:
    """The chance of so many hits or more, were the candidate as good as its controls: 1 in 20 of 19 a photo.

    Those that were screened could not be a hit.
    """
    chances = [p_value(math.floor(FEW * o.controls + 1e-9), o.controls) for o in outcomes if not o.screened]
    return float(binom.sf(sum(hits) - 1, len(outcomes), max(chances, default=1.0)))


def _interval(values: Sequence[float], seed: int) -> Interval:
    """The mean and its interval; of no photo, it may be anything."""
    return bootstrap(values, seed=seed) if values else Interval(0.0, 0.0, 1.0)


def _average(values: Sequence[ValueCourse]) -> ValueCourse | None:
    """The mean of each figure, with its digits as kept of one photo; ``None`` of none."""
    if not values:
        return None
    columns = ([v.before for v in values], [v.after for v in values], [v.elsewhere or 0.0 for v in values])
    return ValueCourse(*(float(f"{fmean(column):.6g}") for column in columns))


def verdict(summary: CoverSummary, q_value: float, *, of_property: bool = False) -> Verdict:
    """What a summary shows once its p-value is adjusted, to ``q_value``, for all that was asked about.

    Args:
        summary: The summary.
        q_value: Its p-value, adjusted.
        of_property: Whether it is of a property of the whole picture. What can only be taken away has to be
            taken from `TAKEN` photos, and to change the answer of a share of `MATERIAL`: unlike a place, it
            goes with whatever else makes those photos differ, and any harm to a picture lowers scores.
    """
    only_taken = of_property and summary.given is None
    weak = only_taken and (summary.tested < TAKEN or summary.changed < MATERIAL * summary.tested)
    if q_value <= RATE and summary.is_shown and not weak:
        return Verdict.DEPENDS
    return Verdict.SUGGESTIVE if summary.p_value <= RATE else Verdict.NO_EVIDENCE


def _counts(hits: int, share: Interval) -> bool:
    """Whether so many photos are enough to matter."""
    return hits >= FEWEST and share.mean >= MATERIAL and share.low > FEW
