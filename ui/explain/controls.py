"""The widgets of the Explain page, made from the list of models, the registry of methods and the scores.

What is chosen lives in `Session`; every widget is set from it before it is drawn, and writes to it when it is
used. So links, defaults and clicks all end in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from models import Choice
from saliency.checks.sanity import learned
from saliency.classifier import Score
from saliency.methods.registry import Method
from ui.explain import words
from ui.session import OWN, Session
from ui.views.quick_and_careful import front, method_of, others
from ui.views.words import NAMES, VIEW, VIEW_HELP, name_with_time, view_sentence
from ui.words import FRAMING, FRAMING_HELP, FRAMINGS, MODEL, guess, model_help, model_in_list

_GUESSES = (3, 5)  # pills at least and at most
_WORTH_SHOWING = 0.005  # score below which a guess gets no pill, once there are enough


def choose_model(state: Session, choices: Mapping[str, Choice]) -> None:
    """The models up front in a list, all others behind a button."""
    chosen = choices[state.model]
    listed = [key for key, choice in choices.items() if choice.front or key == state.model]
    rest = [key for key in choices if key not in listed]
    st.session_state["model"] = state.model
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            MODEL,
            listed,
            format_func=lambda key: model_in_list(choices[key]),
            key="model",
            help=model_help(chosen),
            on_change=lambda: state.choose_model(st.session_state["model"]),
        )
        if rest:
            _more_models(state, choices, rest)
    st.caption(words.model_sentence(chosen))
    if state.photo == OWN and not state.model_chosen:
        st.caption(words.chosen_for_own_photo(chosen))


def choose_view(state: Session, methods: Sequence[Method], seconds: Mapping[str, float]) -> None:
    """The two views up front with their times, all others behind a button with a sentence each.

    Args:
        state: The tab.
        methods: Those the model offers.
        seconds: How long each takes, by key; 0 where it is not known yet.
    """
    up_front = front(methods)
    st.session_state["view"] = state.view if state.view in up_front else None

    def take() -> None:
        state.view = st.session_state["view"] or state.view  # a click on the chosen view would unchoose it

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            VIEW,
            list(up_front),
            format_func=lambda view: name_with_time(NAMES[view], seconds[up_front[view].key]),
            key="view",
            help=VIEW_HELP,
            on_change=take,
        )
        _more_views(state, methods, seconds)
    method = method_of(state.view, methods)
    if method is not None:
        st.caption(view_sentence(method.sentence, learned(method.key)))


def choose_framing(state: Session) -> None:
    """Whole photo or centre crop."""
    st.session_state["framing"] = state.framing
    st.segmented_control(
        FRAMING,
        list(FRAMINGS),
        format_func=FRAMINGS.__getitem__,
        key="framing",
        help=FRAMING_HELP,
        required=True,
        on_change=lambda: setattr(state, "framing", st.session_state["framing"]),
    )


def choose_guess(state: Session, scores: Sequence[Score]) -> Score:
    """The top guesses as pills, and the one a link asked for.

    Returns:
        The class that is explained.
    """
    by_index = {entry.index: entry for entry in scores}
    target = next((entry for entry in scores if entry.index == state.target), scores[0])
    fewest, most = _GUESSES
    worth = sum(entry.score >= _WORTH_SHOWING for entry in scores[:most])
    pills = [entry.index for entry in scores[: max(fewest, worth)]]
    if target.index not in pills:
        pills.append(target.index)
    st.session_state["guess"] = target.index
    st.pills(
        words.GUESSES,
        pills,
        format_func=lambda index: guess(by_index[index]),
        key="guess",
        required=True,
        wrap=True,
        on_change=lambda: setattr(state, "target", st.session_state["guess"]),
    )
    return target


def choose_rival(state: Session, scores: Sequence[Score], target: Score) -> int | None:
    """The class that the guess is compared with, behind a button; none to begin with.

    Returns:
        Its index; None for the score alone.
    """
    by_index = {entry.index: entry for entry in scores}
    if state.rival == target.index:
        state.rival = None
    offered = [entry.index for entry in scores[: _GUESSES[1] + 1] if entry.index != target.index]
    if state.rival is not None and state.rival not in offered:
        offered.append(state.rival)
    st.session_state["rival"] = state.rival
    label = words.RIVAL if state.rival is None else words.rather_than(by_index[state.rival])
    with st.popover(label, type="tertiary" if state.rival is None else "secondary"):
        st.radio(
            words.RIVAL_LABEL,
            [None, *offered],
            format_func=lambda index: words.NO_RIVAL if index is None else guess(by_index[index]),
            key="rival",
            on_change=lambda: setattr(state, "rival", st.session_state["rival"]),
        )
    return state.rival


def _more_models(state: Session, choices: Mapping[str, Choice], rest: Sequence[str]) -> None:
    def take() -> None:
        key = st.session_state["other-model"]
        if key is not None:
            state.choose_model(key)

    st.session_state["other-model"] = None
    with st.popover(words.MORE_MODELS, type="tertiary"):
        st.selectbox(
            words.MORE_MODELS_LABEL,
            rest,
            index=None,
            format_func=lambda key: model_in_list(choices[key], technical=True),
            placeholder=words.SEARCH,
            key="other-model",
            on_change=take,
        )


def _more_views(state: Session, methods: Sequence[Method], seconds: Mapping[str, float]) -> None:
    rest = {method.key: method for method in others(methods)}
    chosen = rest.get(state.view)
    st.session_state["other-view"] = chosen and chosen.key
    label = chosen.name if chosen else words.MORE_VIEWS
    with st.popover(label, type="secondary" if chosen else "tertiary"):
        st.radio(
            words.MORE_VIEWS_LABEL,
            list(rest),
            index=None,
            format_func=lambda key: name_with_time(rest[key].name, seconds[key]),
            captions=[view_sentence(method.sentence, learned(method.key)) for method in rest.values()],
            key="other-view",
            on_change=lambda: setattr(state, "view", st.session_state["other-view"]),
        )
