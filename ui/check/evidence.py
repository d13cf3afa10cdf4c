"""The test of an area: what it computes, what its answer depends on and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from saliency.checks.check import AreaTest, area_test, most_area_test_passes
from saliency.checks.influence import Influence, influence
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Outputs
from saliency.explanation import Explanation
from saliency.verdict.advice import AreaRole
from saliency.verdict.conclusion import Conclusion, conclude
from ui.check import words
from ui.session import Session
from ui.widgets.marks import Mark
from ui.widgets.pictures import small_size
from ui.words import target_name
from ui.work.explanations import ExplainRequest
from ui.work.questions import cost
from ui.work.slow_work import Task


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
    def outputs(self) -> Outputs:
        """What the model's numbers are."""
        return self.request.prepared.classifier.outputs

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
    # At most: controls are looked for only when it is this check's turn.
    passes = most_area_test_passes()
    spent = cost(subject.request.prepared.classifier, passes)
    return Task(
        "cover",
        key,
        subject.request.model,
        passes,
        words.COVER_INTRO,
        work,
        cost=spent,
        shared=subject.request.shared,
    )


def concluded(
    subject: Subject,
    test: AreaTest,
    role: AreaRole | None,
    inside: Influence | None,
    trials: Mapping[str, Any],
    shown: str = "",
) -> Conclusion:
    """One verdict of the test and of all else that was tried of the area, by the names of `conclude`."""
    return conclude(
        test.probe,
        cover=test.cover,
        keep=test.keep,
        influence=inside,
        map_empty=subject.result.empty,
        role=role,
        familiarity=subject.request.prepared.familiarity,
        shown=shown,
        **trials,
    )


def influence_inside(state: Session, subject: Subject, probe: AreaProbe, mark: Mark) -> Influence | None:
    """How much of the influence is inside an area, remembered; None if the map has nothing to show."""
    key = ("share", *subject.request.key, mark)
    inside: Influence | None = state.checks.find(key)
    if inside is None:
        inside = state.checks[key] = influence(subject.result, probe.mask)
    return inside
