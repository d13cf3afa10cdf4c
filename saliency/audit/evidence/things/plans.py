"""The things of each answer, and in which photos to test them, each at its place there.

Things are found on the half of an answer's photos on which hot spots are, and tested on the other half. One
that always lies in one place is a hot spot already, and not reported twice. A hot spot stands for one thing
only: of several at its place, such as the fish and the hands that hold it, the others are things of
their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from saliency.audit.evidence.candidates import CandidateKind
from saliency.audit.evidence.guess_groups import SEARCHED, CoverPlan, GuessGroup
from saliency.audit.evidence.hot_spots import Discovery
from saliency.audit.evidence.places import EXPECTED, MIDDLE, place_of
from saliency.audit.evidence.rows import AreaRow
from saliency.audit.evidence.things.clusters import Thing, things, usual
from saliency.audit.evidence.things.spots import PhotoSpots
from saliency.audit.evidence.things.trial import ThingTrial
from saliency.audit.evidence.verdicts import CoverSummary
from saliency.photo.area import Box, box_overlap

TESTED = 40
"""In more photos a thing is not covered: a share is then known to 16 % or better."""

LIKE_THIS = "something like this"
"""What a thing is called, beside a sheet of crops of it."""

_SAME = 0.5  # overlap as a share of the smaller box, from which two places are one
_MOSTLY = 0.5  # share of a thing's photos in which it lies at a place, to be called that place

SpotReader = Callable[[int], PhotoSpots | None]
"""Gives a photo's spots by its number, which may be read from disk only then."""


@dataclass(frozen=True, eq=False)
class ThingPlan:
    """A thing of an answer, and the photos of the other half to cover it in; a candidate.

    Attributes:
        pictures: How many photos the other half has.
        places: Where the influence lies on it in them, by the photo's number, the most alike first.
        numbers: Those in which it is covered, at most as many as are needed.
        own: Whether it probably is the thing itself: mostly in the middle, or in an area that says so.
    """

    guess: str
    thing: Thing
    pictures: int
    places: Mapping[int, Box]
    numbers: tuple[int, ...]
    own: bool
    kind: CandidateKind = "thing"
    box: Box | None = None
    others: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What its outcomes are kept under; another one where it lies at other places."""
        places = json.dumps([(number, self.places[number]) for number in self.numbers])
        return f"thing {hashlib.sha256(places.encode()).hexdigest()[:16]} {json.dumps(self.guess)}"

    @property
    def name(self) -> str:
        """What it is; only a person who sees it can say."""
        return LIKE_THIS

    @property
    def discovery(self) -> Discovery:
        """How it was found."""
        return self.thing.discovery

    @property
    def gathered(self) -> int:
        """In how many photos of the other half the influence lies on it."""
        return len(self.places)

    def trial(self, number: int) -> ThingTrial:
        """Cover it where it is in this photo."""
        return ThingTrial(self.places[number])

    def expected(self, summary: CoverSummary) -> bool:
        """Where it lies says it, whatever covering it did."""
        return self.own


def thing_plans(
    groups: Sequence[GuessGroup], spots: SpotReader, covered: Sequence[CoverPlan], *, seed: int = 0
) -> list[ThingPlan]:
    """Things found on one half of each group, and where to test them on the other.

    Args:
        groups: The photos by their guess.
        spots: Gives their spots.
        covered: The hot spots that are tested already.
        seed: As for the hot spots.
    """
    halves = {group.guess: group.half(discover=True, seed=seed) for group in groups}
    mixed = list(islice(_mixed(halves, spots), 2 * SEARCHED))
    if not mixed:
        return []
    centre, plans = usual([photo for _, photo in mixed]), []
    for group in groups:
        own = dict(_read(halves[group.guess], spots))
        others = [photo for guess, photo in mixed if guess != group.guess][:SEARCHED]
        hot_spots = [plan.hot_spot.box for plan in covered if plan.guess == group.guess]
        for thing in things(own, others, centre):
            said = next((box for box in hot_spots if _lies_at(thing.boxes.values(), box)), None)
            if said is None:
                plans.append(_plan(group, thing, spots, seed))
            else:
                hot_spots.remove(said)
    return [plan for plan in plans if plan.numbers]


def _read(numbers: Iterable[int], spots: SpotReader) -> Iterator[tuple[int, PhotoSpots]]:
    """Photos with their spots, one at a time; those without a map have none."""
    for number in numbers:
        photo = spots(number)
        if photo is not None:
            yield number, photo


def _mixed(halves: Mapping[str, Sequence[int]], spots: SpotReader) -> Iterator[tuple[str, PhotoSpots]]:
    """Photos with their guess, one of each guess in turn."""
    for turn in zip_longest(*halves.values()):
        for guess, number in zip(halves, turn, strict=True):
            for _, photo in _read([] if number is None else [number], spots):
                yield guess, photo


def _plan(group: GuessGroup, thing: Thing, spots: SpotReader, seed: int) -> ThingPlan:
    test = group.half(discover=False, seed=seed)
    alike = {number: match for number, photo in _read(test, spots) if (match := thing.match(photo))}
    places = {number: alike[number][0] for number in sorted(alike, key=lambda number: -alike[number][1])}
    drawn = [number for number in test if number in places][:TESTED]  # the half is in a random order
    own = _expected(group, {**thing.boxes, **places})
    return ThingPlan(group.guess, thing, len(test), places, tuple(sorted(drawn)), own)


def _expected(group: GuessGroup, places: Mapping[int, Box]) -> bool:
    """Whether a thing is mostly in the middle, or in what people named the thing itself where they did."""
    named = {
        number: [
            area.box
            for area in group.rows[number].areas
            if isinstance(area, AreaRow) and area.name.casefold() in EXPECTED
        ]
        for number in places
    }
    judged = [
        any(box_overlap(places[number], box) >= _SAME for box in boxes)
        if (boxes := named[number])
        else place_of(places[number]) == MIDDLE
        for number in places
    ]
    return sum(judged) > _MOSTLY * len(judged)


def _lies_at(boxes: Iterable[Box], place: Box) -> bool:
    """Whether a thing lies at a place in most photos."""
    inside = [box_overlap(box, place) >= _SAME for box in boxes]
    return sum(inside) > _MOSTLY * len(inside)
