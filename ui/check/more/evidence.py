"""The further checks: what each computes, what its answer depends on and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from saliency.checks.check import AreaTest
from saliency.checks.hiding import HideCurve, hide, hide_passes
from saliency.checks.paste import PASSES, Paste, paste
from saliency.checks.paste import Sample as PasteSample
from saliency.checks.sanity import RandomisationTest, randomisation_test
from saliency.explanation import Explanation
from saliency.methods.registry import Method, compatible
from saliency.photo.reading import Photo
from ui.check.evidence import Subject
from ui.check.more import words
from ui.views.quick_and_careful import name_up_front
from ui.views.words import view_name
from ui.widgets.marks import Mark
from ui.work.questions import cost
from ui.work.slow_work import Task
from ui.work.words import CHECK

STEP = 5  # percent
LEVELS = tuple(percent / 100 for percent in range(0, 101, STEP))
"""How much is hidden; every step is measured."""


def hide_task(subject: Subject) -> Task[HideCurve | None]:
    """Hide the strongest places, step by step."""
    work = partial(hide, subject.question, subject.result, levels=LEVELS)
    request, passes = subject.request, hide_passes(LEVELS)
    spent = cost(request.prepared.classifier, passes)
    intro = words.hide_intro(subject.outputs)
    return Task("hide", request.key, request.model, passes, intro, work, cost=spent, shared=request.shared)


def paste_task(
    subject: Subject, test: AreaTest, mark: Mark, photos: Sequence[Photo], samples: Sequence[PasteSample]
) -> Task[Paste]:
    """Paste an area into photos of one's own, and into those of the samples that the model knows."""
    others = (*photos, *(sample.photo for sample in samples))
    key = (*subject.key, mark, tuple(photo.digest for photo in others))
    passes = PASSES * len(others)
    work = partial(paste, test.probe, photos, samples=samples)
    spent = cost(subject.request.prepared.classifier, passes)
    shared = subject.request.shared and not photos
    return Task(f"paste-{passes}", key, subject.request.model, passes, "", work, cost=spent, shared=shared)


def second_view_task(subject: Subject, method: Method) -> Task[Explanation]:
    """Ask the same question with another view; the page then remembers that view's answer, too."""
    task = replace(subject.request, method=method, view="").task()
    return replace(task, sentence=words.second_view(second_view_name(subject, method)), words=CHECK)


def second_view_name(subject: Subject, method: Method) -> str:
    """What people call the second view."""
    methods = compatible(subject.request.prepared.classifier.graph)
    return view_name(name_up_front(method.key, methods), method)


def randomisation_task(subject: Subject) -> Task[RandomisationTest]:
    """Draw the view for copies of the model that have forgotten what they learned."""
    request, method = subject.request, subject.request.method
    work = partial(randomisation_test, request.prepared, subject.result)
    part, sentence = f"learned-{method.key}", words.LEARNED_HELP
    return Task(part, request.key, request.model, 3 * method.passes, sentence, work, shared=request.shared)
