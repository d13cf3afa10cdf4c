"""What an older audit found, tried with the model of a newer one, and the other way round."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from saliency.audit import Job
from saliency.audit.comparison.cross_trials import run_cross_trials
from saliency.audit.comparison.side import read_side, side_of
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import Cancelled, SaliencyError
from ui import faults
from ui.audit import store as audit_store
from ui.audit.store import DONE, AuditRequest
from ui.audit.works import Work
from ui.work import loading
from ui.work.line import Lane, OnWait, line

AGAINST = "against"
"""The step of the work."""


def try_both(work: Work, request: AuditRequest, job: Job, classifier: Classifier, photos: Path) -> None:
    """The last step of an audit that is compared with an older one; nothing for others.

    What cannot be tried is called not tested in the comparison: the audit itself is finished.

    Args:
        work: That is at it.
        request: What the newer audit was asked.
        job: Its job, finished.
        classifier: Its model, as it was asked.
        photos: Where its photos are.

    Raises:
        Cancelled: The work is to stop.
    """
    older = _older(request) if request.against else None
    if older is None:
        return
    try:
        folder, before = older
        old_model = _older_model(folder, before, work.wait)
        with line().turn(Lane.BACKGROUND, on_wait=work.wait) as turn:

            def report(done: int, total: int) -> None:
                work.note(AGAINST, done, total)
                turn.step_aside(work.wait)  # whoever waits at a page goes first

            run_cross_trials(
                job,
                read_side(folder),
                side_of(job),
                photos,
                new_model=classifier,
                old_model=old_model,
                on_progress=report,
                reading=partial(turn.paused, work.wait),
            )
    except Cancelled:
        raise
    except SaliencyError as error:
        faults.unexpected(error)


def _older(request: AuditRequest) -> tuple[Path, AuditRequest] | None:
    """The audit that another one is to be compared with; None where it is gone or not finished."""
    pairs = ((folder, before) for folder, before in audit_store.listed() if folder.name == request.against)
    return next((pair for pair in pairs if pair[1].state == DONE), None)


def _older_model(folder: Path, before: AuditRequest, on_wait: OnWait) -> Classifier | None:
    """The model of an older audit as it was asked; None where it is not here any more, or has changed."""
    try:
        with Job(folder, alone=False) as job:
            settings = job.settings
        model = loading.classifier(before.model, on_wait)
        same = model.digest == settings.weights
        return yes_no_classifier(model, settings.question, settings.framing) if same else None
    except Cancelled:
        raise
    except SaliencyError:
        return None
