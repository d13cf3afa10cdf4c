"""How a question gets its answer: at once if quick; after a click, with progress and a cancel, if slow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.explanation import Explanation
from ui import words as wording
from ui.explain import panels
from ui.session import QUICK, Session
from ui.widgets.places import Place
from ui.work import explanations
from ui.work.explanations import ExplainRequest


def ask(state: Session, question: ExplainRequest, view: str, place: Place) -> Explanation | None:
    """The answer, or None while a slow question waits for a click.

    Args:
        state: The tab.
        question: What is asked.
        view: Name of the view, for people.
        place: Holds what is drawn meanwhile, and then nothing of an older answer.
    """
    before = state.result(question.key)
    if before is not None:
        return before
    if state.view == QUICK or not question.slow:
        with place.meanwhile():
            line = st.empty()
            st.skeleton(height=360)
        return explanations.answer(state, question, line)
    running = state.started == question.key
    with place.meanwhile(border=True):
        st.markdown(wording.slow_view(view, question.seconds, question.method.sentence))
        bar = st.empty()
        _buttons(state, question.key, question.seconds, running=running)
        space = st.empty()
    if not running:
        state.started = None
        return None
    result = explanations.answer_slowly(state, question, bar, lambda so_far: panels.sketch(so_far, space))
    state.started = None
    return result


def ask_both(
    state: Session,
    questions: Sequence[ExplainRequest],
    named: Callable[[ExplainRequest], str],
    slot: DeltaGenerator,
) -> list[Explanation] | None:
    """All answers, or None while any slow question waits for the click that starts all of them.

    Args:
        state: The tab.
        questions: What is asked.
        named: The name of a question's view, for people.
        slot: A placeholder; holds what is drawn meanwhile and nothing of an older answer.
    """
    missing = [question for question in questions if state.result(question.key) is None]
    slow = [question for question in missing if question.slow]
    key = tuple(question.key for question in missing)
    bar = space = slot
    if slow:
        running = state.started == key
        with slot.container(border=True):
            for question in slow:
                words = wording.slow_view(named(question), question.seconds, question.method.sentence)
                st.markdown(words)
            bar = st.empty()
            _buttons(state, key, sum(question.seconds for question in missing), running=running)
            space = st.empty()
        if not running:
            state.started = None
            return None
    elif missing:
        with slot.container():
            bar = st.empty()
            st.skeleton(height=360)
    for question in missing:
        if question.slow:
            explanations.answer_slowly(state, question, bar, lambda so_far: panels.sketch(so_far, space))
        else:
            explanations.answer(state, question, bar)
    if slow:
        state.started = None
    found = [state.result(question.key) for question in questions]
    return [answer for answer in found if answer is not None]


def _buttons(state: Session, key: tuple[object, ...], seconds: float, *, running: bool) -> None:
    """Start and cancel, side by side; the start button stays, since Streamlit would grey it out anyway."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            wording.START.format(about=wording.about(seconds)),
            type="primary",
            icon=":material/play_arrow:",
            key="start",
            disabled=running,
            on_click=state.start,
            args=(key,),
        )
        if running:
            st.button(wording.CANCEL, icon=":material/close:", key="cancel", on_click=state.stop)
        elif state.stopped:
            st.caption(wording.CANCELLED)
            state.stopped = False
