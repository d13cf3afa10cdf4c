"""Marking an area without drawing: nine fields, or two sliders with the edges of a box."""

from __future__ import annotations

import streamlit as st

from saliency.photo.area import GRID
from ui.check import words
from ui.session import Session
from ui.widgets.controls import bound
from ui.widgets.marks import Mark, box_mark

_NAME = 104  # pixels, of a row of fields
_SPAN = (0.35, 0.65)  # what the sliders start from


def fields(state: Session, digest: str, mark: Mark | None) -> None:
    """Nine fields in three rows; the tab remembers what is marked under the digest."""

    def take(_: object) -> None:
        pressed = sorted(number for row in range(GRID) for number in st.session_state[f"fields-{row}"])
        state.mark(digest, Mark(fields=tuple(pressed)) if pressed else None)

    for row, name in enumerate(words.FIELD_ROWS):
        numbers = range(GRID * row, GRID * (row + 1))
        pressed = [number for number in numbers if mark and number in mark.fields]
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(name, width=_NAME)
            st.pills(
                name,
                numbers,
                selection_mode="multi",
                format_func=words.field,
                label_visibility="collapsed",
                **bound(f"fields-{row}", pressed, take),
            )


def sliders(state: Session, digest: str, mark: Mark | None) -> None:
    """Two sliders with two handles each: the four edges of a box; arguments as for `fields`."""

    def take(_: object) -> None:
        (left, right), (top, bottom) = st.session_state["across"], st.session_state["down"]
        state.mark(digest, box_mark(left / 100, top / 100, (right - left) / 100, (bottom - top) / 100))

    bounds = mark.bounds if mark else None
    for key, name, axis in (("across", words.ACROSS, 0), ("down", words.DOWN, 1)):
        edges = (bounds[axis], bounds[axis] + bounds[axis + 2]) if bounds else _SPAN
        percent = tuple(round(100 * min(1.0, max(0.0, edge))) for edge in edges)
        st.slider(name, 0, 100, format="%d %%", **bound(key, percent, take))
