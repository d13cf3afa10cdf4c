"""Why a few photos of a finished audit got one answer rather than another, where that was not asked before.

What is found is kept in the audit, so that it is computed once, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from saliency.audit.evidence.confusions.trial import ContrastTrial
from saliency.audit.evidence.contrast import CONTRAST, ContrastOutcome
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.rows import TrialResult
from saliency.audit.job import PHOTOS, Job
from saliency.audit.job_files import locked
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.photo.reading import read_photo
from saliency.progress import Progress

_PATIENCE = 5.0  # seconds to wait for others who write


def known_contrasts(folder: Path, numbers: Sequence[int]) -> dict[int, ContrastOutcome]:
    """What is known already of some photos of an audit, by their numbers.

    Raises:
        SaliencyError: The audit cannot be read.
    """
    with Job(folder, alone=False) as job:
        kept = job.contrasts()
    return {n: outcome for n in numbers if isinstance(outcome := kept.get(n), ContrastOutcome)}


def contrasts(
    folder: Path,
    classifier: Classifier,
    files: Mapping[int, str],
    rather_than: str,
    on_progress: Progress | None = None,
) -> dict[int, ContrastOutcome]:
    """Why photos got their answer rather than another, asked of the model now.

    Args:
        folder: The audit's.
        classifier: The model that was audited.
        files: The photos, by their numbers.
        rather_than: The other answer.
        on_progress: Told how many are done; what it raises stops the work, and what is finished stays.

    Raises:
        SaliencyError: The model's weights are not those that were audited, or a photo cannot be read.
    """
    with Job(folder, alone=False) as job:
        settings = job.settings
    if classifier.digest != settings.weights:
        raise SaliencyError(
            "The model has changed since this audit, so its maps would show something else. "
            "Audit the photos again to see why."
        )
    found: dict[int, ContrastOutcome] = {}
    for done, (number, file) in enumerate(files.items()):

        def tell(*_: int, done: int = done) -> None:
            if on_progress is not None:
                on_progress(done, len(files))

        tell()
        probe = PhotoProbe.of(classifier, read_photo(folder / PHOTOS / file), settings, tell)
        found[number] = ContrastTrial(rather_than).outcome(probe)
        with suppress(SaliencyError), locked(folder, _PATIENCE), Job(folder, alone=False) as job:
            job.keep(TrialResult(number, CONTRAST, found[number]))  # without room it is there all the same
    return found
