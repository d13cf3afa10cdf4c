"""An audit from beginning to end: each photo on disk as soon as it is finished, whoever computes it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.evidence.candidates import Candidate, Trial
from saliency.audit.evidence.findings import AuditFinding, TrialOutcomes, findings, ranked
from saliency.audit.evidence.guess_groups import GuessGroup, cover_plans, guess_groups
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene, set_hygiene
from saliency.audit.evidence.properties.discovery import property_plans
from saliency.audit.evidence.rows import FinishedPhoto, LeftOut, LeftOutRow, LeftOutTest, SpotsResult
from saliency.audit.evidence.surroundings.dependences import surroundings_findings
from saliency.audit.evidence.surroundings.figures import SurroundingsRecord
from saliency.audit.evidence.surroundings.plan import SurroundingsPlan, surroundings_plan
from saliency.audit.evidence.surroundings.record import adjusted, surroundings_record
from saliency.audit.evidence.things.plans import SpotReader, thing_plans
from saliency.audit.evidence.traces import PhotoTrace
from saliency.audit.inputs.files import file_size, sha256_of
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Item, Source
from saliency.audit.job import Job
from saliency.audit.judgements import read, with_judgements
from saliency.audit.workers.pool import LocalPool, PhotoTask, Pool, Task, TrialTask
from saliency.checks.controls import COUNT
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.methods.registry import compatible, find, offered_names
from saliency.photo.framing import Framing

_UNTESTED = "Its answer is counted, but no place was tested in it."

AuditProgress = Callable[[str, int, int], None]
"""Told the step (``photos`` or ``spots``), how many are done and how many there are (also within a photo).

What it raises stops the work."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit shows.

    Attributes:
        settings: What was asked.
        findings: Findings, what matters most first, with what people said of them.
        groups: Photos by guess.
        outcomes: What trying each candidate did to each photo.
        problems: The photos that were left out.
        total: How many photos there are.
        classes: The model's classes, if it was there.
        warning: What has to be said with every result of the model, in a sentence; empty if nothing.
        outside: Why the model was only asked from outside, in a sentence; empty where it was not.
        hygiene: What is wrong with the set itself; ``None`` where that was not looked at.
        surroundings: What products with other surroundings show; ``None`` where hardly any is marked.
        unread: Why it could not be read what people said of findings, in a sentence; empty where it was.
    """

    settings: Settings
    findings: list[AuditFinding]
    groups: list[GuessGroup]
    outcomes: TrialOutcomes
    problems: list[LeftOut]
    total: int
    classes: tuple[str, ...] = ()
    warning: str = ""
    outside: str = ""
    hygiene: SetHygiene | None = None
    surroundings: SurroundingsRecord | None = None
    unread: str = ""

    @property
    def depends(self) -> list[AuditFinding]:
        """Findings that the guess depends on something that is not known to be the thing itself."""
        return [finding for finding in self.findings if finding.to_look_into]


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
    begun: str = "",
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
        begun: When it is begun, in ISO format, for the log of audits.

    Raises:
        SaliencyError: Unknown method, a model that needs a question and was given none
            (:func:`saliency.classifier.yes_no_classifier`), or the job there was asked something else or is
            at work.
    """
    if not classifier.outputs.exclusive:
        raise SaliencyError(
            "An audit asks this model one question: is a tag given, or is its number so high? "
            "Hand over what yes_no_classifier makes of the model."
        )
    for key in filter(None, (method, second)):
        view = find(key)
        if view not in compatible(classifier.graph):
            raise SaliencyError(
                f"“{view.name}” does not work with this model. "
                f"Choose another view, such as {offered_names(classifier.graph)}."
            )
    settings = Settings(
        classifier.name,
        classifier.digest,
        method,
        second,
        str(Framing(framing)),
        seed,
        controls,
        source.digest,
        question=classifier.question,
    )
    job = Job(folder)
    try:
        if job.has_begun:
            job.check(settings, source)
        else:
            job.begin(settings, source, expires=expires, begun=begun)
    except BaseException:
        job.close()
        raise
    return job


def audit(
    job: Job,
    classifier: Classifier,
    photos: Path,
    *,
    on_progress: AuditProgress | None = None,
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
    pool, settings = LocalPool(classifier) if pool is None else pool, job.settings
    _compute_photos(job, pool, photos, on_progress)
    groups = guess_groups(job.finished(), job.coarse_map)
    candidates = candidates_of(groups, job.spots, seed=settings.seed)
    exchanges = surroundings_plan(groups, classifier.labels, job.item, seed=settings.seed)
    _test(job, pool, photos, groups, candidates, exchanges, on_progress)
    outcomes = {candidate.key: job.outcomes(candidate.key) for candidate in candidates}
    rows = (photo.row for photo in job.finished())
    unaudited = (LeftOut(row.file, row.problem) for row in rows if isinstance(row, LeftOutRow))
    shown = job.surroundings()
    surroundings = surroundings_record(exchanges, shown)
    others = [] if surroundings is None else surroundings.p_values
    found = findings(groups, candidates, outcomes, seed=settings.seed, others=others)
    if surroundings is not None:
        surroundings = adjusted(surroundings, [finding.summary.p_value for finding in found])
        also = surroundings_findings(exchanges, shown, surroundings, seed=settings.seed)
        found = ranked([*found, *also])
    said, unread = read(job.folder)
    return Audit(
        settings,
        list(with_judgements(found, said)),
        groups,
        outcomes,
        sorted([*job.refused, *unaudited, *_untested(groups, outcomes)]),
        job.counts()[1],
        classifier.labels,
        classifier.warning,
        classifier.graph.outside,
        set_hygiene(job.finished, job.traces(), classifier.labels),
        surroundings,
        unread="" if unread is None else unread.message,
    )


def candidates_of(groups: Sequence[GuessGroup], spots: SpotReader, *, seed: int = 0) -> list[Candidate]:
    """All that is to be tried, of every kind: discovered on one half of each group."""
    places = cover_plans(groups, seed=seed)
    things = thing_plans(groups, spots, places, seed=seed)
    return [*places, *property_plans(groups, seed=seed), *things]


def _untested(groups: Sequence[GuessGroup], outcomes: TrialOutcomes) -> list[LeftOut]:
    """The photos that were audited, and could not be read any more when places were tested."""
    problems = {
        number: f"{outcome.problem} {_UNTESTED}"
        for by_number in outcomes.values()
        for number, outcome in by_number.items()
        if isinstance(outcome, LeftOutTest) and outcome.photo_unreadable
    }
    rows = {number: row for group in groups for number, row in group.rows.items()}
    return [LeftOut(rows[number].file, problem) for number, problem in problems.items() if number in rows]


def _compute_photos(job: Job, pool: Pool, photos: Path, on_progress: AuditProgress | None) -> None:
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


def _test(
    job: Job,
    pool: Pool,
    photos: Path,
    groups: Sequence[GuessGroup],
    candidates: Sequence[Candidate],
    exchanges: SurroundingsPlan,
    on_progress: AuditProgress | None,
) -> None:
    """Try candidates on photos not used to find them, and exchange surroundings, if not done yet."""
    trials: dict[int, dict[str, Trial]] = {}
    for candidate in candidates:
        tried = job.outcomes(candidate.key)
        for number in (*candidate.numbers, *candidate.others):
            missing = trials.setdefault(number, {})
            if number not in tried:
                missing[candidate.key] = candidate.trial(number)
    rows = {number: row for group in groups for number, row in group.rows.items()}
    tasks = [
        TrialTask(number, rows[number].file, rows[number].photo_sha256, _by_key(missing))
        for number, missing in sorted(trials.items())
        if missing
    ]
    shown = job.surroundings()
    others = [task for task in exchanges.tasks if task.number not in shown]
    total = len(trials) + len(exchanges.tasks)
    step = _Step(on_progress, "spots", total - len(tasks) - len(others), total)
    _compute(job, pool, photos, tasks, step)
    _compute(job, pool, photos, others, step)


def _by_key(trials: Mapping[str, Trial]) -> tuple[tuple[str, Trial], ...]:
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

    def advance(self) -> None:
        """Note that one more photo is done."""
        self._done += 1
        self()
