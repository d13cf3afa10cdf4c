"""The widgets of the Compare page; each is set from what is chosen before it is drawn, and writes to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from models import Choice
from saliency.classifier import Score
from saliency.methods.registry import Method
from ui import words as wording
from ui.compare import words as wording_compare
from ui.compare.state import Comparing, right_model, right_target, right_view
from ui.session import CAREFUL, QUICK, Session
from ui.views import quick_and_careful

_GUESSES = 6  # in a list, at most


def choose_differ(chosen: Comparing) -> None:
    """Whether models, views or guesses differ."""
    st.session_state["differ"] = chosen.differ
    st.segmented_control(
        wording_compare.DIFFER,
        list(wording_compare.DIFFERS),
        format_func=wording_compare.DIFFERS.__getitem__,
        key="differ",
        help=wording_compare.DIFFER_HELP,
        required=True,
        on_change=lambda: setattr(chosen, "differ", st.session_state["differ"]),
    )


def same_model(state: Session, left: str, here: Mapping[str, Choice]) -> None:
    """The model on both sides."""
    _select(
        wording_compare.SAME_MODEL,
        left,
        {key: wording.model_name(choice) for key, choice in here.items()},
        "compare-model",
        state.choose_model,
        wording.model_help(here[left]),
    )


def two_models(
    state: Session, chosen: Comparing, left: str, here: Mapping[str, Choice], slots: Sequence[object]
) -> str:
    """The left and the right model.

    Returns:
        Key of the right one; that of the left if there is no other.
    """
    right = right_model(chosen, left, here)
    names = {key: wording.model_name(choice) for key, choice in here.items()}
    with slots[0]:
        help_left = f"{wording.model_help(here[left])} {wording_compare.ONLY_HERE}"
        _select(wording_compare.LEFT, left, names, "left-model", state.choose_model, help_left)
    with slots[1]:
        others = {key: name for key, name in names.items() if key != left or key == right}
        help_right = f"{wording.model_help(here[right])} {wording_compare.ONLY_HERE}"
        _select(
            wording_compare.RIGHT,
            right,
            others,
            "right-model",
            lambda key: setattr(chosen, "model", key),
            help_right,
        )
    return right


def same_view(state: Session, left: str, methods: Sequence[Method], seconds: Mapping[str, float]) -> None:
    """The view on both sides."""
    _select(
        wording_compare.SAME_VIEW,
        left,
        _views(methods, seconds),
        "compare-view",
        lambda key: setattr(state, "view", key),
        wording.VIEW_HELP,
    )


def two_views(
    state: Session,
    chosen: Comparing,
    left: str,
    methods: Sequence[Method],
    seconds: Mapping[str, float],
    slots: Sequence[object],
) -> str:
    """The left and the right view.

    Returns:
        The right one.
    """
    right, names = right_view(chosen, left, methods), _views(methods, seconds)
    with slots[0]:
        _select(
            wording_compare.LEFT,
            left,
            names,
            "left-view",
            lambda key: setattr(state, "view", key),
            wording.VIEW_HELP,
        )
    with slots[1]:
        others = {key: name for key, name in names.items() if key != left or key == right}
        _select(
            wording_compare.RIGHT,
            right,
            others,
            "right-view",
            lambda key: setattr(chosen, "view", key),
            wording.VIEW_HELP,
        )
    return right


def same_guess(state: Session, scores: Sequence[Score]) -> Score:
    """The guess on both sides, for one model."""
    by_index = {entry.index: entry for entry in scores}
    target = by_index.get(scores[0].index if state.target is None else state.target, scores[0])
    _select(
        wording_compare.SAME_GUESS,
        target.index,
        _guesses(scores, target),
        "compare-guess",
        lambda index: setattr(state, "target", index),
    )
    return target


def shared_guess(chosen: Comparing, left: Sequence[Score], right: Sequence[Score]) -> tuple[Score, Score]:
    """The guess on both sides, for two models: each one's own, or one that both know.

    Args:
        chosen: What is compared.
        left: Scores of the left model, best first.
        right: Scores of the right model, best first.
    """
    known = {entry.label.casefold(): entry for entry in right}
    both = {
        entry.label: (entry, known[entry.label.casefold()])
        for entry in left
        if entry.label.casefold() in known
    }
    best = sorted(both, key=lambda label: -max(entry.score for entry in both[label]))[:_GUESSES]
    if chosen.label in both and chosen.label not in best:
        best.append(chosen.label)
    shown = chosen.label if chosen.label in both else ""
    _select(
        wording_compare.SAME_GUESS,
        shown,
        {"": wording_compare.OWN_GUESS, **{label: wording.plain(label) for label in best}},
        "shared-guess",
        lambda label: setattr(chosen, "label", label),
    )
    return both[shown] if shown else (left[0], right[0])


def two_guesses(
    state: Session, chosen: Comparing, scores: Sequence[Score], slots: Sequence[object]
) -> tuple[Score, Score]:
    """The left and the right guess."""
    by_index = {entry.index: entry for entry in scores}
    left = by_index.get(scores[0].index if state.target is None else state.target, scores[0])
    right = by_index[right_target(chosen, left.index, [entry.index for entry in scores])]
    with slots[0]:
        names = _guesses(scores, left)
        _select(wording_compare.LEFT, left.index, names, "left-guess", lambda i: setattr(state, "target", i))
    with slots[1]:
        names = {index: name for index, name in _guesses(scores, right).items() if index != left.index}
        _select(
            wording_compare.RIGHT,
            right.index,
            names,
            "right-guess",
            lambda i: setattr(chosen, "target", i),
        )
    return left, right


def _select(
    label: str,
    value: object,
    names: Mapping,
    key: str,
    take: Callable[..., None],
    help_text: str | None = None,
) -> None:
    st.session_state[key] = value
    st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        help=help_text,
        on_change=lambda: take(st.session_state[key]),
    )


def _views(methods: Sequence[Method], seconds: Mapping[str, float]) -> dict[str, str]:
    """All views by key, the two up front first, with their times."""
    front = {view: quick_and_careful.chosen(view, methods) for view in (QUICK, CAREFUL)}
    names = {view: wording.view_name(view, seconds[found.key]) for view, found in front.items() if found}
    rest = quick_and_careful.others(methods)
    return names | {method.key: wording.view_in_list(method.name, seconds[method.key]) for method in rest}


def _guesses(scores: Sequence[Score], chosen: Score) -> dict[int, str]:
    """The best guesses by index, and the one chosen."""
    shown = [*scores[:_GUESSES], *([] if chosen in scores[:_GUESSES] else [chosen])]
    return {entry.index: wording.guess(entry) for entry in shown}
