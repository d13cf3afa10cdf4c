"""What an older audit found, tried with the model of a newer one, and the other way round."""

from __future__ import annotations

from pathlib import Path

from saliency.audit import Job
from saliency.audit.comparison.cross_trials import CrossProgress, run_cross_trials
from saliency.audit.comparison.side import read_side, side_of
from saliency.audit.evidence.probe import Reading
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import SaliencyError
from ui.audit import store as audit_store
from ui.audit.store import DONE, AuditRequest
from ui.work import loading
from ui.work.line import OnWait


def older(request: AuditRequest) -> tuple[Path, AuditRequest] | None:
    """The audit that another one is to be compared with; None where it is gone or not finished."""
    pairs = ((folder, before) for folder, before in audit_store.listed() if folder.name == request.against)
    return next((pair for pair in pairs if pair[1].state == DONE), None)


def older_model(folder: Path, before: AuditRequest, on_wait: OnWait) -> Classifier | None:
    """The model of an older audit as it was asked; None where it is not here any more, or has changed."""
    try:
        with Job(folder, alone=False) as job:
            settings = job.settings
        model = loading.classifier(before.model, on_wait)
        same = model.digest == settings.weights
        return yes_no_classifier(model, settings.question, settings.framing) if same else None
    except SaliencyError:
        return None


def try_both(
    job: Job,
    folder: Path,
    photos: Path,
    new_model: Classifier,
    old_model: Classifier | None,
    on_progress: CrossProgress,
    reading: Reading,
) -> None:
    """Tries what either audit found with the other model.

    Args:
        job: Of the newer audit, finished.
        folder: Of the older one.
        photos: Where the newer one's photos are.
        new_model: The newer one's model, as it was asked.
        old_model: The older one's, likewise.
        on_progress: Told how many photos are done, of so many.
        reading: Made anew around the decoding of a picture.

    Raises:
        SaliencyError: One of them cannot be read.
    """
    run_cross_trials(
        job,
        read_side(folder),
        side_of(job),
        photos,
        new_model=new_model,
        old_model=old_model,
        on_progress=on_progress,
        reading=reading,
    )
