"""What ``python -m saliency remedy`` does: an audit in; a rehearsal, a pack, a rehearsed model out."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import models
from commands.terminal import Meter, say, show
from models.rehearsed import keep_rehearsed
from saliency.audit.inputs.files import disk_remedy
from saliency.audit.job import PHOTOS, Job
from saliency.audit.job_folders import begun, damage
from saliency.audit.json_types import as_json
from saliency.audit.remedy.pack import write_pack
from saliency.audit.remedy.record import REHEARSAL, Rehearsal
from saliency.audit.remedy.rehearsal import rehearse, why_not
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.record import audit_record
from saliency.audit.reports.remedy.nothing import nothing
from saliency.audit.reports.remedy.words import ANSWERS, conclusion, sentences
from saliency.audit.run import Audit, audit
from saliency.classifier import Classifier, yes_no_classifier
from saliency.errors import SaliencyError

_REDRAW = 1.0  # seconds between two lines of progress


def run(options: argparse.Namespace) -> int:
    """The command; the exit code.

    Raises:
        SaliencyError: The input is not usable, or the disk is full or read-only.
    """
    try:
        return _run(options)
    except OSError as error:
        raise SaliencyError(
            f"“{error.filename or options.job}” cannot be used: {disk_remedy(error)}"
        ) from error


def _run(options: argparse.Namespace) -> int:
    if problem := damage(options.job):
        raise SaliencyError(problem)
    if not begun(options.job):
        raise SaliencyError(
            f"There is no audit in “{options.job}”. Give the folder that an audit wrote to (its --out)."
        )
    photos = _photos(options)
    with Job(options.job) as job:
        finished, total = job.counts()
        if finished < total:
            raise SaliencyError(
                f"This audit is not finished: {finished} of {total} photos are. Go on with it first: "
                "python -m saliency audit … --resume."
            )
        key, classifier = _model(options, job)
        result = audit(job, classifier, photos, on_progress=_Lines().step)
        told: dict[str, Any] = _rehearsed(options, job, classifier, photos, result)
        if options.pack is not None:
            twins = write_pack(
                job,
                classifier,
                photos,
                result,
                options.pack,
                seed=options.seed,
                name=options.job.resolve().name,
                on_progress=_Lines("photos packed"),
            )
            say(f"The pack holds {twins} twins; its README says how to use them: {options.pack}")
            told |= {"pack": str(options.pack), "packed": twins}
        if options.keep is not None:
            kept = keep_rehearsed(job, classifier, key, options.keep)
            say(f"The rehearsed model is kept. It can be chosen like any other: --model {kept}")
            told |= {"kept_as": kept}
    show(told)
    return 0


def _rehearsed(
    options: argparse.Namespace, job: Job, classifier: Classifier, photos: Path, result: Audit
) -> dict[str, Any]:
    """What a rehearsal shows; of a model that cannot be rehearsed, why, where a pack is asked for.

    Raises:
        SaliencyError: It cannot be rehearsed, and nothing else is asked for.
    """
    if reason := why_not(classifier, result):
        if options.pack is None or options.keep is not None:
            raise SaliencyError(reason)
        say(f"There was no rehearsal. {reason}")
        return {"outcome": None, "problem": reason}
    rehearsal = rehearse(
        job, classifier, photos, result, seed=options.seed, on_progress=_Lines("photos with their twins")
    )
    _say(rehearsal, result)
    return {**as_json(rehearsal), "file": str(job.folder / REHEARSAL)}


def _say(rehearsal: Rehearsal, result: Audit) -> None:
    if not rehearsal.findings:
        said = {finding.key: finding.judgement for finding in result.findings if finding.judgement}
        say(nothing(judged_record(audit_record(result), said)))
        return
    told = ANSWERS[rehearsal.outcome], *sentences(rehearsal), conclusion(rehearsal), *rehearsal.left_out
    for sentence in filter(None, told):
        say(sentence)


def _photos(options: argparse.Namespace) -> Path:
    """Where the photos are: as said, or those that were unpacked into the job's folder.

    Raises:
        SaliencyError: They are not there.
    """
    if options.photos is not None:
        if not options.photos.is_dir():
            raise SaliencyError(f"There is no folder “{options.photos}”. Please check its name.")
        return Path(options.photos)
    unpacked = options.job / PHOTOS
    if not unpacked.is_dir():
        raise SaliencyError(
            "The audit does not keep the photos. Say where they are: --photos FOLDER, the folder that was "
            "audited."
        )
    return Path(unpacked)


def _model(options: argparse.Namespace, job: Job) -> tuple[str, Classifier]:
    """The key of the model that was audited, and the model, asked what it was asked.

    Raises:
        SaliencyError: It is not among the models here, or another one was given.
    """
    settings = job.settings
    key = options.model
    if key is None:
        names = (
            (settings.model, settings.model.removesuffix(f" ({settings.question.answers[0]})"))
            if (settings.question)
            else (settings.model,)
        )
        key = next((choice.key for choice in models.choices() if choice.title in names), None)
    if key is None:
        raise SaliencyError(
            f"This audit is of “{settings.model}”, which is not in the list of models. Give it with --model."
        )
    classifier = models.load(key, on_progress=Meter(), device=options.device, precision=options.precision)
    if classifier.digest != settings.weights:
        raise SaliencyError(
            f"This audit is of “{settings.model}”, and the model given has other weights. Give that one with "
            "--model."
        )
    return key, yes_no_classifier(classifier, settings.question, settings.framing)


class _Lines:
    """Lines of progress on standard error, no more than one a second."""

    def __init__(self, what: str = "photos looked at again") -> None:
        self._what, self._last = what, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if total and now - self._last >= _REDRAW:
            self._last = now
            print(f"{done} of {total} {self._what}", file=sys.stderr, flush=True)

    def step(self, _: str, done: int, total: int) -> None:
        """The same, told a step's name too."""
        self(done, total)
