"""Which photos' products are shown with other surroundings, and with those of which photos.

The photos of a class are put into a ring by their digests and the job's seed, and all photos into another.
Each gets the surroundings of the next one of its class, and of the next one of another class; so those of
hardly any photo are used twice. Nearly the same photo is passed over.

Not every photo is asked: as many of each class, at random, as it takes to see that a quarter of its answers
is lost. Neighbours in the ring follow one another as tasks, so that a photo read as one's own is at hand when
its surroundings are the next one's.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from saliency.audit.evidence.findings import ENOUGH
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.near_copies import NEAR
from saliency.audit.evidence.places import EXPECTED
from saliency.audit.evidence.rows import AreaRow, PhotoRow
from saliency.audit.evidence.true_classes import judged_rows
from saliency.audit.inputs.areas import NamedArea
from saliency.audit.inputs.source import Item

IN_ALL, OF_A_CLASS, OF_A_CLASS_AT_LEAST = 120, 30, 10
"""Photos that are asked at most, of these of one class at most, and of one class where there are many.

That 7 photos lose their answer, and none gains it, comes about by chance in 1 of 64 sets."""

DESCRIBED = 10
"""Photos of a class that are also shown with surroundings of which only the share is told."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A photo whose product is marked.

    Attributes:
        file: Its path inside the set.
        digest: SHA-256 of its bytes when its row was computed.
        areas: All areas that are its product.
    """

    file: str
    digest: str
    areas: tuple[NamedArea, ...]


@dataclass(frozen=True, slots=True)
class SurroundingsTask:
    """A photo whose product is to be shown with other surroundings.

    Attributes:
        number: Its number.
        own: The photo.
        same: Another one of its class, if there is one.
        other: One of another class, if there is one.
        described: Whether it is also shown with what no verdict needs: grey, blurred, without it.
    """

    number: int
    own: Scene
    same: Scene | None
    other: Scene | None
    described: bool = True

    @property
    def file(self) -> str:
        """Its path inside the set."""
        return self.own.file

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """All photos that it takes."""
        return tuple(scene for scene in (self.own, self.same, self.other) if scene is not None)


@dataclass(frozen=True, eq=False)
class SurroundingsPlan:
    """Photos whose products are shown with other surroundings.

    Attributes:
        judged: Whether their classes are what they show; else they are what the model answers.
        rows: The rows of all photos whose product is marked, by number.
        labels: Their classes, by number.
        tasks: What is to be computed, of a sample of them.
    """

    judged: bool = False
    rows: dict[int, PhotoRow] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    tasks: tuple[SurroundingsTask, ...] = ()


def surroundings_plan(
    groups: Sequence[GuessGroup], classes: Sequence[str], item: Callable[[int], Item], *, seed: int = 0
) -> SurroundingsPlan:
    """What to compute of the photos whose product is marked; nothing where these are hardly any.

    Args:
        groups: The photos by their guess.
        classes: The model's.
        item: Gives a photo of the set by its number.
        seed: The job's.
    """
    marked = {n: row for group in groups for n, row in group.rows.items() if _product(row)}
    if len(marked) < ENOUGH:
        return SurroundingsPlan()
    judged = 2 * sum(row.right is not None for row in marked.values()) >= len(marked)
    labels = {number: row.guess for number, row in marked.items()}
    if judged:
        by_class = judged_rows(groups, classes)
        labels = {number: label for label, rows in by_class.items() for number in rows if number in marked}
    ring, by_label = _rings(labels, marked, seed)
    places = {number: place for place, number in enumerate(ring)}
    within = {number: place for part in by_label.values() for place, number in enumerate(part)}

    scenes = {number: _scene(marked[number], item(number)) for number in ring}

    def next_one(number: int, part: Sequence[int], place: int, *, same: bool) -> Scene | None:
        for candidate in _after(part, place):
            fitting = (labels[candidate] == labels[number]) is same
            if fitting and not _nearly_the_same(marked[candidate], marked[number]):
                return scenes[candidate]
        return None

    tasks = []
    for number in ring:
        same = next_one(number, by_label[labels[number]], within[number], same=True)
        other = next_one(number, ring, places[number], same=False) if len(by_label) > 1 else None
        if same is not None or other is not None:
            described = within[number] < DESCRIBED
            tasks.append(SurroundingsTask(number, scenes[number], same, other, described))
    return SurroundingsPlan(judged, marked, labels, tuple(tasks))


def _product(row: PhotoRow) -> list[AreaRow]:
    """The areas of a photo that are its product; none where one of them could not be used."""
    named = [area for area in row.areas if area.name.casefold() in EXPECTED]
    usable = [area for area in named if isinstance(area, AreaRow)]
    return usable if len(usable) == len(named) else []


def _scene(row: PhotoRow, item: Item) -> Scene:
    names = {area.name for area in _product(row)}
    areas = tuple(area for area in item.areas if area.name in names)
    return Scene(row.file, row.photo_sha256, areas)


def _rings(
    labels: dict[int, str], rows: dict[int, PhotoRow], seed: int
) -> tuple[list[int], dict[str, list[int]]]:
    """A sample of all photos in a random order, classes in turn, and those of each class in theirs."""

    def shuffled(number: int) -> str:
        return hashlib.sha256(f"{seed} {rows[number].photo_sha256}".encode()).hexdigest()

    by_label: dict[str, list[int]] = defaultdict(list)
    for number in sorted(labels, key=shuffled):
        by_label[labels[number]].append(number)
    most = min(OF_A_CLASS, max(OF_A_CLASS_AT_LEAST, IN_ALL // len(by_label)))
    left, sample = IN_ALL, {}
    for label, numbers in sorted(by_label.items(), key=lambda part: (-len(part[1]), part[0])):
        if left > 0:
            sample[label] = numbers[: min(most, left)]
            left -= len(sample[label])
    turns = {number: turn for part in sample.values() for turn, number in enumerate(part)}
    return sorted(turns, key=lambda number: (turns[number], shuffled(number))), sample


def _after(ring: Sequence[int], place: int) -> Iterator[int]:
    """All others of a ring, from the next one on."""
    return (ring[(place + step) % len(ring)] for step in range(1, len(ring)))


def _nearly_the_same(first: PhotoRow, second: PhotoRow) -> bool:
    if not first.fingerprint or not second.fingerprint:
        return False
    return (int(first.fingerprint, 16) ^ int(second.fingerprint, 16)).bit_count() <= NEAR
