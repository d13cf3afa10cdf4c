"""An audit from beginning to end: each photo on disk as soon as it is finished, whoever computes it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.evidence.candidates import Candidate
from saliency.audit.evidence.confusions.matrix import Confusions, confusions
from saliency.audit.evidence.findings import AuditFinding, TrialOutcomes, findings, ranked
from saliency.audit.evidence.guess_groups import GuessGroup, cover_plans, guess_groups
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene, set_hygiene
from saliency.audit.evidence.properties.discovery import property_plans
from saliency.audit.evidence.rows import LeftOut, LeftOutRow, LeftOutTest
from saliency.audit.evidence.surroundings.dependences import surroundings_findings
from saliency.audit.evidence.surroundings.figures import SurroundingsRecord
from saliency.audit.evidence.surroundings.plan import surroundings_plan
from saliency.audit.evidence.surroundings.record import adjusted, surroundings_record
from saliency.audit.evidence.things.plans import SpotReader, thing_plans
from saliency.audit.evidence.true_classes import judged_rows
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Source
from saliency.audit.job import Job
from saliency.audit.judgements import read, with_judgements
from saliency.audit.steps import AuditProgress, compute_photos, contrast_tasks, make_trials
from saliency.audit.workers.pool import LocalPool, Pool
from saliency.checks.controls import COUNT
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.methods.registry import compatible, find, offered_names
from saliency.photo.framing import Framing

_UNTESTED = "Its answer is counted, but no place was tested in it."


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
        confusions: What is taken for what; ``None`` where no answer is wrong.
        unread: Why it could not be read what people said of findings, in a sentence; empty where it was.
        untried: How many candidates were not tried, as that would have cost too much.
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
    confusions: Confusions | None = None
    unread: str = ""
    untried: int = 0

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
            job.begin(settings, source, expires=expires, begun=begun, warning=classifier.warning)
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
    compute_photos(job, pool, photos, on_progress)
    groups = guess_groups(job.finished(), job.coarse_map)
    candidates = candidates_of(groups, job.spots, seed=settings.seed)
    exchanges = surroundings_plan(groups, classifier.labels, job.item, seed=settings.seed)
    by_class = judged_rows(groups, classifier.labels)
    why = contrast_tasks(by_class)
    tried = make_trials(job, pool, photos, groups, candidates, exchanges, on_progress, contrasts=why)
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
        confusions(by_class, job.contrasts()),
        unread="" if unread is None else unread.message,
        untried=len(candidates) - len(tried),
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
