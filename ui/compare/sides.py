"""From what is chosen on the Compare page to the two questions asked, and to how the sides are called."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from models import Choice
from saliency.classifier import Score
from saliency.methods.registry import compatible
from ui.compare import controls, link, words
from ui.compare.state import Selection, present
from ui.compare.words import DIFFERS, MODELS, VIEWS
from ui.photo.link import class_name
from ui.photo.page import PhotoPage, offered_view
from ui.views.quick_and_careful import method_of
from ui.views.words import view_name
from ui.words import finding, plain
from ui.work.explanations import ExplainRequest, prepared_photo, seconds


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        request: What is asked.
        name: What differs: the model, the view or the guess, as plain text.
        note: What is to be known of it, in a sentence or two, as markdown.
        line: The same for the slide, a few words, as plain text.
    """

    request: ExplainRequest
    name: str
    note: str
    line: str


@dataclass(frozen=True)
class CompareRequest:
    """What is asked.

    Attributes:
        left: One side.
        right: The other.
        same: What is the same on both, as plain text for the slide.
        link: All of it as parts of a link.
    """

    left: Side
    right: Side
    same: tuple[str, ...]
    link: dict[str, str]


def compare_request(page: PhotoPage, compared: Selection) -> CompareRequest | None:
    """Draws the widgets and says what they ask; None if there is only one model to compare."""
    state, columns = page.state, _columns(page, compared)
    page.results.skeleton(height=420)
    models = controls.choose_models(state, compared, present(page.models), columns["models"])
    if compared.differ == MODELS and models[0] == models[1]:
        return None
    choices = [page.models[key] for key in models]
    photos = [prepared_photo(state, key, page.photo, page.results) for key in models]
    labels = photos[0].classifier.labels
    link.take_guesses(state, compared, labels)
    offered = [compatible(prepared.classifier.graph) for prepared in photos]
    methods = [method for method in offered[0] if method in offered[1]]
    view = offered_view(state, methods, " / ".join(dict.fromkeys(choice.name for choice in choices)))
    times = [seconds(key, methods) for key in dict.fromkeys(models)]
    both_times = {method.key: sum(time[method.key] for time in times) for method in methods}
    views = controls.choose_views(state, compared, view, methods, both_times, columns["views"])
    targets = controls.choose_guesses(state, compared, [p.scores for p in photos], columns["guesses"])
    sides = []
    for index, target in enumerate(targets):
        method = method_of(views[index], offered[index]) or methods[0]
        name = view_name(views[index], method)
        request = ExplainRequest(models[index], photos[index], method, target.index, view=name)
        sides.append(_side(compared.differ, choices[index], request, target))
    left, right = sides
    parts, same = {"differ": compared.differ}, []
    if compared.differ == MODELS:
        parts |= {"left": models[0], "right": models[1]}
        if compared.label:
            parts["class"] = compared.label
    else:
        parts["model"] = models[0]
        same.append(words.model_line(choices[0].name))
    if compared.differ == VIEWS:
        parts |= {"left": views[0], "right": views[1]}
        same.append(words.guess_on_slide(targets[0].label))
        if state.target is not None:
            parts["class"] = class_name(targets[0].index, labels)
    else:
        parts["view"] = view
        same.append(words.view_line(left.request.view))
    if compared.differ not in (MODELS, VIEWS):
        parts |= {
            "left": class_name(targets[0].index, labels),
            "right": class_name(targets[1].index, labels),
        }
    return CompareRequest(left, right, tuple(same), parts)


def _columns(page: PhotoPage, compared: Selection) -> dict[str, list[DeltaGenerator]]:
    """Where models, views and guesses are chosen: beside each other where they differ, else above that."""
    differ, *same = page.head.columns(3, gap="medium", vertical_alignment="bottom")
    with differ:
        controls.choose_differ(compared)
    left, right, _ = page.head.columns(3, gap="medium")
    remaining = iter(same)
    return {part: [left, right] if part == compared.differ else [next(remaining)] for part in DIFFERS}


def _side(differ: str, choice: Choice, request: ExplainRequest, target: Score) -> Side:
    """A side, called by what differs."""
    if differ == MODELS:
        prepared = request.prepared
        note = finding(prepared.scores)
        if prepared.classifier.may_know_nothing(prepared.scores):
            note = f"{note} {plain(prepared.classifier.caution)}"
        return Side(request, choice.name, note, words.guess_line(target.label, target.score))
    if differ == VIEWS:
        method, name = request.method, request.view
        return Side(request, name, plain(method.sentence), method.name if method.name != name else "")
    return Side(request, target.label, words.about(target), words.score_line(target.score))
