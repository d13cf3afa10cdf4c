"""Who computes the photos of an audit: this process (:class:`LocalPool`), or whatever else is handed in.

What is computed of one photo is here once (:class:`PhotoWork`), so that it is the same wherever it happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from saliency.audit.evidence.candidates import Trial
from saliency.audit.evidence.origin import HEAD, photo_origin
from saliency.audit.evidence.picture_measures import jpeg_quality
from saliency.audit.evidence.probe import PhotoProbe, Reading
from saliency.audit.evidence.rows import (
    FinishedPhoto,
    LeftOutRow,
    LeftOutTest,
    Result,
    SpotsResult,
    SurroundingsResult,
    TrialResult,
)
from saliency.audit.evidence.surround import SurroundingsAnswers
from saliency.audit.evidence.surroundings.exchange import MarkedPicture, exchanged, guesses, marked_on_input
from saliency.audit.evidence.surroundings.plan import Scene, SurroundingsTask
from saliency.audit.evidence.things.spots import kept_spots
from saliency.audit.evidence.traces import PhotoTrace, vector
from saliency.audit.inputs.same_photo import ChangedPhotoError, same_photo
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Item
from saliency.audit.job import Job
from saliency.classifier import Classifier
from saliency.errors import Cancelled, SaliencyError, UnansweredError
from saliency.photo.reading import Photo, read_photo
from saliency.progress import Progress

_AT_HAND = 24  # pictures with a marked product that are kept, of some 2 MB each


@dataclass(frozen=True, slots=True)
class PhotoTask:
    """A photo whose row is to be computed, and its number."""

    number: int
    item: Item

    @property
    def file(self) -> str:
        """Its path inside the set."""
        return self.item.file


@dataclass(frozen=True, slots=True)
class TrialTask:
    """A photo and the candidates, key of each and how, that are to be tried on it.

    Attributes:
        digest: SHA-256 of the photo's bytes when its row was computed.
    """

    number: int
    file: str
    digest: str
    trials: tuple[tuple[str, Trial], ...]


Task = PhotoTask | TrialTask | SurroundingsTask


class Pool(Protocol):
    """Computes photos; what it gives is kept at once, so it must not run ahead of whoever takes it."""

    def results(
        self, job: Job, folder: Path, tasks: Sequence[Task], on_progress: Progress
    ) -> Iterator[Result]:
        """Each photo's row and each trial's outcome, in any order, once it is known.

        Args:
            job: What is asked; it is for reading.
            folder: Where the photos are.
            tasks: What is to be computed.
            on_progress: Called now and then; what it raises stops the work.

        Raises:
            SaliencyError: A photo has changed.
        """


class LocalPool:
    """This process, one photo after the other."""

    def __init__(self, classifier: Classifier, reading: Reading = nullcontext) -> None:
        """Compute with this model; what decodes pictures runs inside ``reading()``."""
        self._classifier, self._reading = classifier, reading

    def results(
        self, job: Job, folder: Path, tasks: Sequence[Task], on_progress: Progress
    ) -> Iterator[Result]:
        """See :class:`Pool`."""
        work = PhotoWork(self._classifier, folder, job.masks, job.settings, on_progress, self._reading)
        for task in tasks:
            yield from work.results(task)


@dataclass(frozen=True, eq=False)
class PhotoWork:
    """What it takes to compute photos of an audit: a model, where photos and masks are, what is asked.

    Attributes:
        reading: Made anew around everything that decodes a picture, which may take seconds but no model.
    """

    classifier: Classifier
    folder: Path
    masks: Path | None
    settings: Settings
    on_progress: Progress | None = None
    reading: Reading = nullcontext
    _marked_pictures: dict[Scene, MarkedPicture | LeftOutTest] = field(default_factory=dict)

    def results(self, task: Task) -> Iterator[Result]:
        """What comes of a task; whatever is wrong with a photo becomes its row.

        Raises:
            SaliencyError: A photo has changed since its row was computed.
        """
        if isinstance(task, PhotoTask):
            yield from self._photo(task)
            return
        if isinstance(task, SurroundingsTask):
            yield SurroundingsResult(task.number, self._surroundings(task))
            return
        photo = self._audited(task.file, task.digest)
        if isinstance(photo, LeftOutTest):
            yield from (TrialResult(task.number, key, photo) for key, _ in task.trials)
            return
        probe = self._probe(photo, jpeg_quality(self.folder / task.file))
        for key, trial in task.trials:
            try:
                yield TrialResult(task.number, key, trial.outcome(probe))
            except (Cancelled, UnansweredError):
                raise
            except SaliencyError as error:
                yield TrialResult(task.number, key, LeftOutTest(error.message))

    def _audited(self, file: str, digest: str) -> Photo | LeftOutTest:
        """A photo whose row was computed; or why it cannot be read any more.

        Raises:
            ChangedPhotoError: It has changed since.
        """
        try:
            with self.reading():
                return same_photo(self.folder, file, digest)
        except (Cancelled, UnansweredError, ChangedPhotoError):
            raise
        except SaliencyError as error:
            return LeftOutTest(error.message, photo_unreadable=True)

    def _surroundings(self, task: SurroundingsTask) -> SurroundingsAnswers | LeftOutTest:
        """What the model says to a product with other surroundings; those of a lost photo are passed over."""
        own = self._marked(task.own)
        if isinstance(own, LeftOutTest):
            return own
        same, other = (
            picture if scene and isinstance(picture := self._marked(scene), MarkedPicture) else None
            for scene in (task.same, task.other)
        )
        pictures = exchanged(own, same, other, described=task.described)
        return SurroundingsAnswers(
            guesses(self.classifier, pictures, self.on_progress),
            boxed=not own.outlined,
            same=task.same.file if task.same and same else None,
            other=task.other.file if task.other and other else None,
        )

    def _marked(self, scene: Scene) -> MarkedPicture | LeftOutTest:
        """A photo with its product, the last ones kept: each is one's own, and two others' surroundings."""
        kept = self._marked_pictures
        if scene not in kept:
            if len(kept) >= _AT_HAND:
                kept.pop(next(iter(kept)))
            kept[scene] = self._read_marked(scene)
        return kept[scene]

    def _read_marked(self, scene: Scene) -> MarkedPicture | LeftOutTest:
        """A photo with its product, as the model receives it; or why there is none."""
        photo = self._audited(scene.file, scene.digest)
        if isinstance(photo, LeftOutTest):
            return photo
        try:
            with self.reading():
                areas = [area.area(photo, self.masks) for area in scene.areas]
            return marked_on_input(self.classifier, photo, areas, self.settings.framing)
        except (Cancelled, UnansweredError):
            raise
        except SaliencyError as error:
            return LeftOutTest(error.message)

    def _photo(self, task: PhotoTask) -> Iterator[Result]:
        """A photo's trace, its spots and its row, once all are known."""
        item, digest = task.item, None
        try:
            path = self.folder / item.file
            with self.reading():
                photo = read_photo(path)
                quality = jpeg_quality(path)
            digest = photo.digest
            probe = self._probe(photo, quality)
            row, coarse_map = probe.row(item, self.masks)
            trace = PhotoTrace(task.number, photo_origin(_head(path), photo.pixels), vector(probe.prepared))
            spots = kept_spots(coarse_map, probe.prepared)
        except (Cancelled, UnansweredError):
            raise
        except SaliencyError as error:
            left_out = LeftOutRow(file=item.file, label=item.label, state="unreadable", problem=error.message)
            yield FinishedPhoto(task.number, digest, left_out, None)
            return
        yield trace
        if spots is not None:
            yield SpotsResult(task.number, spots)
        yield FinishedPhoto(task.number, digest, row, coarse_map)

    def _probe(self, photo: Photo, quality: int | None = None) -> PhotoProbe:
        return PhotoProbe.of(self.classifier, photo, self.settings, self.on_progress, self.reading, quality)


def _head(path: Path) -> bytes:
    """The beginning of a file; nothing where it cannot be read any more."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""
