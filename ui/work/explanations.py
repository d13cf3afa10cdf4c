"""Asking a model about a photo from the page: the photo as prepared for it, and explanations of scores."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from models.endpoint.client import client_of
from saliency.explanation import Explanation, Sketches, explain
from saliency.methods.registry import Method
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from saliency.progress import Progress
from ui.session import Key, Session, known_to_all, tell_all
from ui.widgets.places import Place
from ui.widgets.samples import is_sample
from ui.words import plain
from ui.work import loading
from ui.work.jobs import in_line
from ui.work.pace import pace
from ui.work.questions import cost_of_view
from ui.work.slow_work import Task, answers, place_in_line
from ui.work.words import VIEW

Sketch = Callable[[Explanation, DeltaGenerator], None]
"""Draws an explanation, as far as it is known, in a placeholder."""

_TRIALS, _TRIED_ENOUGH = 5, 0.3  # forward passes to measure, at most, and seconds after which to stop


@dataclass(frozen=True, eq=False)
class ExplainRequest:
    """Which model is asked about which photo, by which method, and about which score.

    Attributes:
        model: Key of the model.
        prepared: The photo as prepared for this model.
        method: How influence is measured.
        target: Index of the class explained.
        rival: Index of the class it is compared with, if any.
        view: What people call the method where it stands up front; empty for its own name.
    """

    model: str
    prepared: PreparedPhoto
    method: Method
    target: int
    rival: int | None = None
    view: str = ""

    @property
    def key(self) -> Key:
        """Everything the result depends on."""
        weights, digest = (self.model, self.prepared.classifier.digest), self.prepared.photo.digest
        return weights, digest, str(self.prepared.framing), self.method.key, self.target, self.rival

    @property
    def shared(self) -> bool:
        """Whether the answer is everybody's: the photo is a sample, and the model on this computer."""
        return is_sample(self.prepared.photo) and client_of(self.prepared.classifier.digest) is None

    def task(self, sketch: Sketch | None = None) -> Task[Explanation]:
        """The work of answering it; while it is slow, the map is drawn as it sharpens."""

        def work(on_progress: Progress, on_sketch: Sketches | None = None) -> Explanation:
            return explain(
                self.prepared.classifier,
                self.prepared.photo,
                method=self.method.key,
                target=self.target,
                rather_than=self.rival,
                framing=self.prepared.framing,
                prepared=self.prepared,
                on_progress=on_progress,
                on_sketch=on_sketch,
            )

        method, sentence = self.method, plain(self.method.sentence)
        name = self.view or method.name
        cost = cost_of_view(self.prepared.classifier, method)
        return Task(
            method.key,
            self.key,
            self.model,
            method.passes,
            sentence,
            work,
            VIEW,
            name,
            cost,
            shared=self.shared,
            draw=sketch,
        )


def explanations(
    state: Session,
    requests: Sequence[ExplainRequest],
    place: Place,
    sketch: Sketch,
    *,
    wait: bool | None = None,
) -> list[Explanation] | None:
    """The answers to all requests; arguments as for `answers`, and what draws an unfinished answer."""
    tasks = [request.task(sketch) for request in requests]
    results = answers(state, state.results, tasks, place, wait=wait, button="start", silent=True)
    if results is None:
        state.started = None  # whatever else was started has been left
    return results


def seconds(model: str, methods: Sequence[Method]) -> dict[str, float]:
    """How long each method will take on this computer, by key; 0 where it is not known."""
    return {method.key: pace().estimate(model, method.key, method.passes) for method in methods}


def prepared_photo(state: Session, model: str, photo: Photo, place: Place | None) -> PreparedPhoto:
    """The photo as a model receives it, and its scores; in the place it is said that others are first.

    Raises:
        SaliencyError: The model cannot be used.
    """
    told = None if place is None else place_in_line(place)
    classifier = loading.classifier(model, told)
    framing = state.framing  # it may change while others are first, and the key would tell of another one
    key = (classifier.digest or model, photo.digest, framing)
    shared = is_sample(photo) and client_of(classifier.digest) is None
    known = known_to_all(state, state.prepared) if shared else None
    prepared = state.prepared.get(key) or (None if known is None else known.find(key))
    if prepared is None or prepared.classifier is not classifier:  # a model may have been loaded anew

        def work() -> PreparedPhoto:
            made = PreparedPhoto(classifier, photo, framing)
            _measure(model, made)
            return made

        prepared = in_line(("prepared", None if shared else state, classifier, *key), work, told)
        if known is not None:
            tell_all(known, key, prepared)
    state.prepared[key] = prepared
    return prepared


def _measure(model: str, prepared: PreparedPhoto) -> None:
    """Computes the scores; the first time a model is used, also measures what a forward pass takes."""
    _ = prepared.scores  # warms the model up
    _ = prepared.familiarity  # the headline says how far to rely on the answer
    if (
        service := client_of(prepared.classifier.digest)
    ) is not None:  # which answers the same question at once
        pace().forward(model, service.seconds)
        return
    begun = time.perf_counter()
    for _ in range(_TRIALS if pace().estimate(model, "", 1.0) == 0.0 else 0):
        started = time.perf_counter()
        prepared.classifier.graph.logits(prepared.x)
        ended = time.perf_counter()
        pace().forward(model, ended - started)
        if ended - begun > _TRIED_ENOUGH:
            break
