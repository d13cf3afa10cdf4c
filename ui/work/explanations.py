"""Asking a model about a photo, from the page: in line, with progress, and stopped when the page is.

Nothing here catches what Streamlit raises to stop a page: it passes through the method at work and through
the line, which frees the slot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from saliency.classifier import Classifier
from saliency.explanation import Explanation, explain
from saliency.methods.registry import Method
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from ui.session import ResultKey, Session
from ui.work.line import LINE, Lane
from ui.work.pace import PACE, SLOW
from ui.work.waiting import place_in, progress_in

_REMEMBERED = 2  # photos (or framings) whose intermediate results are kept in a tab
_TRIALS, _TRIED_ENOUGH = 5, 0.3  # forward passes to measure, at most, and seconds after which to stop


@dataclass(frozen=True, eq=False)
class ExplainRequest:
    """Which model is asked about which photo; the view and the guess come with it.

    Attributes:
        model: Key of the model.
        prepared: The photo as prepared for this model.
        method: How influence is measured.
        target: Index of the class explained.
        rival: Index of the class it is compared with, if any.
    """

    model: str
    prepared: PreparedPhoto
    method: Method
    target: int
    rival: int | None = None

    @property
    def key(self) -> ResultKey:
        """Everything the result depends on."""
        weights, digest = self.prepared.classifier.digest or self.model, self.prepared.photo.digest
        return weights, digest, str(self.prepared.framing), self.method.key, self.target, self.rival

    @property
    def seconds(self) -> float:
        """How long the answer will take on this computer."""
        return PACE.estimate(self.model, self.method.key, self.method.passes)

    @property
    def slow(self) -> bool:
        """Whether to wait for a click before starting."""
        return self.seconds > SLOW


def seconds(model: str, methods: Sequence[Method]) -> dict[str, float]:
    """How long each method will take on this computer, by key; 0 where it is not known."""
    return {method.key: PACE.estimate(model, method.key, method.passes) for method in methods}


def prepared(
    state: Session, model: str, classifier: Classifier, photo: Photo, slot: DeltaGenerator
) -> PreparedPhoto:
    """The photo as the model receives it, and its scores; remembered in the tab.

    Args:
        state: The tab.
        model: Key of the model.
        classifier: The model.
        photo: The photo.
        slot: Where to say that others are first.
    """
    key = (classifier.digest or model, photo.digest, state.framing)
    if key not in state.prepared:
        with LINE.turn(Lane.QUICK, on_wait=place_in(slot)):
            state.prepared[key] = _looked_at(model, PreparedPhoto(classifier, photo, state.framing))
        while len(state.prepared) > _REMEMBERED:
            state.prepared.popitem(last=False)
    state.prepared.move_to_end(key)
    return state.prepared[key]


def answer(state: Session, question: ExplainRequest, slot: DeltaGenerator) -> Explanation:
    """The answer to a question that is quick, computed now unless the tab remembers it.

    Args:
        state: The tab.
        question: What is asked.
        slot: Where to say that others are first.
    """
    before = state.result(question.key)
    if before is not None:
        return before
    with LINE.turn(Lane.QUICK, on_wait=place_in(slot)):
        return explained(state, question, None)


def answer_slowly(
    state: Session, question: ExplainRequest, slot: DeltaGenerator, sketch: Callable[[Explanation], None]
) -> Explanation:
    """The answer to a question that takes long, with progress and time left; the page may stop it.

    Args:
        state: The tab.
        question: What is asked.
        slot: Holds the progress bar.
        sketch: Draws the answer as far as it is known.
    """
    place = place_in(slot)
    with LINE.turn(on_wait=place) as turn:
        return explained(state, question, progress_in(slot, turn, place), sketch)


def _looked_at(model: str, seen: PreparedPhoto) -> PreparedPhoto:
    """Computes the scores; the first time a model is used, also measures what a forward pass takes."""
    _ = seen.scores  # warms the model up
    begun = time.perf_counter()
    for _ in range(_TRIALS if PACE.estimate(model, "", 1.0) == 0.0 else 0):
        started = time.perf_counter()
        seen.classifier.graph.logits(seen.x)
        ended = time.perf_counter()
        PACE.forward(model, ended - started)
        if ended - begun > _TRIED_ENOUGH:
            break
    return seen


def explained(
    state: Session,
    question: ExplainRequest,
    on_progress: Callable[[int, int], None] | None,
    on_sketch: Callable[[Explanation], None] | None = None,
) -> Explanation:
    """The answer, computed here and now by whoever holds a turn in the line; the tab remembers it."""
    result = explain(
        question.prepared.classifier,
        question.prepared.photo,
        method=question.method.key,
        target=question.target,
        rather_than=question.rival,
        framing=question.prepared.framing,
        prepared=question.prepared,
        on_progress=on_progress,
        on_sketch=on_sketch,
    )
    PACE.took(question.model, question.method.key, result.seconds)
    state.remember(question.key, result)
    return result
