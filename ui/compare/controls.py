"""The widgets of the Compare page; each is set from what is chosen before it is drawn, and writes to it.

What differs is chosen in two columns, left and right; what does not, in one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models import SHORTCUT, SHOWROOM, Choice
from saliency.classifier import OutputKind, Outputs, Score
from saliency.methods.registry import Method
from saliency.names import shared
from ui.answers.words import guess
from ui.compare import words
from ui.compare.state import Selection, right_side
from ui.compare.words import GUESSES, MODELS, VIEWS
from ui.session import Session
from ui.views.quick_and_careful import CAREFUL, QUICK, front, name_up_front, others
from ui.views.words import VIEW_HELP, name_with_time, view_name
from ui.widgets.controls import bound
from ui.words import listed, model_help, model_name, plain

_MOST_GUESSES = 6  # in a list
Columns = Sequence[DeltaGenerator]


def choose_differ(selection: Selection) -> None:
    """Whether models, views or guesses differ."""
    st.segmented_control(
        words.DIFFER,
        list(words.DIFFERS),
        format_func=words.DIFFERS.__getitem__,
        help=words.DIFFER_HELP,
        required=True,
        **bound("differ", selection.differ, partial(setattr, selection, "differ")),
    )


def choose_models(
    state: Session, selection: Selection, models: Mapping[str, Choice], columns: Columns
) -> tuple[str, str]:
    """The keys of the left and the right model, which are one where models do not differ or there is one."""
    differ = selection.differ == MODELS
    left = state.model if state.model in models else next(iter(models))
    twin = {SHOWROOM: SHORTCUT, SHORTCUT: SHOWROOM}.get(left, "")  # the two go together
    alike = [key for key in models if answers_alike(models[key], models[left])]
    right = right_side((selection.model, twin, *alike, *models), left, models) if differ else left
    names = {key: model_name(choice) for key, choice in models.items()}
    helps = [model_help(models[key]) + (f" {words.ONLY_HERE}" if differ else "") for key in (left, right)]
    takes = (state.choose_model, partial(setattr, selection, "model"))
    _lists(columns, "model", words.SAME_MODEL, (left, right), (names, names), takes, helps)
    return left, right


def answers_alike(one: Choice, other: Choice) -> bool:
    """Whether two models answer in the same way, so that they can be compared."""
    return words.kind_of_answer(one.outputs) == words.kind_of_answer(other.outputs)


def choose_views(
    state: Session,
    selection: Selection,
    left: str,
    methods: Sequence[Method],
    seconds: Mapping[str, float],
    columns: Columns,
) -> tuple[str, str]:
    """The left and the right view, of the methods that both models offer; their times by their keys, or 0."""
    listed = front(methods) | {method.key: method for method in others(methods)}
    names = {v: name_with_time(view_name(v, method), seconds[method.key]) for v, method in listed.items()}
    right = left
    if selection.differ == VIEWS:
        chosen = name_up_front(selection.view, methods)
        right = right_side((chosen, CAREFUL, QUICK), left, names)
    takes = (partial(setattr, state, "view"), partial(setattr, selection, "view"))
    _lists(columns, "view", words.SAME_VIEW, (left, right), (names, names), takes, (VIEW_HELP, VIEW_HELP))
    return left, right


def choose_guesses(
    state: Session,
    selection: Selection,
    scores: Sequence[Sequence[Score]],
    outputs: Outputs,
    columns: Columns,
) -> tuple[Score, Score]:
    """The left and the right guess or tag, from the scores of the left and of the right model, best first.

    Where models give one number, there is nothing to choose.
    """
    if outputs.is_score:
        return scores[0][0], scores[1][0]
    if selection.differ == MODELS:
        return _choose_shared_guess(selection, scores[0], scores[1], outputs, columns[0])
    by_index = {entry.index: entry for entry in scores[0]}
    left = right = next((entry for entry in scores[0] if entry.index == state.target), scores[0][0])
    if selection.differ == GUESSES:
        preferred = [index for index in (selection.target, *by_index) if index is not None]
        right = by_index[right_side(preferred, left.index, by_index)]
    names = (_guesses(scores[0], left), _guesses(scores[0], right))
    takes = (partial(setattr, state, "target"), partial(setattr, selection, "target"))
    _lists(columns, "guess", _on_both(outputs), (left.index, right.index), names, takes, (None, None))
    return left, right


def _choose_shared_guess(
    selection: Selection,
    left: Sequence[Score],
    right: Sequence[Score],
    outputs: Outputs,
    column: DeltaGenerator,
) -> tuple[Score, Score]:
    """The guess on both sides, for two models: each one's own, or one that both know."""
    first, second = ({entry.index: entry for entry in scores} for scores in (left, right))
    labels = ([entries[index].label for index in sorted(entries)] for entries in (first, second))
    both = {first[i].label: (first[i], second[j]) for i, j in shared(*labels).items()}
    best = sorted(both, key=lambda label: -max(entry.score for entry in both[label]))[:_MOST_GUESSES]
    label = selection.label if selection.label in both else ""
    own = words.OWN_TAG if outputs.kind is OutputKind.LABELS else words.OWN_GUESS
    names = {"": own} | {name: plain(name) for name in (*best, label) if name}
    take = partial(setattr, selection, "label")
    with column:
        _list(_on_both(outputs), label, names, "shared-guess", take)
    return both[label] if label else (left[0], right[0])


def _on_both(outputs: Outputs) -> str:
    return words.TAG_ON_BOTH if outputs.kind is OutputKind.LABELS else words.SAME_GUESS


def _guesses(scores: Sequence[Score], chosen: Score) -> dict[int, str]:
    """The best guesses by index, and the one chosen."""
    return {entry.index: guess(entry) for entry in (*scores[:_MOST_GUESSES], chosen)}


def _lists(
    columns: Columns,
    part: str,
    label: str,
    chosen: tuple[object, object],
    names: tuple[Mapping[Any, str], Mapping[Any, str]],
    takes: Sequence[Callable[[Any], object]],
    helps: Sequence[str | None],
) -> None:
    """One list for both sides, or a list for each; the right one is without what stands on the left."""
    left, right = chosen
    if len(columns) == 1:
        with columns[0]:
            _list(label, left, names[0], f"compare-{part}", takes[0], helps[0])
        return
    others_than_left = {key: name for key, name in names[1].items() if key != left or key == right}
    with columns[0]:
        _list(words.LEFT, left, names[0], f"left-{part}", takes[0], helps[0])
    with columns[1]:
        _list(words.RIGHT, right, others_than_left, f"right-{part}", takes[1], helps[1])


def _list(
    label: str,
    value: object,
    names: Mapping[Any, str],
    key: str,
    take: Callable[[Any], object],
    purpose: str | None = None,
) -> None:
    st.selectbox(
        label,
        list(names),
        format_func=lambda key: listed(names[key]),
        help=purpose,
        **bound(key, value, take),
    )
