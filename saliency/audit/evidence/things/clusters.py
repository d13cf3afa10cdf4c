"""Spots that look alike in many photos of one answer: things on which the influence lies.

Spots of the searched half are clustered by what they look like to the model (average linkage on the cosine
distance, as SpRAy does with whole maps: Lapuschkin 2019, Unmasking Clever Hans predictors). A cluster in
enough photos, and in a larger share of them than of the photos of other answers, is a *thing*. How alike a
spot has to be to count as one is set where that tells most photos apart, a member being compared with the
others only. What is said of a thing is counted in other photos, so none of this needs to be exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.stats import fisher_exact

from saliency.audit.evidence.hot_spots import FEWEST, LEAST, Discovery
from saliency.audit.evidence.things.spots import PhotoSpots
from saliency.photo.area import Box

MOST = 3
"""Things an answer."""

ALIKE = 0.4
"""Mean cosine of two spots of one thing, at least; also of a spot and a thing's mean."""

CHANCE = 0.01
"""P-value, photos of other answers beside, from which a thing is one of this answer's."""

_SHARE = 0.1  # of the photos searched, in which a thing has to be

Vector = NDArray[np.float64]
Directions = NDArray[np.float64]
"""``(n, c)``, each of length 1: the cosine of two is their product."""


def usual(photos: Sequence[PhotoSpots]) -> Vector:
    """What the photos of a set look like on average, ``(c,)``; of at least one photo."""
    return np.asarray(np.stack([photo.whole for photo in photos]).mean(0, dtype=np.float64))


def directions(photo: PhotoSpots, centre: Vector) -> Directions:
    """In which direction each spot of a photo differs from what is usual."""
    return _unit(photo.vectors - centre)


@dataclass(frozen=True, eq=False)
class Thing:
    """Something on which the influence lies in many photos of an answer, wherever it is in them.

    Attributes:
        centre: What is usual in the set, ``(c,)``.
        mean: What it looks like, ``(c,)``, of length 1.
        least: How alike a spot has to be.
        likeness: Mean cosine of what was found and its mean, in [−1, 1].
        boxes: Where it was found, by the photo's number.
        discovery: How it was found; by chance it would be as frequent as with other answers, with which
            frequencies are compared by Fisher's exact test. Without other answers, the p-value is 1.
    """

    centre: Vector
    mean: Vector
    least: float
    likeness: float
    boxes: Mapping[int, Box]
    discovery: Discovery

    def match(self, photo: PhotoSpots) -> tuple[Box, float] | None:
        """The spot of a photo that is most like it, and how much; ``None`` if none is alike enough."""
        best = _best(directions(photo, self.centre), self.mean)
        if best is None or best[1] < self.least:
            return None
        return photo.boxes[best[0]], best[1]


def things(own: Mapping[int, PhotoSpots], others: Sequence[PhotoSpots], centre: Vector) -> list[Thing]:
    """The things of an answer, those in most photos and most alike first; none of too few photos.

    Args:
        own: Photos with the answer, by number.
        others: Photos with other answers.
        centre: What is usual in the set.
    """
    numbers = [number for number, photo in own.items() for _ in photo.boxes]
    boxes = [box for photo in own.values() for box in photo.boxes]
    if len(own) < LEAST or len(boxes) < 2:
        return []
    spots = np.concatenate([directions(photo, centre) for photo in own.values()])
    elsewhere = [directions(photo, centre) for photo in others]
    tree = linkage(spots, method="average", metric="cosine")
    labels = fcluster(tree, 1 - ALIKE, criterion="distance")
    found = []
    for label in np.unique(labels):
        members = _one_a_photo(np.flatnonzero(labels == label), numbers, spots)
        if len(members) < max(FEWEST, _SHARE * len(own)):
            continue
        mean, likeness = _mean_and_likeness(spots[members])
        least, seen, seen_elsewhere = _least_likeness(likeness, _likenesses(elsewhere, mean))
        discovery = Discovery(seen, len(own), *_by_chance(seen, len(own), seen_elsewhere, len(others)))
        if seen >= FEWEST and (not others or discovery.p_value <= CHANCE):
            at = {numbers[member]: boxes[member] for member in members}
            found.append(Thing(centre, mean, least, float((spots[members] @ mean).mean()), at, discovery))
    return sorted(found, key=lambda thing: -thing.discovery.gathered * thing.likeness)[:MOST]


def _unit(vectors: NDArray[np.float64]) -> Directions:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12))


def _best(spots: Directions, mean: Vector) -> tuple[int, float] | None:
    """Which of a photo's spots is most like a mean, and how much."""
    if not len(spots):
        return None
    likeness = spots @ mean
    return int(likeness.argmax()), float(likeness.max())


def _likenesses(photos: Iterable[Directions], mean: Vector) -> NDArray[np.float64]:
    """How alike the most alike spot of each photo is, −1 without spots, ``(n,)``."""
    return np.array([best[1] if (best := _best(photo, mean)) else -1.0 for photo in photos])


def _one_a_photo(members: NDArray[np.intp], numbers: Sequence[int], spots: Directions) -> list[int]:
    """The member of each photo that is most like the mean of all."""
    likeness = spots[members] @ spots[members].mean(0)
    best: dict[int, int] = {}
    for place in np.argsort(-likeness, kind="stable").tolist():
        best.setdefault(numbers[members[place]], int(members[place]))
    return sorted(best.values())


def _mean_and_likeness(members: Directions) -> tuple[Vector, NDArray[np.float64]]:
    """The direction of the mean, and how alike each member is to that of the others, ``(n,)``."""
    total = members.sum(0)
    return _unit(total), (members * _unit(total - members)).sum(1)


def _least_likeness(own: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[float, int, int]:
    """From which likeness on a spot counts; how many members then do, and how many photos of others."""
    candidates = np.unique(np.append(own[own >= ALIKE], ALIKE))
    seen = np.array([(own >= least).sum() for least in candidates])
    elsewhere = np.array([(others >= least).sum() for least in candidates])
    best = int((seen / len(own) - elsewhere / max(1, len(others))).argmax())  # of several, the least strict
    below = others[others < candidates[best]].max(initial=ALIKE)  # half-way to what is not to count
    return float(candidates[best] + max(below, ALIKE)) / 2, int(seen[best]), int(elsewhere[best])


def _by_chance(seen: int, pictures: int, seen_elsewhere: int, pictures_elsewhere: int) -> tuple[float, float]:
    """In how many photos it would be were it as frequent as with other answers, and the chance of as many."""
    if not pictures_elsewhere:
        return 0.0, 1.0
    table = [[seen, pictures - seen], [seen_elsewhere, pictures_elsewhere - seen_elsewhere]]
    p_value = float(fisher_exact(table, alternative="greater").pvalue)
    return pictures * seen_elsewhere / pictures_elsewhere, p_value
