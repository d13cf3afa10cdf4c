"""From what is chosen on the Compare page to the two questions asked, and to how the sides are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from models import Choice
from saliency.classifier import Classifier
from saliency.methods.registry import METHODS, Method, compatible
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from ui import words as wording
from ui.compare import controls as compare_controls
from ui.compare import link as compare_share
from ui.compare import words as wording_compare
from ui.compare.panels import Side
from ui.compare.state import Comparing, left_model
from ui.compare.words import MODELS, VIEWS
from ui.explain.link import class_name
from ui.session import QUICK, Session
from ui.views import quick_and_careful
from ui.work import explanations, loading
from ui.work.explanations import ExplainRequest


@dataclass(frozen=True)
class Slots:
    """Where widgets and messages go.

    Attributes:
        left: Beside each other, above the pictures: the left side,
        right: and the right one.
        first: What is the same on both sides,
        second: and what else is.
        results: The place of the pictures.
    """

    left: DeltaGenerator
    right: DeltaGenerator
    first: DeltaGenerator
    second: DeltaGenerator
    results: DeltaGenerator


@dataclass(frozen=True)
class CompareRequest:
    """What is asked.

    Attributes:
        questions: Left and right.
        views: Names of their views.
        sides: How they are called.
        same: What is the same on both, as plain text for the slide.
        link: All of it as parts of a link.
    """

    questions: tuple[ExplainRequest, ExplainRequest]
    views: tuple[str, str]
    sides: tuple[Side, Side]
    same: tuple[str, ...]
    link: dict[str, str]


def asked(
    state: Session, chosen: Comparing, photo: Photo, here: Mapping[str, Choice], slots: Slots
) -> CompareRequest | None:
    """Draws the widgets and says what they ask; None if there is only one model to compare.

    Args:
        state: The tab.
        chosen: What is compared.
        photo: The photo.
        here: The models on this computer, by key.
        slots: Where to draw.
    """
    left = left_model(state, here)
    if chosen.differ == MODELS:
        right = compare_controls.two_models(state, chosen, left, here, (slots.left, slots.right))
        if right == left:
            return None
        return _models(state, chosen, photo, (here[left], here[right]), slots)
    with slots.first:
        compare_controls.same_model(state, left, here)
    classifier, prepared = _prepared(state, left, photo, slots.results)
    compare_share.take_guesses(state, chosen, classifier.labels)
    methods = compatible(classifier.graph)
    seconds = explanations.seconds(left, methods)
    view = _offered(state, methods, wording.model_name(here[left]))
    if chosen.differ == VIEWS:
        return _views(state, chosen, here[left], prepared, (methods, seconds, view), slots)
    with slots.second:
        compare_controls.same_view(state, view, methods, seconds)
    method, name = _method(view, methods)
    targets = compare_controls.two_guesses(state, chosen, prepared.scores, (slots.left, slots.right))
    said = [Side(t.label, wording_compare.about(t), wording_compare.score_line(t.score)) for t in targets]
    return CompareRequest(
        tuple(ExplainRequest(left, prepared, method, target.index) for target in targets),
        (name, name),
        tuple(said),
        (wording_compare.model_line(here[left].name), wording_compare.view_line(name)),
        {
            "differ": chosen.differ,
            "model": left,
            "view": view,
            "left": class_name(targets[0].index, classifier.labels),
            "right": class_name(targets[1].index, classifier.labels),
        },
    )


def _models(
    state: Session, chosen: Comparing, photo: Photo, pair: tuple[Choice, Choice], slots: Slots
) -> CompareRequest:
    """Two models, each about its own top guess or both about one that both know."""
    (left, prepared), (right, other) = (_prepared(state, choice.key, photo, slots.results) for choice in pair)
    compare_share.take_guesses(state, chosen, left.labels)
    offered = {method.key for method in compatible(right.graph)}
    methods = [method for method in compatible(left.graph) if method.key in offered]
    times = [explanations.seconds(choice.key, methods) for choice in pair]
    both = {key: times[0][key] + times[1][key] for key in times[0]}
    view = _offered(state, methods, " / ".join(choice.name for choice in pair))
    with slots.first:
        compare_controls.same_view(state, view, methods, both)
    with slots.second:
        targets = compare_controls.shared_guess(chosen, prepared.scores, other.scores)
    found = [_method(view, compatible(classifier.graph)) for classifier in (left, right)]
    sides = [
        Side(choice.name, _finding(each), wording_compare.guess_line(target.label, target.score))
        for choice, each, target in zip(pair, (prepared, other), targets, strict=True)
    ]
    questions = [
        ExplainRequest(choice.key, each, method, target.index)
        for choice, each, (method, _), target in zip(pair, (prepared, other), found, targets, strict=True)
    ]
    link = {"differ": chosen.differ, "left": pair[0].key, "right": pair[1].key, "view": view}
    if chosen.label:
        link["class"] = chosen.label
    names = tuple(name for _, name in found)
    return CompareRequest(tuple(questions), names, tuple(sides), (wording_compare.view_line(names[0]),), link)


def _views(
    state: Session,
    chosen: Comparing,
    choice: Choice,
    prepared: PreparedPhoto,
    offered: tuple[Sequence[Method], Mapping[str, float], str],
    slots: Slots,
) -> CompareRequest:
    """Two views of one guess of one model."""
    methods, seconds, left = offered
    right = compare_controls.two_views(state, chosen, left, methods, seconds, (slots.left, slots.right))
    with slots.second:
        target = compare_controls.same_guess(state, prepared.scores)
    found = [_method(view, methods) for view in (left, right)]
    link = {"differ": chosen.differ, "model": choice.key, "left": left, "right": right}
    if state.target is not None:
        link["class"] = class_name(target.index, prepared.classifier.labels)
    return CompareRequest(
        tuple(ExplainRequest(choice.key, prepared, method, target.index) for method, _ in found),
        tuple(name for _, name in found),
        tuple(
            Side(name, wording.plain(method.sentence), method.name if method.name != name else "")
            for method, name in found
        ),
        (wording_compare.model_line(choice.name), wording_compare.guess_on_slide(target.label)),
        link,
    )


def _prepared(
    state: Session, model: str, photo: Photo, slot: DeltaGenerator
) -> tuple[Classifier, PreparedPhoto]:
    classifier = loading.classifier(model)
    return classifier, explanations.prepared(state, model, classifier, photo, slot)


def _offered(state: Session, methods: Sequence[Method], model: str) -> str:
    """The tab's view where these methods offer it, else the quick one, with a notice."""
    view = quick_and_careful.named(state.view, methods)
    if quick_and_careful.chosen(view, methods) is None:
        state.notices.append(wording.not_offered(METHODS[state.view].name, model))
        view = state.view = QUICK
    return view


def _method(view: str, methods: Sequence[Method]) -> tuple[Method, str]:
    """The method a view stands for, and the view's name."""
    method = quick_and_careful.chosen(view, methods)
    if method is None:
        raise KeyError(view)
    return method, wording.view(view, method)


def _finding(prepared: PreparedPhoto) -> str:
    """What the model says to the photo, and what it knows where that may not be enough."""
    said = wording.finding(prepared.scores)
    if prepared.classifier.may_know_nothing(prepared.scores):
        said = f"{said} {wording.plain(prepared.classifier.caution)}"
    return said
