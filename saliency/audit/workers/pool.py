"""Who computes the photos of an audit: this process (:class:`LocalPool`), or whatever else is handed in.

What is computed of one photo is here once, so that it is the same wherever it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from saliency.audit.evidence import sentences
from saliency.audit.evidence.probe import PhotoProbe, photo_row
from saliency.audit.inputs.source import Item
from saliency.audit.inputs.tables import NamedArea
from saliency.audit.job import Cells, Job, Settings
from saliency.classifier import Classifier
from saliency.errors import Cancelled, SaliencyError
from saliency.photo.area import Box
from saliency.photo.reading import read_photo
from saliency.progress import Progress


class PhotoResult(NamedTuple):
    """A finished photo, as :meth:`~saliency.audit.job.Job.finish` keeps it.

    Attributes:
        at: Its number.
        digest: SHA-256 of its bytes; ``None`` if it could not be read.
        row: Its row.
        cells: Its map, if it has one.
    """

    at: int
    digest: str | None
    row: dict[str, Any]
    cells: Cells | None


class SpotTest(NamedTuple):
    """What covering a spot of a photo did, as :meth:`~saliency.audit.job.Job.keep_test` keeps it."""

    at: int
    spot: str
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SpotTestRequest:
    """A photo and the spots that are to be covered in it.

    Attributes:
        at: Its number.
        file: Its path inside the set.
        digest: SHA-256 of its bytes when its row was computed.
        spots: Key and box of each.
    """

    at: int
    file: str
    digest: str
    spots: tuple[tuple[str, Box], ...]


class Pool(Protocol):
    """Computes photos; what it gives is kept at once, so it must not run ahead of whoever takes it."""

    def photos(self, job: Job, folder: Path, waiting: Sequence[int], tell: Progress) -> Iterator[PhotoResult]:
        """Each photo, in any order, once it is finished.

        Args:
            job: What is asked and finished; it is for reading.
            folder: Where the photos are.
            waiting: Numbers of the photos, in order.
            tell: Called now and then; what it raises stops the work.
        """

    def spots(
        self, job: Job, folder: Path, wanted: Sequence[SpotTestRequest], tell: Progress
    ) -> Iterator[SpotTest]:
        """Each test, in any order, once it is finished.

        Raises:
            SaliencyError: A photo has changed.
        """


class LocalPool:
    """This process, one photo after the other."""

    def __init__(self, classifier: Classifier) -> None:
        """Of this model."""
        self._classifier = classifier

    def photos(self, job: Job, folder: Path, waiting: Sequence[int], tell: Progress) -> Iterator[PhotoResult]:
        """See :class:`Pool`."""
        settings = asked(job)
        for at in waiting:
            twin = partial(job.twin, at)
            yield photo_done(
                self._classifier, folder, at, job.item(at), settings, twin=twin, on_progress=tell
            )

    def spots(
        self, job: Job, folder: Path, wanted: Sequence[SpotTestRequest], tell: Progress
    ) -> Iterator[SpotTest]:
        """See :class:`Pool`."""
        settings = asked(job)
        for one in wanted:
            yield from spots_tested(self._classifier, folder, one, settings, on_progress=tell)


def asked(job: Job) -> Settings:
    """What a job that has begun was asked."""
    assert job.settings is not None
    return job.settings


def photo_done(
    classifier: Classifier,
    folder: Path,
    at: int,
    item: Item,
    settings: Settings,
    *,
    twin: Callable[[str], str | None] = lambda _: None,
    on_progress: Progress | None = None,
) -> PhotoResult:
    """One photo; whatever is wrong with it becomes its row.

    Args:
        classifier: The model.
        folder: Where the photos are.
        at: The photo's number.
        item: The photo.
        settings: What is asked.
        twin: Gives the file of an earlier photo with the same bytes, by their SHA-256.
        on_progress: Called now and then; what it raises stops the work.
    """
    digest = None
    try:
        photo = read_photo(folder / item.file)
        digest = photo.digest
        other = twin(digest)
        if other is not None:
            return twin_done(at, digest, item, other)
        return PhotoResult(at, digest, *photo_row(classifier, photo, item, settings, on_progress=on_progress))
    except Cancelled:
        raise
    except SaliencyError as error:
        row = {"file": item.file, "label": item.label, "state": "unreadable", "problem": error.message}
        return PhotoResult(at, digest, row, None)


def twin_done(at: int, digest: str, item: Item, other: str) -> PhotoResult:
    """A photo with the same bytes as an earlier one."""
    row: dict[str, Any] = {"state": "twin", "problem": sentences.twin(other), "twin": other}
    return PhotoResult(at, digest, {"file": item.file, "label": item.label, **row}, None)


def spots_tested(
    classifier: Classifier,
    folder: Path,
    wanted: SpotTestRequest,
    settings: Settings,
    *,
    on_progress: Progress | None = None,
) -> Iterator[SpotTest]:
    """Cover spots of a photo.

    Raises:
        SaliencyError: It has changed since its row was computed.
    """
    photo = read_photo(folder / wanted.file)
    if photo.digest != wanted.digest:
        raise SaliencyError(
            f"“{wanted.file}” has changed since the audit began. Put it back, or begin a new audit."
        )
    known = PhotoProbe.of(classifier, photo, settings)
    for key, box in wanted.spots:
        yield SpotTest(wanted.at, key, _covered(known, box, settings, on_progress))


def _covered(known: PhotoProbe, box: Box, settings: Settings, on_progress: Progress | None) -> dict[str, Any]:
    try:
        return known.covered(NamedArea("", box), settings, on_progress)
    except Cancelled:
        raise
    except SaliencyError as error:
        return {"problem": error.message}
