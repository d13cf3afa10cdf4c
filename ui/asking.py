"""How a question gets its answer: at once if quick; after a click, with progress and a cancel, if slow."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.explanation import Explanation
from ui import computing, wording
from ui.computing import Question
from ui.session import QUICK, Session


def ask(state: Session, question: Question, view: str, slot: DeltaGenerator) -> Explanation | None:
    """The answer, or None while a slow question waits for a click.

    Args:
        state: The tab.
        question: What is asked.
        view: Name of the view, for people.
        slot: A placeholder; holds what is drawn meanwhile and nothing of an older answer.
    """
    before = state.result(question.key)
    if before is not None:
        return before
    if state.view == QUICK or not question.slow:
        with slot.container():
            line = st.empty()
            st.skeleton(height=360)
        return computing.answer(state, question, line)
    with slot.container(border=True):
        st.markdown(wording.slow_view(view, question.seconds, question.method.sentence))
        bar = st.empty()
        if state.started != question.key:
            start = wording.START.format(about=wording.about(question.seconds))
            st.button(
                start,
                type="primary",
                icon=":material/play_arrow:",
                key="start",
                on_click=state.start,
                args=(question.key,),
            )
            if state.stopped:
                st.caption(wording.CANCELLED)
            state.started, state.stopped = None, False
            return None
        st.button(wording.CANCEL, icon=":material/close:", key="cancel", on_click=state.stop)
    result = computing.answer_slowly(state, question, bar)
    state.started = None
    return result
