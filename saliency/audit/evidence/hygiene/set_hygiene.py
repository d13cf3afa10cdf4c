"""What is wrong with a set itself, as ``findings.json`` keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from saliency.audit.evidence.hygiene.copies import CopyGroup, copy_list
from saliency.audit.evidence.hygiene.flaws import FlawedPhoto, flawed_photos, odd_photos
from saliency.audit.evidence.hygiene.labels import DoubtfulLabel, doubtful_labels
from saliency.audit.evidence.hygiene.neighbours import MOST, neighbours
from saliency.audit.evidence.hygiene.origins import ClassOrigin, class_origins
from saliency.audit.evidence.hygiene.set_photos import SetPhoto, set_photos
from saliency.audit.evidence.near_copies import copy_groups
from saliency.audit.evidence.origin import PhotoOrigin
from saliency.audit.evidence.rows import FinishedPhoto
from saliency.audit.evidence.traces import PhotoTrace, Vector
from saliency.audit.json_types import optional


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHygiene:
    """What is wrong with a set itself; the fields are keys of ``findings.json``.

    Attributes:
        photos: How many photos were looked at.
        with_neighbours: Of how many the nearest others are known: 0 in audits of earlier programs, and of
            models asked from outside that give no more than an answer.
        labelled: How many of these have a label.
        copies: Groups of copies, those with different labels first.
        flawed: Photos in which little can be seen or that are unlike all others.
        doubtful: Labels that may be wrong, those with the most against them first.
        origins: Classes whose photos alone come from one source.
        unfamiliar: ``True`` where the model may not know what most photos show, so that what it sees as near
            tells little; else left out.
    """

    photos: int
    with_neighbours: int
    labelled: int
    copies: tuple[CopyGroup, ...] = ()
    flawed: tuple[FlawedPhoto, ...] = ()
    doubtful: tuple[DoubtfulLabel, ...] = ()
    origins: tuple[ClassOrigin, ...] = ()
    unfamiliar: bool | None = optional()

    @property
    def across(self) -> tuple[CopyGroup, ...]:
        """Copies with different labels."""
        return tuple(group for group in self.copies if group.across)

    @property
    def says_something(self) -> bool:
        """Whether anything was found."""
        return bool(self.copies or self.flawed or self.doubtful or self.origins)


def set_hygiene(
    finished: Callable[[], Iterable[FinishedPhoto]], traces: Iterable[PhotoTrace], classes: Sequence[str]
) -> SetHygiene:
    """What is wrong with a set itself.

    Args:
        finished: Gives its finished photos.
        traces: What else is known of them; of photos of earlier programs nothing.
        classes: The model's.
    """
    photos = list(set_photos(finished(), classes))
    origins: dict[int, PhotoOrigin] = {}
    vectors: dict[int, Vector] = {}
    alike: dict[PhotoOrigin, PhotoOrigin] = {}  # most photos of a set share theirs
    for trace in traces:
        origins[trace.number] = alike.setdefault(trace.origin, trace.origin)
        if trace.vector is not None:
            vectors[trace.number] = trace.vector
    copies = copy_groups([photo.fingerprint for photo in photos])
    places = list(_comparable(photos, vectors))
    odd, doubtful = _by_neighbours(photos, places, vectors, copies)
    flawed = tuple(flawed_photos(photos))
    named = {photo.file for photo in flawed}
    return SetHygiene(
        photos=len(photos),
        with_neighbours=len(places),
        labelled=sum(photos[place].shows is not None for place in places),
        copies=copy_list(photos, copies, (photo.row for photo in finished())),
        flawed=(*flawed, *(photo for photo in odd if photo.file not in named)),
        doubtful=doubtful,
        origins=class_origins(photos, origins),
    )


def _comparable(photos: Sequence[SetPhoto], vectors: dict[int, Vector]) -> Iterator[int]:
    """The places of the photos that can be compared: their vectors are known, and of one length."""
    lengths = Counter(len(vector) for vector in vectors.values())
    usual = max(lengths, key=lambda length: lengths[length], default=0)
    found = 0
    for place, photo in enumerate(photos):
        if found < MOST and photo.number in vectors and len(vectors[photo.number]) == usual:
            found += 1
            yield place


def _by_neighbours(
    photos: Sequence[SetPhoto], places: Sequence[int], vectors: dict[int, Vector], copies: np.ndarray
) -> tuple[list[FlawedPhoto], tuple[DoubtfulLabel, ...]]:
    """Odd photos and doubtful labels; the latter by the nearest others that have a label."""
    if len(places) < 2:
        return [], ()
    some = [photos[place] for place in places]
    near = neighbours([vectors[photo.number] for photo in some], copies[np.asarray(places)])
    odd = list(odd_photos(some, near))
    labelled = [place for place in places if photos[place].shows is not None]
    if len(labelled) < 2:
        return odd, ()
    of_labelled = copies[np.asarray(labelled)]
    if len(labelled) < len(places):
        near = neighbours([vectors[photos[place].number] for place in labelled], of_labelled)
    return odd, doubtful_labels([photos[place] for place in labelled], near, of_labelled)
