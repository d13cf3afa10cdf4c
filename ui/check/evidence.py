"""The checks that the page offers: what each computes, what its answer depends on and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from saliency.checks.check import AreaTest, area_test
from saliency.checks.controls import COUNT
from saliency.checks.fills import Fill
from saliency.checks.hiding import HideCurve, hide, hide_passes
from saliency.checks.influence import Influence, influence
from saliency.checks.paste import PASSES, Paste, paste
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.checks.sanity import RandomisationTest, randomisation_test
from saliency.explanation import Explanation
from saliency.methods.registry import Method
from saliency.photo.reading import Photo
from ui.check import words
from ui.check.more import words as more_words
from ui.session import Session
from ui.widgets.marks import Mark
from ui.widgets.pictures import small_size
from ui.words import target_name
from ui.work.explanations import ExplainRequest
from ui.work.slow_work import Task
from ui.work.words import CHECK

STEP = 5  # percent
LEVELS = tuple(percent / 100 for percent in range(0, 101, STEP))
"""How much is hidden; every step is measured."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What is checked.

    Attributes:
        request: The question that the map answers.
        result: The map.
    """

    request: ExplainRequest
    result: Explanation

    @property
    def question(self) -> ScoreQuestion:
        """The question, to be asked of changed copies of the photo."""
        return ScoreQuestion(self.request.prepared, self.result.target, self.result.rather_than)

    @property
    def key(self) -> tuple[object, ...]:
        """Everything an answer depends on, whatever the view."""
        weights, photo, framing, _, target, rival = self.request.key
        return weights, photo, framing, target, rival

    @property
    def label(self) -> str:
        """The class asked about, to stand between single quotation marks."""
        return target_name(self.result.target, self.result.rather_than)

    def picture(self, pixels: NDArray[np.uint8]) -> Image.Image:
        """A changed copy ``(h, w, 3)`` of what the model received, small and in the photo's frame."""
        return self.question.in_photo(pixels, small_size(self.result.photo))


def area_task(subject: Subject, probe: AreaProbe, mark: Mark) -> Task[AreaTest]:
    """Cover an area and ask again; keep only it and ask again. The mark tells it from other areas."""
    key, work = (*subject.key, mark), partial(area_test, probe)
    passes = len(Fill) * (2 + COUNT)  # at most: controls are looked for only when it is this check's turn
    return Task("cover", key, subject.request.model, passes, words.COVER_INTRO, work)


def influence_inside(state: Session, subject: Subject, probe: AreaProbe, mark: Mark) -> Influence | None:
    """How much of the influence is inside an area, remembered; None if the map has nothing to show."""
    key = ("share", *subject.request.key, mark)
    if key not in state.checks:
        state.checks[key] = influence(subject.result, probe.mask)
    inside: Influence | None = state.checks[key]
    return inside


def hide_task(subject: Subject) -> Task[HideCurve | None]:
    """Hide the strongest places, step by step."""
    work = partial(hide, subject.question, subject.result, levels=LEVELS)
    request, passes = subject.request, hide_passes(LEVELS)
    return Task("hide", request.key, request.model, passes, more_words.HIDE_INTRO, work)


def paste_task(subject: Subject, test: AreaTest, mark: Mark, photos: Sequence[Photo]) -> Task[Paste]:
    """Paste an area into other photos."""
    key = (*subject.key, mark, tuple(photo.digest for photo in photos))
    passes = PASSES * len(photos)
    work = partial(paste, test.probe, photos)
    return Task(f"paste-{passes}", key, subject.request.model, passes, "", work)


def second_view_task(subject: Subject, method: Method) -> Task[Explanation]:
    """Ask the same question with another view; the page then remembers that view's answer, too."""
    task = replace(subject.request, method=method, view="").task()
    return replace(task, sentence=more_words.second_view(method.name), words=CHECK)


def randomisation_task(subject: Subject) -> Task[RandomisationTest]:
    """Draw the view for copies of the model that have forgotten what they learned."""
    request, method = subject.request, subject.request.method
    work = partial(randomisation_test, request.prepared, subject.result)
    part, sentence = f"learned-{method.key}", more_words.LEARNED_HELP
    return Task(part, request.key, request.model, 3 * method.passes, sentence, work)
