"""Marking an area without drawing: nine fields, or two sliders with the edges of a box."""

from __future__ import annotations

import streamlit as st

from ui.check import words as wording_check
from ui.session import Session
from ui.widgets.marks import Mark, box_mark

_ROWS = range(3)
_NAME = 104  # pixels, of a row of fields
_SPAN = (35, 65)  # percent: what the sliders start from


def fields(state: Session, digest: str, mark: Mark | None) -> None:
    """Nine fields in three rows.

    Args:
        state: The tab, which remembers what is marked.
        digest: Under which it does.
        mark: What is marked.
    """

    def take() -> None:
        pressed = [n for row in _ROWS for n in st.session_state[f"fields-{row}"]]
        state.mark(digest, Mark(fields=tuple(sorted(pressed))) if pressed else None)

    chosen = mark.fields if mark else ()
    for row in _ROWS:
        numbers = range(3 * row, 3 * row + 3)
        st.session_state[f"fields-{row}"] = [n for n in numbers if n in chosen]
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(wording_check.FIELD_ROWS[row], width=_NAME)
            st.pills(
                wording_check.FIELD_ROWS[row],
                numbers,
                selection_mode="multi",
                format_func=wording_check.field,
                key=f"fields-{row}",
                label_visibility="collapsed",
                on_change=take,
            )


def sliders(state: Session, digest: str, mark: Mark | None) -> None:
    """Two sliders with two handles each: the four edges of a box; arguments as for `fields`."""

    def take() -> None:
        (left, right), (top, bottom) = st.session_state["across"], st.session_state["down"]
        state.mark(digest, box_mark(left / 100, top / 100, (right - left) / 100, (bottom - top) / 100))

    bounds = mark.bounds if mark else None
    for key, name, axis in (("across", wording_check.ACROSS, 0), ("down", wording_check.DOWN, 1)):
        span = _SPAN
        if bounds is not None:
            first, last = bounds[axis], bounds[axis] + bounds[axis + 2]
            span = (round(100 * min(1.0, max(0.0, first))), round(100 * min(1.0, max(0.0, last))))
        st.session_state[key] = span
        st.slider(name, 0, 100, format="%d %%", key=key, on_change=take)
