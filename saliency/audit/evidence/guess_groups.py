"""Photos by their guess, the hot spots of each group, and in which photos to test them.

Hot spots are discovered on one half of the photos and tested on the other, so what is counted for one was not
used to choose it. The photos of a group are put into halves by their digests, near copies into the same one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from saliency.audit.evidence.hot_spots import LEAST, HotSpot, gathers, hot_spots, influence_shares
from saliency.audit.evidence.near_copies import copy_groups, near_copies
from saliency.audit.evidence.rows import CoarseMap, FinishedPhoto, MapReader, PhotoRow
from saliency.photo.area import Box

SEARCHED = 500
"""More maps of a group are not needed to discover its hot spots."""

TESTED = 200
"""In more photos a hot spot is not covered: a share is then known to 7 % or better."""

_TOGETHER = 500  # maps at a time


@dataclass(frozen=True, eq=False)
class GuessGroup:
    """The photos with one guess, each counted once.

    Attributes:
        coarse_map: Gives a photo's map, which may be read from disk only then.
        rows: The photos' rows, by number.
        with_map: Numbers of the photos in whose map something speaks for the guess.
    """

    guess: str
    coarse_map: MapReader
    rows: dict[int, PhotoRow] = field(default_factory=dict)
    with_map: list[int] = field(default_factory=list)

    def half(self, *, discover: bool, seed: int) -> list[int]:
        """Numbers of the photos with a map that are for discovering, or for testing, in a random order.

        Each goes to the half with fewer so far, together with its near copies: one by one in turn where there
        are none.
        """

        def shuffled(number: int) -> str:
            return hashlib.sha256(f"{seed} {self.rows[number].photo_sha256}".encode()).hexdigest()

        together: dict[int, list[int]] = {}
        for number in sorted(self.with_map, key=shuffled):
            together.setdefault(self._copies[number], []).append(number)
        discovery: list[int] = []
        test: list[int] = []
        for copies in together.values():
            smaller = discovery if len(discovery) <= len(test) else test
            smaller += copies
        return discovery[:SEARCHED] if discover else test

    def searched(self, seed: int) -> bool:
        """Whether the halves are large enough to look for hot spots in one and to test them in the other."""
        halves = {discover: len(self.half(discover=discover, seed=seed)) for discover in (True, False)}
        return halves[True] >= LEAST and halves[False] >= LEAST - 1

    @property
    def near_copies(self) -> int:
        """How many photos are nearly the same as another one of the group."""
        return near_copies(np.fromiter(self._copies.values(), np.intp))

    @cached_property
    def _copies(self) -> dict[int, int]:
        """For each photo's number the first one that it is nearly the same as."""
        numbers = list(self.rows)
        firsts = copy_groups([row.fingerprint for row in self.rows.values()])
        return {number: numbers[first] for number, first in zip(numbers, firsts.tolist(), strict=True)}

    def gathered(self, numbers: Sequence[int], box: Box) -> list[int]:
        """Those of some photos whose influence gathers in a box."""
        gathered: list[int] = []
        for start in range(0, len(numbers), _TOGETHER):
            part = numbers[start : start + _TOGETHER]
            inside = gathers(influence_shares([self.coarse_map(number) for number in part]), box)
            gathered += [number for number, yes in zip(part, inside.tolist(), strict=True) if yes]
        return gathered


@dataclass(frozen=True, eq=False)
class CoverPlan:
    """A hot spot of a group, and the photos of the other half to cover it in.

    Attributes:
        pictures: How many photos the other half has.
        gathered: In how many of them the influence gathers in it.
        numbers: Those of them in which it is covered, at most as many as are needed.
    """

    guess: str
    hot_spot: HotSpot
    pictures: int
    gathered: int
    numbers: tuple[int, ...]


def guess_groups(photos: Iterable[FinishedPhoto], read: MapReader | None = None) -> list[GuessGroup]:
    """Finished photos by their guess, in the order of the guesses' names.

    Args:
        photos: The photos.
        read: Gives a map by its photo's number once more; without it all of them are kept in memory.
    """
    groups: dict[str, GuessGroup] = {}
    memory: dict[int, CoarseMap] = {}
    for number, _, row, coarse_map in photos:
        if not isinstance(row, PhotoRow):
            continue
        group = groups.setdefault(row.guess, GuessGroup(row.guess, read or memory.__getitem__))
        group.rows[number] = replace(row, scores=row.scores[:1], notes=())
        if coarse_map is not None and float(coarse_map.sum()) > 0:
            group.with_map.append(number)
            if read is None:
                memory[number] = coarse_map
    return [groups[guess] for guess in sorted(groups)]


def cover_plans(groups: Iterable[GuessGroup], *, seed: int = 0) -> list[CoverPlan]:
    """Hot spots discovered on one half of each group, and where to test them on the other."""
    plans = []
    for group in groups:
        discovery = group.half(discover=True, seed=seed)
        test = group.half(discover=False, seed=seed)
        if not discovery or not test:  # one photo, or all of them near copies
            continue
        for hot_spot in hot_spots(influence_shares([group.coarse_map(number) for number in discovery])):
            gathered = group.gathered(test, hot_spot.box)
            numbers = tuple(sorted(gathered[:TESTED]))
            plans.append(CoverPlan(group.guess, hot_spot, len(test), len(gathered), numbers))
    return plans
