"""An audit from beginning to end: one photo at a time, each on disk as soon as it is finished."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saliency.audit import sentences
from saliency.audit.findings import Found, findings
from saliency.audit.groups import Candidate, Class, candidates, classes
from saliency.audit.job import Job, Settings
from saliency.audit.review import review
from saliency.audit.row import Asked, photo_row
from saliency.audit.source import Item, Source
from saliency.audit.tables import Named
from saliency.classifier import Classifier
from saliency.controls import COUNT
from saliency.errors import Cancelled, SaliencyError
from saliency.photo import Framing, read_photo
from saliency.registry import Progress, compatible, find

Report = Callable[[str, int, int], None]
"""Told the step (``photos`` or ``spots``), how many are done and how many there are (also within a photo).

What it raises stops the work."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit shows.

    Attributes:
        settings: What was asked.
        found: Findings, what matters most first.
        groups: Photos by guess.
        listed: Pictures worth a person's eyes, as JSON types.
        problems: File and sentence of the photos that were left out.
        total: How many photos there are.
    """

    settings: Settings
    found: list[Found]
    groups: list[Class]
    listed: list[dict[str, Any]]
    problems: list[tuple[str, str]]
    total: int

    @property
    def depends(self) -> list[Found]:
        """Findings that the guess depends on something that is not known to be the thing itself."""
        return [one for one in self.found if one.verdict == "depends" and not one.expected]


def start(
    folder: Path,
    classifier: Classifier,
    source: Source,
    *,
    method: str = "grad-cam",
    second: str = "",
    framing: Framing | str = Framing.WHOLE,
    seed: int = 0,
    controls: int = COUNT,
    expires: datetime.date | None = None,
) -> Job:
    """Begin a job in a folder, or go on with the one that is there if it was asked the same.

    Args:
        folder: The job's folder.
        classifier: The model.
        source: The photos.
        method: Key of the view.
        second: Key of a second view that is compared with it; empty for none.
        framing: How photos are handed over.
        seed: Where random numbers start.
        controls: How many equal areas elsewhere an area is compared with.
        expires: After which day it may be deleted.

    Raises:
        SaliencyError: Unknown method, or the job there was asked something else or is at work.
    """
    for key in filter(None, (method, second)):
        _usable(key, classifier)
    settings = Settings(
        classifier.name,
        classifier.digest,
        method,
        second,
        str(Framing(framing)),
        seed,
        controls,
        source.digest,
    )
    job = Job(folder)
    try:
        if job.settings is None:
            job.begin(settings, source, expires=expires)
        else:
            job.check(settings, source)
    except BaseException:
        job.close()
        raise
    return job


def audit(job: Job, classifier: Classifier, photos: Path, *, on_progress: Report | None = None) -> Audit:
    """Compute what is not finished yet, and say what all of it shows.

    Args:
        job: As :func:`start` gives it.
        classifier: The model it was started with.
        photos: Where the photos are.
        on_progress: Told of every photo; what it raises stops the work, and what is finished stays.

    Raises:
        SaliencyError: A photo has changed since it was computed.
    """
    settings = job.settings
    assert settings is not None
    _, total = job.counts()
    waiting = job.waiting()
    for number, at in enumerate(waiting, total - len(waiting)):
        _report(on_progress, "photos", number, total)
        _one(
            job,
            classifier,
            photos,
            at,
            job.item(at),
            settings,
            _checkpoint(on_progress, "photos", number, total),
        )
    _report(on_progress, "photos", total, total)
    groups = classes(job.rows(), job.cells)
    asked = candidates(groups, seed=settings.seed)
    _test(job, classifier, photos, settings, groups, asked, on_progress)
    tests = {one.spot.key: job.tested(one.spot.key) for one in asked}
    found = findings(groups, asked, tests, seed=settings.seed)
    problems = [
        *job.refused,
        *((row["file"], row["problem"]) for _, row, _ in job.rows() if "problem" in row),
    ]
    return Audit(settings, found, groups, review(groups, found, tests), sorted(problems), total)


def _usable(key: str, classifier: Classifier) -> None:
    method = find(key)
    if method not in compatible(classifier.graph):
        raise SaliencyError(f"“{method.name}” does not work with this model. Choose another view.")


def _one(
    job: Job,
    classifier: Classifier,
    photos: Path,
    at: int,
    item: Item,
    settings: Settings,
    on_progress: Progress,
) -> None:
    """One photo; whatever is wrong with it becomes its row, and the others go on."""
    digest = None
    try:
        photo = read_photo(photos / item.file)
        digest = photo.digest
        other = job.twin(at, digest)
        if other is not None:
            row: dict[str, Any] = {"state": "twin", "problem": sentences.twin(other), "twin": other}
            job.finish(at, digest, {"file": item.file, "label": item.label, **row}, None)
            return
        job.finish(at, digest, *photo_row(classifier, photo, item, settings, on_progress=on_progress))
    except Cancelled:
        raise
    except SaliencyError as error:
        row = {"file": item.file, "label": item.label, "state": "unreadable", "problem": error.message}
        job.finish(at, digest, row, None)


def _test(
    job: Job,
    classifier: Classifier,
    photos: Path,
    settings: Settings,
    groups: list[Class],
    asked: list[Candidate],
    on_progress: Report | None,
) -> None:
    """Cover the spots in the photos that were not used to find them."""
    done = {one.spot.key: set(job.tested(one.spot.key)) for one in asked}
    by_photo: dict[int, dict[str, Candidate]] = {}
    for one in asked:
        for at in one.numbers:
            by_photo.setdefault(at, {})[one.spot.key] = one
    rows = {at: group.rows[at] for group in groups for at in group.rows.keys() & by_photo.keys()}
    total = len(by_photo)
    for number, at in enumerate(sorted(by_photo)):
        _report(on_progress, "spots", number, total)
        left = [one for key, one in sorted(by_photo[at].items()) if at not in done[key]]
        if not left:
            continue
        photo = read_photo(photos / rows[at]["file"])
        if photo.digest != rows[at]["photo_sha256"]:
            raise SaliencyError(
                f"“{rows[at]['file']}” has changed since the audit began. Put it back, or begin a new audit."
            )
        known, checkpoint = (
            Asked.of(classifier, photo, settings),
            _checkpoint(on_progress, "spots", number, total),
        )
        for one in left:
            job.keep_test(at, one.spot.key, _covered(known, one, settings, checkpoint))
    _report(on_progress, "spots", total, total)


def _covered(asked: Asked, one: Candidate, settings: Settings, on_progress: Progress) -> dict[str, Any]:
    try:
        return asked.covered(Named("", one.spot.box), settings, on_progress)
    except Cancelled:
        raise
    except SaliencyError as error:
        return {"problem": error.message}


def _checkpoint(on_progress: Report | None, step: str, done: int, total: int) -> Progress:
    """Progress within one photo: tells the set's, so that the work can be stopped or made to wait there."""
    return lambda *_: _report(on_progress, step, done, total)


def _report(on_progress: Report | None, step: str, done: int, total: int) -> None:
    if on_progress is not None:
        on_progress(step, done, total)
