"""A model that somebody is adding step by step: what it was recognised as, and what is still needed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import ModelError
from models.sources import folder as folders
from models.sources import registry
from models.sources.adding import Given, given, in_order, refuse_uploaded, taken, write
from models.sources.description import read_description
from models.sources.preparation import Trial
from models.sources.statements import Wishes, count_scores, size_of
from models.sources.upload import files_of
from saliency.errors import SaliencyError
from saliency.methods.registry import compatible
from saliency.photo.reading import read_photo
from saliency.progress import Progress, report
from saliency.verdict.words import score

_STEPS = 100  # of which reading takes the first part, trials the second, asking the last
_READ, _TRIED = 30, 80
_FIRST = 3  # answers that are told


@dataclass(frozen=True)
class Answer:
    """One of a model's answers to a photo: the class, its score, and that as people read it."""

    label: str
    score: float
    said: str


@dataclass(frozen=True)
class Draft:
    """How far a model has come that is being added; what is not known yet is empty.

    Attributes:
        format: What its files were recognised as.
        size: Height and width of its pictures, in pixels.
        classes: How many scores it gives.
        outputs: What those are, as in :class:`~models.sources.read_model.ReadModel`.
        labels: Names of its classes.
        notes: What people should know of it, in sentences.
        stated: Whether the files say how photos are prepared, or photos have told.
        trials: The recipes that were tried with photos, best first.
        photos: How many photos there were.
        answers: Its first answers to the sample photo, best first.
        methods: Keys of the methods that it offers.
        problems: Why it cannot be kept yet, in sentences.
        field: What those are about, as in :class:`~models.errors.ModelError`.
    """

    format: str = ""
    size: tuple[int, int] = (0, 0)
    classes: int = 0
    outputs: str = ""
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stated: bool = False
    trials: tuple[Trial, ...] = ()
    photos: int = 0
    answers: tuple[Answer, ...] = ()
    methods: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    field: str = ""

    @property
    def finished(self) -> bool:
        """Whether it can be kept."""
        return not self.problems


def draft(path: Path, wishes: Wishes, made: Path, sample: Path, on_progress: Progress | None = None) -> Draft:
    """Reads a model as far as it goes, writes its folder, and asks it about a sample photo.

    Args:
        path: What was handed over: a file, a folder or a ZIP.
        wishes: What people said about it.
        made: Where its folder is written; what was there before is replaced.
        sample: A photo.
        on_progress: Told how far it is, in percent.
    """
    so_far = Draft()
    shutil.rmtree(made, ignore_errors=True)

    def trial(done: int, total: int) -> None:
        report(on_progress, _READ + (_TRIED - _READ) * done // total, _STEPS)

    try:
        with files_of(path) as files, folders.any_failure_said(path):
            refuse_uploaded(files)
            kept = in_order(files) if wishes == Wishes() else None
            if kept is not None:
                so_far = Draft(format="a model's folder, as it is kept here")
                written = taken(files, kept, made)
            else:
                source = given(path, files)
                report(on_progress, _READ, _STEPS)
                so_far = _facts(source, wishes)
                written = write(source, wishes, made, trial, classes=so_far.classes)
        report(on_progress, _TRIED, _STEPS)
        tried = replace(so_far, notes=written.notes, trials=written.trials, photos=written.photos)
        return _asked(tried, made, sample)
    except ModelError as error:
        shutil.rmtree(made, ignore_errors=True)
        return replace(so_far, problems=tuple(error.problems), field=error.field)


def _facts(source: Given, wishes: Wishes) -> Draft:
    """What is known of a model before anybody has said anything about it."""
    model = source.model
    size, notes = size_of(wishes, model)
    return Draft(
        format=registry.sources()[source.format].NAME,
        size=size,
        classes=count_scores(model, wishes, size),
        outputs=wishes.outputs or model.outputs or "softmax",
        labels=model.labels or (),
        notes=(*model.notes, *notes),
    )


def _asked(so_far: Draft, made: Path, sample: Path) -> Draft:
    """What its folder says of a model, and what it answers."""
    with folders.any_failure_said(made):
        description, classifier = read_description(made), folders.load_folder(made)
        try:
            scores = classifier.predict(read_photo(sample))
        except SaliencyError as error:
            raise ModelError(error.message, field="photos" if so_far.trials else "") from error
        return replace(
            so_far,
            size=description.preprocessing.size,
            classes=len(classifier.labels),
            outputs=description.outputs,
            labels=classifier.labels,
            stated=not classifier.warning,
            answers=tuple(
                Answer(entry.label, entry.score, score(entry.score, classifier.outputs))
                for entry in scores[:_FIRST]
            ),
            methods=tuple(method.key for method in compatible(classifier.graph)),
        )
