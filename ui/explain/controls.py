"""The widgets of the Explain page, made from the list of models and the registry of methods.

What is chosen lives in `Session`; every widget is set from it before it is drawn, and writes to it when it is
used. So links, defaults and clicks all end in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from models import Choice
from saliency.methods.registry import Method
from ui.explain import words
from ui.session import OWN, Session
from ui.views.quick_and_careful import front, method_of, others
from ui.views.words import NAMES, VIEW, VIEW_HELP, name_with_time, view_sentence
from ui.widgets.controls import bound
from ui.words import FRAMING, FRAMING_HELP, FRAMINGS, MODEL, listed, model_help, model_in_list, plain


def choose_model(state: Session, choices: Mapping[str, Choice]) -> None:
    """The models up front in a list, all others behind a button."""
    chosen = choices[state.model]
    front_keys = [key for key, choice in choices.items() if choice.front or key == state.model]
    rest = [key for key in choices if key not in front_keys]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            MODEL,
            front_keys,
            format_func=lambda key: listed(model_in_list(choices[key])),
            help=model_help(chosen),
            **bound("model", state.model, state.choose_model),
        )
        if rest:
            _more_models(state, choices, rest)
    st.caption(words.model_sentence(chosen))
    if state.photo == OWN and not state.model_chosen:
        st.caption(words.chosen_for_own_photo(chosen))


def choose_view(state: Session, methods: Sequence[Method], seconds: Mapping[str, float]) -> None:
    """The views up front with their times (0: unknown), others behind a button with a sentence each."""
    up_front = front(methods)

    def take(view: str | None) -> None:
        state.view = view or state.view  # a click on the chosen view would unchoose it

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            VIEW,
            list(up_front),
            format_func=lambda view: name_with_time(NAMES[view], seconds[up_front[view].key]),
            help=VIEW_HELP,
            wrap=True,
            **bound("view", state.view if state.view in up_front else None, take),
        )
        _more_views(state, methods, seconds)
    method = method_of(state.view, methods)
    if method is not None:
        st.caption(view_sentence(method.sentence, method.learning))


def choose_framing(state: Session) -> None:
    """Whole photo or centre crop, behind a button that says which."""
    with st.popover(FRAMINGS[state.framing], type="tertiary", key="framing-open"):
        st.segmented_control(
            FRAMING,
            list(FRAMINGS),
            format_func=FRAMINGS.__getitem__,
            help=FRAMING_HELP,
            required=True,
            **bound("framing", state.framing, partial(setattr, state, "framing")),
        )


def _more_models(state: Session, choices: Mapping[str, Choice], rest: Sequence[str]) -> None:
    def take(key: str | None) -> None:
        if key is not None:
            state.choose_model(key)

    with st.popover(words.MORE_MODELS, type="tertiary"):
        st.selectbox(
            words.MORE_MODELS_LABEL,
            rest,
            index=None,
            format_func=lambda key: listed(model_in_list(choices[key])),
            placeholder=words.SEARCH,
            **bound("other-model", None, take),
        )
        st.caption(words.MORE_MODELS_DIFFER)


def _more_views(state: Session, methods: Sequence[Method], seconds: Mapping[str, float]) -> None:
    rest = {method.key: method for method in others(methods)}
    chosen = rest.get(state.view)
    label = plain(chosen.name) if chosen else words.MORE_VIEWS
    with st.popover(label, type="secondary" if chosen else "tertiary"):
        st.radio(
            words.MORE_VIEWS_LABEL,
            list(rest),
            index=None,
            format_func=lambda key: name_with_time(rest[key].name, seconds[key]),
            captions=[view_sentence(method.sentence, method.learning) for method in rest.values()],
            **bound("other-view", chosen and chosen.key, partial(setattr, state, "view")),
        )
