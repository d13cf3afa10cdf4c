"""What ``python -m saliency audit`` does: a set of photos in; files, a summary and an exit code out."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import shutil
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

import models
from commands.audit_summary import print_summary
from commands.terminal import Meter, say
from models.endpoint.cost import cost_of_views
from saliency.audit.inputs.archive import unpack
from saliency.audit.inputs.areas import UNNAMED, NamedBox
from saliency.audit.inputs.files import disk_remedy, sha256_of
from saliency.audit.inputs.judgement_file import HandedJudgement, read_judgement_file
from saliency.audit.inputs.masks import PRODUCT
from saliency.audit.inputs.source import Source, gather
from saliency.audit.inputs.true_answers import true_answers
from saliency.audit.job import MASKS, PHOTOS, Job
from saliency.audit.job_folders import begun, damage
from saliency.audit.judgements import now, take
from saliency.audit.reports.cost_words import cost_of, cost_sentence
from saliency.audit.reports.files import write
from saliency.audit.reports.sentences import counted
from saliency.audit.reports.unjudged_labels import EXAMPLES, unknown_labels
from saliency.audit.reports.unjudged_words import unjudged
from saliency.audit.run import Audit, audit, start
from saliency.audit.workers.pool import Pool
from saliency.audit.workers.ray.cluster import Cluster
from saliency.audit.workers.ray.connection import connected
from saliency.audit.workers.ray.worker import Load
from saliency.classifier import Classifier, OutputKind, YesNoQuestion, yes_no_classifier, yes_no_question
from saliency.errors import SaliencyError
from saliency.export.web import visible
from saliency.methods.registry import usual
from saliency.names import readable
from saliency.photo.area import read_area

DEPENDS = 3
"""Exit code with ``--fail-on depends`` where guesses depend on something else."""

_REDRAW = 1.0  # seconds between two lines of progress


def run(options: argparse.Namespace) -> int:
    """The command; the exit code.

    Raises:
        SaliencyError: The input is not usable, there is an audit already, or the disk is full or read-only.
    """
    try:
        return _run(options)
    except OSError as error:
        raise SaliencyError(
            f"“{error.filename or options.out}” cannot be used: {disk_remedy(error)}"
        ) from error


def _run(options: argparse.Namespace) -> int:
    everywhere = [_area(text) for text in options.area]
    if problem := damage(options.out):  # before anything in it is touched
        raise SaliencyError(problem)
    if begun(options.out) and not options.resume:
        raise SaliencyError(
            f"There is an audit in “{options.out}” already. Add --resume to go on with it, "
            "or choose another folder."
        )
    handed = read_judgement_file(options.judgements) if options.judgements else []
    source = _source(options, everywhere)
    expires = None
    if options.expires is not None:
        expires = datetime.date.today() + datetime.timedelta(days=options.expires)
    with contextlib.ExitStack() as jobs:
        where = {"device": options.device, "precision": options.precision}
        with _pool(options.ray, _loader(options.model, where)) as pool:
            model = models.load(options.model, on_progress=Meter(), **where)
            question = _question(options, model)
            classifier = yes_no_classifier(model, question, options.framing)
            source = true_answers(source, question, model.labels)
            job = start(
                options.out,
                classifier,
                source,
                method=options.method or usual(classifier.graph),
                second=options.second,
                framing=options.framing,
                seed=options.seed,
                expires=expires,
            )
            jobs.enter_context(job)
            _before(source, classifier)
            _say_cost(classifier, job, source)
            result = audit(job, classifier, source.folder, on_progress=_Meter(), pool=pool)
        result = _with_handed(job, result, handed)
        photos = options.source.resolve()
        title = photos.stem if photos.is_file() else photos.name
        files = write(job, result, options.out, source.folder, title)
        print_summary(job, result, files)
    return DEPENDS if options.fail_on and result.depends else 0


def _with_handed(job: Job, result: Audit, handed: Sequence[HandedJudgement]) -> Audit:
    """What the audit shows with what was handed over of its findings, which is kept with the job.

    Raises:
        SaliencyError: There is no finding of a number, or nothing can be written.
    """
    if result.unread:
        print(visible(f"Warning: {result.unread}"), file=sys.stderr)
    if not handed:
        return result
    findings, missing = take(job.folder, handed, result.findings, now())
    for sentence in missing:
        print(visible(sentence), file=sys.stderr)
    return replace(result, findings=findings)


def _say_cost(classifier: Classifier, job: Job, source: Source) -> None:
    """Says about how many pictures the model is asked, and how long; of one behind an address, where."""
    views, photos = list(filter(None, (job.settings.method, job.settings.second))), len(source.items)
    cost = cost_of(source, views)
    if spent := cost_of_views(classifier, views, photos, trials=cost.pictures - cost.maps):
        say(f"{classifier.warning} {spent}")
    elif not job.counts()[0]:
        say(cost_sentence(cost, cost.pictures * seconds_a_picture(classifier)))


def seconds_a_picture(classifier: Classifier) -> float:
    """What a forward pass takes here, as measured on a grey picture after one that warms up."""
    grey = classifier.normalised(np.full((*classifier.preprocessing.size, 3), 128, np.uint8))
    times = []
    for _ in range(3):
        begin = time.monotonic()
        classifier.graph.logits(grey)
        times.append(time.monotonic() - begin)
    return min(times[1:])


@contextlib.contextmanager
def _pool(address: str | None, load: Load) -> Iterator[Pool | None]:
    """A cluster if one is asked for; what Ray prints on standard output, where results go, is dropped."""
    if address is None:
        yield None
        return
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        connected(address) as nodes,
    ):
        yield Cluster(nodes, load)


def _question(options: argparse.Namespace, model: Classifier) -> YesNoQuestion | None:
    """What a model of tags or of a number is asked: what is said, or else what the job was asked before."""
    if options.resume and begun(options.out) and options.target is None and options.at_least is None:
        with Job(options.out, alone=False) as job:
            return job.settings.question
    question = yes_no_question(model, options.target, options.at_least)
    if question is not None and question.kind is OutputKind.SCORE and options.at_least is None:
        print(visible(question.of_middle), file=sys.stderr)
    return question


def _before(source: Source, classifier: Classifier) -> None:
    """What is asked of how many photos and folders, and which labels the model lacks, before the first."""
    classes, question = classifier.labels, classifier.question
    if question is not None:
        print(visible(question.sentence), file=sys.stderr)
    folders = {PurePosixPath(item.file).parent for item in source.items if "/" in item.file}
    within = f" in {counted(len(folders), 'folder')}" if folders else ""
    print(f"{counted(len(source.items), 'photo')}{within}", file=sys.stderr)
    labels = unknown_labels(Counter(item.label for item in source.items if item.label is not None), classes)
    if sentence := unjudged(labels, classes[:EXAMPLES], rest="", question=question):
        print(visible(sentence), file=sys.stderr, flush=True)


def _source(options: argparse.Namespace, everywhere: list[NamedBox]) -> Source:
    """The photos and masks; of a ZIP, unpacked into the job's folder once."""
    folder, refused, packed = _unpacked(options.source, options.out, PHOTOS)
    masks = None
    if options.masks is not None:
        masks, others, digest = _unpacked(options.masks, options.out, MASKS)
        refused, packed = {**refused, **others}, packed + digest
    return gather(
        folder,
        labels=options.labels,
        boxes=options.areas,
        everywhere=everywhere,
        masks=masks,
        mask_name=PRODUCT if options.mask_name is None else options.mask_name,
        refused=refused,
        packed=packed,
    )


def _unpacked(source: Path, out: Path, name: str) -> tuple[Path, dict[str, str], str]:
    """A folder with pictures, what was left out of a ZIP, and its SHA-256; a folder is used as it is."""
    if source.is_dir():
        return source, {}, ""
    if not source.is_file():
        raise SaliencyError(f"There is no folder or ZIP “{source}”. Please check its name.")
    if not zipfile.is_zipfile(source):
        raise SaliencyError(f"“{source.name}” is neither a folder nor a ZIP with {name}.")
    folder, refused = out / name, {}
    if not begun(out):
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        refused = unpack(source, folder)
    return folder, refused, sha256_of(source)


def _area(text: str) -> NamedBox:
    name, equals, box = text.rpartition("=")
    if equals and not name:
        raise SaliencyError(
            f"--area needs a name before “=”, such as badge=0.8,0.8,0.2,0.2; it was “{text}”."
        )
    return NamedBox(readable(name) or UNNAMED, read_area(box).boxes[0])


def _loader(model: str, where: Mapping[str, Any]) -> Load:
    """Loads a model on any computer: a folder by its whole path."""
    known = model in models.BUILT_IN or readable(model) in {choice.key for choice in models.choices()}
    return partial(models.load, model if known else str(Path(model).resolve()), **where)


class _Meter:
    """Lines of progress on standard error, no more than one a second."""

    def __init__(self) -> None:
        self._last, self._began, self._step, self._first = 0.0, 0.0, "", 0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step != self._step:
            self._step, self._began, self._first, self._last = step, now, done, 0.0
        if total == 0 or (now - self._last < _REDRAW and done < total):
            return
        self._last = now
        computed = done - self._first
        left = (now - self._began) / computed * (total - done) if computed else None
        what = {"photos": "photos", "spots": "photos with places to test"}[step]
        tail = "" if left is None or done == total else f", about {left:.0f} s left"
        print(f"{done} of {total} {what}{tail}", file=sys.stderr, flush=True)
