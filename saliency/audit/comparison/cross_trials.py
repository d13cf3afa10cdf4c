"""What one audit found, tried on the same photos with the other model: only then is a comparison fair.

Each audit looks for places where its own model's influence gathers. That the other one names no such place
may only mean that it was never asked. So each telling finding is tried with the other model too, in the same
photos and in the same way. The photos are those of the new audit, matched by their bytes, and what comes of
it is kept with the new one: it can be stopped and gone on with, and is done once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.comparison.side import AuditSide
from saliency.audit.evidence.candidates import Candidate, Trial
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.probe import Reading
from saliency.audit.evidence.properties.trial import PropertyTrial
from saliency.audit.evidence.rows import CoverOutcome, TrialOutcome
from saliency.audit.inputs.settings import Settings
from saliency.audit.job import Job
from saliency.audit.json_types import as_json
from saliency.audit.workers.pool import PhotoWork, TrialTask
from saliency.classifier import Classifier
from saliency.names import folded

MOST = 80
"""Photos at most in which a finding is tried with the other model: a share is known to 11 % or better."""

CrossProgress = Callable[[int, int], object]
"""Told how many photos are done, of so many; what it raises stops the work."""


@dataclass(frozen=True, slots=True)
class CrossTrial:
    """One photo, and what is tried on it with the other model.

    Attributes:
        own_number: The photo's number in the audit with the finding.
        given: Whether something is given to it, in place of being taken from it.
    """

    own_number: int
    digest: str
    trial: Trial
    given: bool

    def key(self, settings: Settings) -> str:
        """What its outcome is kept under: all that it depends on, but for the photo."""
        asked = as_json(settings.question)
        parts = [
            settings.weights,
            settings.framing,
            settings.seed,
            settings.controls,
            asked,
            repr(self.trial),
        ]
        return f"against {hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]}"


def cross_trials(finding: AuditFinding, own: AuditSide, other: AuditSide) -> list[CrossTrial]:
    """Where a finding is to be tried with the other model: photos that both have, drawn by their digests.

    Without those in which nothing can be learned: the other model has the answer that is to be made anyway.
    """
    candidate = own.candidates.get(finding.key)
    if candidate is None:
        return []
    trials = list(_trials(candidate, own, other))
    groups = ([t for t in trials if t.given is given] for given in (False, True))
    return [trial for group in groups for trial in sorted(group, key=lambda t: t.digest)[:MOST]]


def _trials(candidate: Candidate, own: AuditSide, other: AuditSide) -> Iterator[CrossTrial]:
    digests, tried = own.digests, own.outcomes.get(candidate.key, {})
    for number in (*candidate.numbers, *candidate.others):
        photo = other.photos.get(digests.get(number, ""))
        if photo is None or not isinstance(tried.get(number), CoverOutcome):
            continue
        trial = candidate.trial(number)
        given = number in candidate.others
        if isinstance(trial, PropertyTrial) and trial.give and folded(photo.row.guess) == folded(trial.give):
            continue
        yield CrossTrial(number, digests[number], trial, given)


def run_cross_trials(
    job: Job,
    old: AuditSide,
    new: AuditSide,
    photos: Path,
    *,
    new_model: Classifier,
    old_model: Classifier | None = None,
    on_progress: CrossProgress | None = None,
    reading: Reading = nullcontext,
) -> None:
    """Try each telling finding with the other model, if that was not done yet.

    Args:
        job: Of the new audit, opened to be written.
        old: The old audit.
        new: The new one.
        photos: Where the photos of the new audit are.
        new_model: The new model, asked as in its audit.
        old_model: The old one, likewise; ``None`` where it is not at hand: what only the new audit found is
            then not tested with it.
        on_progress: Told of every photo.
        reading: Made anew around the decoding of a picture.

    Raises:
        SaliencyError: A photo has changed since.
    """
    works: list[tuple[PhotoWork, list[TrialTask]]] = []
    told = on_progress or _untold
    done = 0

    def progress(*_: int) -> None:
        told(done, total)

    for own, other, model in ((old, new, new_model), (new, old, old_model)):
        if model is not None and own.asked != other.asked:
            tasks = list(_tasks(job, own, other, new))
            work = PhotoWork(model, photos, job.masks, other.settings, progress, reading)
            works.append((work, tasks))
    total = sum(len(tasks) for _, tasks in works)
    told(0, total)
    for work, tasks in works:
        for task in tasks:
            for result in work.results(task):
                job.keep(result)
            done += 1
            told(done, total)


def _tasks(job: Job, own: AuditSide, other: AuditSide, new: AuditSide) -> Iterator[TrialTask]:
    """What is not tried yet, a task a photo of the new audit."""
    by_digest: dict[str, dict[str, Trial]] = {}
    known: dict[str, Mapping[int, TrialOutcome]] = {}
    for finding in own.findings:
        for cross in cross_trials(finding, own, other) if finding.telling else ():
            key = cross.key(other.settings)
            if key not in known:
                known[key] = job.outcomes(key)
            if new.photos[cross.digest].number not in known[key]:
                by_digest.setdefault(cross.digest, {})[key] = cross.trial
    for digest, trials in sorted(by_digest.items()):
        photo = new.photos[digest]
        yield TrialTask(photo.number, photo.row.file, digest, tuple(sorted(trials.items())))


def cross_outcomes(
    job: Job, own: AuditSide, other: AuditSide, new: AuditSide, finding: AuditFinding
) -> Iterator[tuple[CrossTrial, CoverOutcome, CoverOutcome]]:
    """Each photo in which a finding was tried with both models, and what that did with its own and the other.

    Args:
        job: Of the new audit.
        own: The audit with the finding.
        other: The other one. Where it asked the same model in the same way, what came of it is the same.
        new: Whichever of both is the new one.
        finding: One of ``own``'s that nobody named.
    """
    known: dict[str, Mapping[int, TrialOutcome]] = {}
    for cross in cross_trials(finding, own, other):
        before = own.outcomes[own.candidates[finding.key].key][cross.own_number]
        if own.asked == other.asked:
            after: TrialOutcome | None = before
        else:
            key = cross.key(other.settings)
            if key not in known:
                known[key] = job.outcomes(key)
            after = known[key].get(new.photos[cross.digest].number)
        if isinstance(before, CoverOutcome) and isinstance(after, CoverOutcome):
            yield cross, before, after


def _untold(done: int, total: int) -> None:
    """Nobody is told."""
