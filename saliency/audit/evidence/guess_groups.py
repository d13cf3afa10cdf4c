"""Photos by their guess, the hot spots of each group, and in which photos to test them.

Hot spots are discovered on one half of the photos and tested on the other, so what is counted for one was not
used to choose it. The photos of a group are put into halves by their digests, near copies into the same one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from saliency.audit.evidence.candidates import CandidateKind, PlaceTrial
from saliency.audit.evidence.hot_spots import (
    LEAST,
    Discovery,
    HotSpot,
    gathers,
    hot_spots,
    influence_shares,
)
from saliency.audit.evidence.near_copies import copy_groups, near_copies
from saliency.audit.evidence.places import MIDDLE, place_of
from saliency.audit.evidence.rows import CoarseMap, FinishedPhoto, MapReader, PhotoRow
from saliency.audit.evidence.verdicts import CoverSummary
from saliency.photo.area import Box

SEARCHED = 500
"""More maps of a group are not needed to discover its hot spots."""

TESTED = 40
"""In more photos a hot spot is not covered: a share is then known to 16 % or better."""

_TOGETHER = 500  # maps at a time


@dataclass(frozen=True, eq=False)
class GuessGroup:
    """The photos with one guess, each counted once.

    Attributes:
        coarse_map: Gives a photo's map, which may be read from disk only then.
        rows: The photos' rows, by number.
        with_map: Numbers of the photos in whose map something speaks for the guess.
        copies: For each photo's number the first one of the set that it is nearly the same as.
        spanning: Those of these first ones whose near copies have several guesses.
    """

    guess: str
    coarse_map: MapReader
    rows: dict[int, PhotoRow] = field(default_factory=dict)
    with_map: list[int] = field(default_factory=list)
    copies: dict[int, int] = field(default_factory=dict)
    spanning: set[int] = field(default_factory=set)

    def half(self, *, discover: bool, seed: int, every: bool = False) -> list[int]:
        """Numbers of the photos that are for discovering, or for testing, in a random order.

        Each goes to the half with fewer so far, together with its near copies: one by one in turn where there
        are none. Near copies with several guesses come first; their half is the same for each guess.

        Args:
            discover: Which half.
            seed: What the order depends on, besides the photos' bytes.
            every: Of all photos; else of those with a map.
        """

        def shuffled(number: int) -> str:
            return hashlib.sha256(f"{seed} {self.rows[number].photo_sha256}".encode()).hexdigest()

        together: dict[int, list[int]] = {}
        for number in sorted(self.rows if every else self.with_map, key=shuffled):
            together.setdefault(self.copies.get(number, number), []).append(number)
        discovery: list[int] = []
        test: list[int] = []
        for first in sorted(together, key=lambda first: first not in self.spanning):
            smaller = discovery if len(discovery) <= len(test) else test
            drawn = test if hashlib.sha256(f"{seed} {first}".encode()).digest()[0] % 2 else discovery
            half = drawn if first in self.spanning else smaller
            half += together[first]
        return discovery[:SEARCHED] if discover else test

    def searched(self, seed: int) -> bool:
        """Whether the halves are large enough to look for hot spots in one and to test them in the other."""
        halves = {discover: len(self.half(discover=discover, seed=seed)) for discover in (True, False)}
        return halves[True] >= LEAST and halves[False] >= LEAST - 1

    @property
    def near_copies(self) -> int:
        """How many photos are nearly the same as another one of the group."""
        return near_copies(np.fromiter(self.copies.values(), np.intp))

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
    """A hot spot of a group, and the photos of the other half to cover it in; a candidate.

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
    kind: CandidateKind = "place"
    others: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """The box as text."""
        return self.hot_spot.key

    @property
    def name(self) -> str:
        """Where it is."""
        return place_of(self.hot_spot.box)

    @property
    def box(self) -> Box:
        """Its box."""
        return self.hot_spot.box

    @property
    def discovery(self) -> Discovery:
        """How it was found."""
        return self.hot_spot.discovery

    def trial(self, number: int) -> PlaceTrial:
        """Cover it, in whatever photo."""
        return PlaceTrial(self.hot_spot.box)

    def expected(self, summary: CoverSummary) -> bool:
        """The thing itself usually is in the middle, whatever covering it did."""
        return self.name == MIDDLE


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
    by_guess = [groups[guess] for guess in sorted(groups)]
    _note_copies(by_guess)
    return by_guess


def _note_copies(groups: Sequence[GuessGroup]) -> None:
    """Note which photos are nearly the same, of all guesses together."""
    owners = {number: group for group in groups for number in group.rows}
    numbers = sorted(owners)
    firsts = copy_groups([owners[number].rows[number].fingerprint for number in numbers])
    guesses: dict[int, set[str]] = {}
    for number, first in zip(numbers, (numbers[place] for place in firsts.tolist()), strict=True):
        owners[number].copies[number] = first
        guesses.setdefault(first, set()).add(owners[number].guess)
    for group in groups:
        group.spanning.update(first for first in group.copies.values() if len(guesses[first]) > 1)


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
