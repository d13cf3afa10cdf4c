"""The two steps of an audit: each photo's row, and what is tried on photos; on disk as it is finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from saliency.audit.evidence.candidates import Candidate, Trial
from saliency.audit.evidence.confusions.matrix import contrast_numbers
from saliency.audit.evidence.confusions.trial import ContrastTrial
from saliency.audit.evidence.contrast import CONTRAST
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.pasted import PASTED
from saliency.audit.evidence.rows import FinishedPhoto, LeftOutRow, PhotoRow, SpotsResult
from saliency.audit.evidence.stages import admitted, in_turn, next_photos, pictures_at_most
from saliency.audit.evidence.surroundings.plan import SurroundingsPlan
from saliency.audit.evidence.things.pasting import paste_trials
from saliency.audit.evidence.traces import PhotoTrace
from saliency.audit.evidence.true_classes import RowsByNumber
from saliency.audit.inputs.files import file_size, sha256_of
from saliency.audit.inputs.source import Item
from saliency.audit.job import Job
from saliency.audit.workers.pool import PhotoTask, Pool, Task, TrialTask

T = TypeVar("T")
AuditProgress = Callable[[str, int, int], None]
"""Told the step (``photos`` or ``spots``), how many are done and how many there are (also within a photo).

How many photos there are to be tested is only known step by step. What it raises stops the work."""


def compute_photos(job: Job, pool: Pool, photos: Path, on_progress: AuditProgress | None) -> None:
    """Every photo's row; those with the bytes of an earlier one wait for it, and are not computed."""
    step = _Step(on_progress, "photos", *job.counts())
    items = {number: job.item(number) for number in job.waiting()}
    twins = _twins(job, photos, items, step)
    firsts = [PhotoTask(number, item) for number, item in items.items() if number not in twins]
    _compute(job, pool, photos, firsts, step)
    for number, digest in twins.items():
        earlier = job.twin(number, digest)
        if earlier is not None:
            problem = f"This is the same file as “{earlier}”, so it is counted once."
            file, label = items[number].file, items[number].label
            row = LeftOutRow(file=file, label=label, state="twin", problem=problem, twin=earlier)
            job.keep(FinishedPhoto(number, digest, row, None))
            step.advance()
    unread = [PhotoTask(number, items[number]) for number in job.waiting()]  # nor was the earlier one read
    _compute(job, pool, photos, unread, step)


def _twins(job: Job, photos: Path, items: Mapping[int, Item], step: _Step) -> dict[int, str]:
    """The photos with the bytes of an earlier one, and their SHA-256; only files of one size are read."""
    total = job.counts()[1]
    sizes = {number: file_size(photos / job.item(number).file) for number in range(total)}
    count = Counter(sizes.values())
    digests: set[str] = set()
    twins = {}
    for number, item in items.items():
        if sizes[number] is not None and count[sizes[number]] > 1:
            step()
            digest = sha256_of(photos / item.file)
            if digest and (digest in digests or job.twin(number, digest) is not None):
                twins[number] = digest
            digests.add(digest)
    return twins


def make_trials(
    job: Job,
    pool: Pool,
    photos: Path,
    groups: Sequence[GuessGroup],
    candidates: Sequence[Candidate],
    exchanges: SurroundingsPlan,
    on_progress: AuditProgress | None,
    *,
    contrasts: Sequence[TrialTask] = (),
    showing: Mapping[str, RowsByNumber] | None = None,
) -> list[Candidate]:
    """Exchange surroundings, explain confusions, try candidates on photos not used to find them, if not done.

    Things on which some answers depended are then pasted into photos with other answers.

    Args:
        job: Where it is kept.
        pool: Who computes it.
        photos: Where the photos are.
        groups: The photos by their guess.
        candidates: What may be tried.
        exchanges: Which surroundings are exchanged.
        on_progress: Told of every photo; what it raises stops the work.
        contrasts: Which confusions are explained.
        showing: The judged rows by the class that they show.

    Returns:
        The candidates that were tried; the others would cost too much.
    """
    shown, told = job.surroundings(), job.contrasts()
    others = [task for task in exchanges.tasks if task.number not in shown]
    why = [task for task in contrasts if task.number not in told]
    order, most = in_turn(candidates), pictures_at_most(job.counts()[1])
    total = len(exchanges.tasks) + len(contrasts)
    step = _Step(on_progress, "spots", total - len(others) - len(why), total)
    _compute(job, pool, photos, others, step)
    _compute(job, pool, photos, why, step)
    rows = {number: row for group in groups for number, row in group.rows.items()}
    while True:
        tried = admitted(order, job.outcomes, most)
        tasks = _trial_tasks(tried, job, rows)
        if not tasks:
            break
        step.add(len(tasks))
        _compute(job, pool, photos, tasks, step)
    pasting = _paste_tasks(tried, job, groups, showing or {}, rows)
    step.add(len(pasting))
    _compute(job, pool, photos, pasting, step)
    return tried


def contrast_tasks(by_class: Mapping[str, RowsByNumber]) -> list[TrialTask]:
    """Why a few photos of the pairs confused most got their answer: a map each, and its strongest place.

    Args:
        by_class: The judged rows by the class that they show.
    """
    rows = {number: row for some in by_class.values() for number, row in some.items()}
    return [
        TrialTask(number, rows[number].file, rows[number].photo_sha256, ((CONTRAST, ContrastTrial(label)),))
        for number, label in sorted(contrast_numbers(by_class).items())
    ]


def _trial_tasks(tried: Sequence[Candidate], job: Job, rows: Mapping[int, PhotoRow]) -> list[TrialTask]:
    """What is to be tried now, photo by photo."""
    trials: dict[int, dict[str, Trial]] = {}
    for candidate in tried:
        for number in next_photos(candidate, job.outcomes(candidate.key)):
            trials.setdefault(number, {})[candidate.key] = candidate.trial(number)
    return [
        TrialTask(number, rows[number].file, rows[number].photo_sha256, _by_key(missing))
        for number, missing in sorted(trials.items())
    ]


def _paste_tasks(
    tried: Sequence[Candidate],
    job: Job,
    groups: Sequence[GuessGroup],
    showing: Mapping[str, RowsByNumber],
    rows: Mapping[int, PhotoRow],
) -> list[TrialTask]:
    """Which things are still to be pasted into which photos; what is taken from one photo comes together."""
    wanted = paste_trials(tried, job.outcomes, groups, showing, seed=job.settings.seed)
    there = {PASTED + candidate.key: job.pasted(candidate.key).keys() for candidate in tried}
    tasks = []
    for number, trials in wanted.items():
        missing = {key: trial for key, trial in trials.items() if number not in there[key]}
        if missing:
            donors = sorted(trial.file for trial in missing.values())
            row = rows[number]
            tasks.append((donors, TrialTask(number, row.file, row.photo_sha256, _by_key(missing))))
    return [task for _, task in sorted(tasks, key=lambda pair: (pair[0], pair[1].number))]


def _by_key(trials: Mapping[str, T]) -> tuple[tuple[str, T], ...]:
    return tuple(sorted(trials.items(), key=lambda trial: trial[0]))


def _compute(job: Job, pool: Pool, photos: Path, tasks: Sequence[Task], step: _Step) -> None:
    """Keep what a pool computes; a photo is done when all that was asked of it is there."""
    left = {task.number: len(task.trials) if isinstance(task, TrialTask) else 1 for task in tasks}
    for result in pool.results(job, photos, tasks, step):
        job.keep(result)
        if isinstance(result, PhotoTrace | SpotsResult):  # its row follows
            continue
        left[result.number] -= 1
        if not left[result.number]:
            step.advance()


class _Step:
    """How far a step is, told at its beginning, after every photo, and whenever it is called."""

    def __init__(self, on_progress: AuditProgress | None, name: str, done: int, total: int) -> None:
        self._on_progress, self._name, self._done, self._total = on_progress, name, done, total
        self()

    def __call__(self, *_: int) -> None:
        """Tell from within a photo, so that the work can be stopped or made to wait there."""
        if self._on_progress is not None:
            self._on_progress(self._name, self._done, self._total)

    def add(self, count: int) -> None:
        """Note that so many more are to be done than was known."""
        self._total += count
        self()

    def advance(self) -> None:
        """Note that one more photo is done."""
        self._done += 1
        self()
