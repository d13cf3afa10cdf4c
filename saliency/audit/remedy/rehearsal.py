"""A rehearsal: would pictures without the shortcut help? Only the model's last step is trained again."""

from __future__ import annotations

from pathlib import Path

from saliency.audit.job import Job
from saliency.audit.remedy.record import Rehearsal
from saliency.audit.run import Audit
from saliency.classifier import Classifier
from saliency.progress import Progress


def why_not(classifier: Classifier, result: Audit) -> str:
    """Why a model cannot be rehearsed with the photos of an audit, in a sentence; empty where it can."""
    raise NotImplementedError


def rehearse(
    job: Job,
    classifier: Classifier,
    photos: Path,
    result: Audit,
    *,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Rehearsal:
    """Rehearse the remedy of an audit's findings; kept in the job's folder (``rehearsal.json``).

    What was computed of a photo is kept there too, so that a rehearsal that was stopped goes on.

    Args:
        job: A finished audit.
        classifier: The model that was audited.
        photos: Where the photos are.
        result: What the audit shows, with what people said of it.
        seed: Where random numbers start.
        on_progress: Told of every photo; what it raises stops the work.

    Raises:
        SaliencyError: The model or the photos cannot be used, see :func:`why_not`; or photos have changed.
    """
    raise NotImplementedError


def rehearsed_classifier(job: Job, classifier: Classifier) -> Classifier:
    """The model with the last step as the job's rehearsal left it; the given one is not changed.

    Raises:
        SaliencyError: There is no rehearsal, or it was of another model.
    """
    raise NotImplementedError
