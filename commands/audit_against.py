"""``python -m saliency audit --against JOB``: the same photos, another model, and both compared."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

import models
from commands.terminal import say, show
from saliency.audit.comparison.cross_trials import run_cross_trials
from saliency.audit.comparison.same_set import same_set
from saliency.audit.comparison.side import AuditSide, read_side, side_of
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Source
from saliency.audit.job import Job
from saliency.audit.reports.comparison import files
from saliency.audit.reports.comparison.report import AuditNames
from saliency.audit.reports.comparison.verdict import comparison_verdict
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import SaliencyError


def source(options: argparse.Namespace) -> Source:
    """The photos of the old audit, with its labels and areas.

    Raises:
        SaliencyError: It is not finished, or its photos are not found.
    """
    read_side(options.against)  # says at once what is wrong with it
    return same_set(options.against, options.source)


def compare(options: argparse.Namespace, job: Job, classifier: Classifier, photos: Path) -> bool:
    """Try what either audit found with the other model, write the comparison, and say what it shows.

    Args:
        options: What was asked.
        job: The new audit, finished.
        classifier: The new model, as it was asked.
        photos: Where the photos are.

    Returns:
        Whether something is shown to be worse.
    """
    old, new = read_side(options.against), side_of(job)
    before = _old_model(options, old, new)
    run_cross_trials(job, old, new, photos, new_model=classifier, old_model=before, on_progress=_Progress())
    both = files.read_both(options.against, options.out)
    names = AuditNames(options.against.resolve().name, options.out.resolve().name)
    made = files.writers(both, photos, names, datetime.date.today())
    written = files.write_comparison(made, options.out)
    verdict = comparison_verdict(both.comparison)
    say(f"{verdict.sentence}.")
    for question, answer in verdict.answers:
        say(f"{question} {answer}")
    outcome = {"comparison": str(both.comparison.outcome), "sentence": f"{verdict.sentence}."}
    show({**outcome, "worse": both.comparison.worse, "files": list(map(str, written))})
    return both.comparison.worse


def _old_model(options: argparse.Namespace, old: AuditSide, new: AuditSide) -> Classifier | None:
    """The old model, to try with it what only the new audit found; ``None`` where it is not here any more."""
    if old.asked == new.asked:
        return None
    where = {"device": options.device, "precision": options.precision}
    key = options.old_model
    if key is None:
        here = (choice for choice in models.choices() if choice.present and not choice.problem)
        key = next((choice.key for choice in here if choice.name == old.settings.model), None)
    if key is not None:
        model = models.load(key, **where)
        if model.digest == old.settings.weights:
            return _asked(model, old.settings)
        if options.old_model is not None:
            raise SaliencyError(
                f"“{key}” has other weights than the model of the audit in “{options.against}”. Name that "
                "model, or leave out --old-model: what only the new audit finds is then not tested with the "
                "old one."
            )
    say(
        f"The model of the older audit, “{old.settings.model}”, was not found here, so what only the new "
        "audit finds is not tested with it. Name it with --old-model."
    )
    return None


def _asked(model: Classifier, settings: Settings) -> Classifier:
    return yes_no_classifier(model, settings.question, settings.framing)


class _Progress:
    """Lines of progress on standard error, one every ten photos."""

    def __init__(self) -> None:
        self._told = -1

    def __call__(self, done: int, total: int) -> None:
        if done != self._told and total and (done % 10 == 0 or done == total):
            print(f"{done} of {total} photos tested with the other model", file=sys.stderr, flush=True)
        self._told = done
