"""The widgets of the Explain page, made from the list of models, the registry of methods and the scores.

What is chosen lives in `Session`; every widget is set from it before it is drawn, and writes to it when it is
used. So links, defaults and clicks all end in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from models import Choice
from saliency.classifier import OutputKind, Outputs, Score
from saliency.methods.registry import Method
from saliency.verdict.words import score
from ui.answers.gauge import gauge
from ui.answers.words import comparable, guess
from ui.explain import words
from ui.session import OWN, Session
from ui.views.quick_and_careful import front, method_of, others
from ui.views.words import NAMES, VIEW, VIEW_HELP, name_with_time, view_sentence
from ui.widgets.controls import bound
from ui.words import FRAMING, FRAMING_HELP, FRAMINGS, MODEL, listed, model_help, model_in_list, plain

_GUESSES = (3, 5)  # pills at least and at most
_TAGS = (5, 9)  # the same of tags, where those that are given go first
_WORTH_SHOWING = 0.005  # score below which a guess gets no pill, once there are enough


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


def choose_guess(state: Session, scores: Sequence[Score], outputs: Outputs) -> Score:
    """The top guesses as pills, or tags with those that are given first, and the one a link asked for.

    Where a model gives one number, there is nothing to choose: it is shown on its scale.

    Returns:
        The class that is explained.
    """
    target = next((entry for entry in scores if entry.index == state.target), scores[0])
    if outputs.is_score:
        gauge(target, outputs)
        return target
    tags = outputs.kind is OutputKind.LABELS
    fewest, most = _TAGS if tags else _GUESSES
    by_index = {entry.index: entry for entry in scores}
    worth = sum(entry.score >= (outputs.threshold if tags else _WORTH_SHOWING) for entry in scores[:most])
    pills = [entry.index for entry in scores[: max(fewest, worth)]]
    rest = [entry.index for entry in scores if entry.index not in pills]
    if target.index not in pills:
        pills.append(target.index)
    st.pills(
        words.guesses(outputs),
        pills,
        format_func=lambda index: guess(by_index[index], outputs),
        required=True,
        wrap=True,
        **bound("guess", target.index, partial(setattr, state, "target")),
    )
    if tags:
        st.caption(words.TICK.format(threshold=score(outputs.threshold)))
    if rest:
        _other_answers(state, by_index, rest, tags=tags)
    return target


def _other_answers(state: Session, by_index: Mapping[int, Score], rest: Sequence[int], *, tags: bool) -> None:
    """A list to search of the answers that have no pill: does the model know what a person has in mind?"""

    def take(index: int | None) -> None:
        state.target = state.target if index is None else index

    label = words.MORE_TAGS_LABEL if tags else words.ELSE_LABEL.format(count=len(by_index))
    box = st.popover(
        words.MORE_TAGS if tags else words.ELSE, type="tertiary", on_change="rerun", key="other-answers"
    )
    if not box.open:  # a model may know many thousand answers
        return
    with box:
        st.selectbox(
            label,
            rest if tags else [*by_index],
            index=None,
            format_func=lambda index: listed(guess(by_index[index])),
            placeholder=words.SEARCH,
            **bound("other-answer", None, take),
        )
        if not tags:
            st.caption(words.ELSE_HELP)


def choose_rival(state: Session, scores: Sequence[Score], target: Score, outputs: Outputs) -> int | None:
    """The class that the guess is compared with, behind a button; none to begin with.

    Tags and numbers stand each for itself, and between yes and no there is nothing else to compare.

    Returns:
        Its index; None for the score alone.
    """
    by_index = {entry.index: entry for entry in scores}
    if state.rival == target.index or not comparable(outputs):
        state.rival = None
    if not comparable(outputs):
        return None
    offered = [entry.index for entry in scores[: _GUESSES[1] + 1] if entry.index != target.index]
    if state.rival is not None and state.rival not in offered:
        offered.append(state.rival)
    label = (
        words.RIVAL
        if state.rival is None
        else words.CHOSEN_RIVAL.format(label=plain(by_index[state.rival].label))
    )
    with st.popover(label, type="tertiary" if state.rival is None else "secondary"):
        st.radio(
            words.RIVAL_LABEL,
            [None, *offered],
            format_func=lambda index: words.NO_RIVAL if index is None else guess(by_index[index]),
            **bound("rival", state.rival, partial(setattr, state, "rival")),
        )
    return state.rival


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
