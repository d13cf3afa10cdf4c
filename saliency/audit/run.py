"""An audit from beginning to end: each photo on disk as soon as it is finished, whoever computes it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saliency.audit.evidence.findings import AuditFinding, findings
from saliency.audit.evidence.guess_groups import Candidate, Class, candidates, classes
from saliency.audit.evidence.review import review
from saliency.audit.inputs.source import Source
from saliency.audit.job import Job, Settings
from saliency.audit.workers.pool import LocalPool, Pool, SpotTestRequest, asked
from saliency.checks.controls import COUNT
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.methods.registry import compatible, find
from saliency.photo.area import Box
from saliency.photo.framing import Framing

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
    found: list[AuditFinding]
    groups: list[Class]
    listed: list[dict[str, Any]]
    problems: list[tuple[str, str]]
    total: int

    @property
    def depends(self) -> list[AuditFinding]:
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


def audit(
    job: Job,
    classifier: Classifier,
    photos: Path,
    *,
    on_progress: Report | None = None,
    pool: Pool | None = None,
) -> Audit:
    """Compute what is not finished yet, and say what all of it shows.

    Args:
        job: As :func:`start` gives it.
        classifier: The model it was started with.
        photos: Where the photos are.
        on_progress: Told of every photo; what it raises stops the work, and what is finished stays.
        pool: Who computes the photos, this process if not given. The result is the same.

    Raises:
        SaliencyError: A photo has changed since it was computed.
    """
    settings, pool = asked(job), LocalPool(classifier) if pool is None else pool
    waiting = job.waiting()
    _, total = job.counts()
    tally = _Tally(on_progress, "photos", total - len(waiting), total)
    for one in pool.photos(job, photos, waiting, tally):
        job.finish(*one)
        tally.add()
    groups = classes(job.rows(), job.cells)
    spots = candidates(groups, seed=settings.seed)
    _test(job, pool, photos, groups, spots, on_progress)
    tests = {one.spot.key: job.tested(one.spot.key) for one in spots}
    found = findings(groups, spots, tests, seed=settings.seed)
    problems = [
        *job.refused,
        *((row["file"], row["problem"]) for _, row, _ in job.rows() if "problem" in row),
    ]
    return Audit(settings, found, groups, review(groups, found, tests), sorted(problems), total)


def _usable(key: str, classifier: Classifier) -> None:
    method = find(key)
    if method not in compatible(classifier.graph):
        raise SaliencyError(f"“{method.name}” does not work with this model. Choose another view.")


def _test(
    job: Job,
    pool: Pool,
    photos: Path,
    groups: list[Class],
    spots: list[Candidate],
    on_progress: Report | None,
) -> None:
    """Cover the spots in the photos that were not used to find them."""
    done = {one.spot.key: set(job.tested(one.spot.key)) for one in spots}
    by_photo: dict[int, dict[str, Box]] = {}
    left: dict[int, set[str]] = {}
    for one in spots:
        for at in one.numbers:
            by_photo.setdefault(at, {})
            if at not in done[one.spot.key]:
                by_photo[at][one.spot.key] = one.spot.box
                left.setdefault(at, set()).add(one.spot.key)
    rows = {at: group.rows[at] for group in groups for at in group.rows.keys() & left.keys()}
    wanted = [
        SpotTestRequest(at, rows[at]["file"], rows[at]["photo_sha256"], tuple(sorted(by_photo[at].items())))
        for at in sorted(left)
    ]
    tally = _Tally(on_progress, "spots", len(by_photo) - len(wanted), len(by_photo))
    for test in pool.spots(job, photos, wanted, tally):
        job.keep_test(*test)
        left[test.at].discard(test.spot)
        if not left[test.at]:
            tally.add()


class _Tally:
    """How far a step is, told at its beginning, after every photo, and whenever it is called."""

    def __init__(self, on_progress: Report | None, step: str, done: int, total: int) -> None:
        self._on_progress, self._step, self._done, self._total = on_progress, step, done, total
        self()

    def __call__(self, *_: int) -> None:
        """From within a photo, so that the work can be stopped or made to wait there."""
        if self._on_progress is not None:
            self._on_progress(self._step, self._done, self._total)

    def add(self) -> None:
        """One more is done."""
        self._done += 1
        self()
