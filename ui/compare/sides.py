"""From what is chosen on the Compare page to the two questions asked, and to how the sides are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from models import Choice
from saliency.classifier import Score
from saliency.methods.registry import compatible
from saliency.names import reference, shared
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.words import score
from ui.answers.words import answer, standing, topic, unsteady
from ui.compare import controls, link, words
from ui.compare.state import Selection, present
from ui.compare.words import DIFFERS, GUESSES, MODELS, VIEWS
from ui.photo.link import photo_part
from ui.photo.page import PhotoPage, offered_view
from ui.views.quick_and_careful import method_of
from ui.views.words import view_name
from ui.words import plain
from ui.work.explanations import ExplainRequest, prepared_photo, seconds


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        request: What is asked.
        name: What differs: the model, the view or the guess, as plain text.
        note: What is to be known of it, in a sentence or two, as markdown.
        line: The same for the slide, a few words, as plain text.
        warning: What has to be said of every result of its model; empty where there is nothing.
        link: The same question on the Explain page, as parts of a link.
    """

    request: ExplainRequest
    name: str
    note: str
    line: str
    warning: str
    link: Mapping[str, str]


@dataclass(frozen=True)
class CompareRequest:
    """What is asked.

    Attributes:
        left: One side.
        right: The other.
        said: What two models answer, if they are compared, each about its own top guess; as plain text.
        same: What is the same on both, as plain text for the slide.
        link: All of it as parts of a link.
    """

    left: Side
    right: Side
    said: str
    same: tuple[str, ...]
    link: dict[str, str]


def ask(page: PhotoPage, selection: Selection) -> CompareRequest | str:
    """Draws the widgets and says what they ask, or in a sentence why there is nothing to compare."""
    state, columns = page.state, _columns(page, selection)
    page.results.skeleton(height=420)
    page.below.blank()
    models = controls.choose_models(state, selection, present(page.models), columns[MODELS])
    if selection.differ == MODELS and models[0] == models[1]:
        return words.ONE_MODEL
    choices = [page.models[key] for key in models]
    photos = [prepared_photo(state, key, page.photo, page.results) for key in models]
    if unlike := _unlike(selection.differ, choices, photos):
        return unlike
    labels, outputs = photos[0].classifier.labels, photos[0].classifier.outputs
    link.take_guesses(state, selection, labels)
    graphs = [prepared.classifier.graph for prepared in photos]
    offered = [compatible(graph) for graph in graphs]
    methods = [method for method in offered[0] if method in offered[1]]
    if any(graph.outside for graph in graphs):  # then both are shown by what one of them can only be asked
        offered = [methods, methods]
    view = offered_view(state, methods, " / ".join(dict.fromkeys(choice.title for choice in choices)))
    times = [seconds(key, methods) for key in dict.fromkeys(models)]
    both_times = {method.key: sum(time[method.key] for time in times) for method in methods}
    views = controls.choose_views(state, selection, view, methods, both_times, columns[VIEWS])
    for outside in dict.fromkeys(graph.outside for graph in graphs if graph.outside):
        columns[VIEWS][0].caption(plain(outside))
    targets = controls.choose_guesses(state, selection, [p.scores for p in photos], outputs, columns[GUESSES])
    sides = []
    for index, target in enumerate(targets):
        method = method_of(views[index], offered[index]) or methods[0]
        name = view_name(views[index], method)
        request = ExplainRequest(models[index], photos[index], method, target.index, view=name)
        question = {"model": models[index], "view": views[index]} | photo_part(state)
        if target is not photos[index].scores[0]:
            question["class"] = reference(target.index, photos[index].classifier.labels)
        sides.append(_side(selection.differ, choices[index], request, target, question))
    left, right = sides
    names = {
        MODELS: words.MODEL_ON_SLIDE.format(name=choices[0].name),
        VIEWS: words.VIEW_ON_SLIDE.format(name=left.request.view),
        GUESSES: words.GUESS_ON_SLIDE.format(name=targets[0].label),
    }
    if selection.differ == MODELS or outputs.is_score:
        del names[GUESSES]  # each has its own
    same = tuple(name for part, name in names.items() if part != selection.differ)
    said = "" if selection.differ != MODELS or selection.label else _answers(left, right)
    return CompareRequest(
        left, right, said, same, _link(selection, models, views, state.target, targets, labels)
    )


def _unlike(differ: str, choices: Sequence[Choice], photos: Sequence[PreparedPhoto]) -> str:
    """Why what is chosen cannot be compared; empty where it can."""
    outputs = [prepared.classifier.outputs for prepared in photos]
    names = [choice.title for choice in choices]
    if differ == GUESSES and outputs[0].is_score:
        return words.ONE_NUMBER.format(model=names[0])
    return words.other_kind(names, [each.kind for each in outputs])


def _link(
    selection: Selection,
    models: Sequence[str],
    views: Sequence[str],
    target: int | None,
    targets: Sequence[Score],
    labels: Sequence[str],
) -> dict[str, str]:
    """What is asked as parts of a link; the guess only where one was chosen."""
    guesses = [reference(entry.index, labels) for entry in targets if selection.differ != MODELS]
    left, right = {MODELS: models, VIEWS: views, GUESSES: guesses}[selection.differ]
    link = {"differ": selection.differ, "left": left, "right": right}
    if selection.differ != MODELS:
        link["model"] = models[0]
    if selection.differ != VIEWS:
        link["view"] = views[0]
    if selection.differ == MODELS and selection.label:
        link["class"] = selection.label
    if selection.differ == VIEWS and target is not None:
        link["class"] = guesses[0]
    return link


def _columns(page: PhotoPage, selection: Selection) -> dict[str, list[DeltaGenerator]]:
    """Where models, views and guesses are chosen: beside each other where they differ, else above that."""
    differ, *same = page.head.columns(3, gap="medium", vertical_alignment="bottom")
    with differ:
        controls.choose_differ(selection)
    left, right, _ = page.head.columns(3, gap="medium")
    remaining = iter(same)
    return {part: [left, right] if part == selection.differ else [next(remaining)] for part in DIFFERS}


def _side(
    differ: str, choice: Choice, request: ExplainRequest, target: Score, link: Mapping[str, str]
) -> Side:
    """A side, called by what differs."""
    prepared, method = request.prepared, request.method
    classifier, outputs = prepared.classifier, prepared.classifier.outputs
    if differ == MODELS:
        name, line = choice.title, f"{target.label} · {score(target.score, outputs)}"
        said = answer(prepared.scores, outputs, prepared.familiarity), plain(unsteady(prepared.familiarity))
        note = " ".join(filter(None, said))
        if prepared.familiarity.doubtful:
            note = f"{note} {plain(classifier.caution)}"
    elif differ == VIEWS:
        name, note = request.view, plain(method.sentence)
        line = method.name if method.name != name else ""
    else:
        name, line = target.label, words.SCORE_LINE.format(score=score(target.score))
        about = topic(plain(target.label), outputs)
        note = words.ABOUT.format(topic=about, standing=standing(target, outputs))
    return Side(request, name, note, line, classifier.warning, link)


def _answers(left: Side, right: Side) -> str:
    """What the two models answer."""
    photos = [side.request.prepared for side in (left, right)]
    labels = [prepared.classifier.labels for prepared in photos]
    outputs = [prepared.classifier.outputs for prepared in photos]
    first, second = (side.request.target for side in (left, right))
    names, same = (left.name, right.name), shared(*labels).get(first) == second
    if outputs[0].is_score:
        return words.numbers(names, [prepared.scores[0] for prepared in photos], outputs, same=same)
    if outputs[0].exclusive:
        return words.answers(names, (labels[0][first], labels[1][second]), same=same)
    given = [
        [entry.label for entry in prepared.scores if kind.given(entry.score)]
        for prepared, kind in zip(photos, outputs, strict=True)
    ]
    said = [
        answer(prepared.scores, kind, markup=False) for prepared, kind in zip(photos, outputs, strict=True)
    ]
    return words.tags(names, given, said)
