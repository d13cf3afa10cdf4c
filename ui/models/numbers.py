"""What the numbers of a model mean that is being added, which its files often do not say."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from models.sources.draft import Draft
from ui.models import words
from ui.models.addition import Addition
from ui.words import plain

_ONE, _SEVERAL = ("yes-no", "score"), ("softmax", "labels")
_KIND, _FROM, _LOW, _HIGH = "model-outputs", "model-threshold", "model-low", "model-high"


def open_question(draft: Draft) -> bool:
    """Whether the files leave open what several numbers mean."""
    return draft.outputs in _SEVERAL


def needed(current: Addition, draft: Draft) -> bool:
    """Whether a person has to say it, or has."""
    return draft.field == "outputs" or bool(current.outputs) or draft.classes == 1


def ask(current: Addition, draft: Draft, look: Callable[[], None]) -> None:
    """Asks what the numbers mean, and looks at the model again with the answer.

    Args:
        current: What is being added.
        draft: What is known of it.
        look: Has the model looked at again.
    """

    def take() -> None:
        chosen = st.session_state[_KIND]
        low, high = (float(st.session_state.get(key, 0.0)) for key in (_LOW, _HIGH))
        current.error = words.RANGE_WRONG if chosen == "score" and low >= high else ""
        if not current.error:
            current.outputs = chosen
            current.threshold = float(st.session_state.get(_FROM, 0.5))
            current.usual_range = (low, high) if chosen == "score" else None
            look()

    kinds = _ONE if draft.classes == 1 or draft.outputs in _ONE else _SEVERAL
    shown = current.outputs or draft.outputs
    chosen = st.radio(
        words.NUMBERS_ASK,
        kinds,
        index=kinds.index(shown) if shown in kinds else 0,
        format_func=words.NUMBERS.__getitem__,
        captions=[words.NUMBERS_MEAN[kind] for kind in kinds],
        key=_KIND,
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if chosen == "labels":
            st.number_input(words.THRESHOLD, 0.01, 0.99, current.threshold, 0.05, key=_FROM, width=240)
        if chosen == "score":
            low, high = current.usual_range or (0.0, 10.0)
            st.number_input(words.LOWEST, value=low, key=_LOW, width=160)
            st.number_input(words.HIGHEST, value=high, key=_HIGH, width=160)
        st.button(words.NUMBERS_USE, key="model-outputs-use", on_click=take)
    if current.error:
        st.error(plain(current.error), icon=":material/error:")
    elif draft.field == "outputs" and current.outputs:
        for problem in draft.problems:
            st.error(plain(problem), icon=":material/error:")
