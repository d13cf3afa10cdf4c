"""Meeting mode of the guide: one example at a time, in large type, for a screen across the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import faults
from ui.guide import panels, typesetting, words

_NUMBER, _SWITCH = "meeting-number", "meeting"


def is_on() -> bool:
    """Whether the page is in meeting mode, by the switch or by a link with `?meeting=true`."""
    return bool(st.session_state.get(_SWITCH, st.query_params.get(_SWITCH) == "true"))


def switch() -> None:
    """The switch."""
    st.toggle(
        words.MEETING,
        help=words.MEETING_HELP,
        key=_SWITCH,
        width="content",
        bind="query-params",
        persist_state="session",
    )


def show(kinds: Sequence[str], heading: DeltaGenerator) -> None:
    """The example whose turn it is; in the heading, buttons that lead to the one before and to the next."""
    last = len(kinds) - 1
    index = min(st.session_state.get(_NUMBER, 0), last)
    with heading:
        typesetting.large_heading(words.heading(index + 1, kinds[index]))
        st.caption(words.POSITION.format(number=index + 1, count=len(kinds)), width="content")
        _button(words.PREVIOUS, "previous", index - 1, "Left", disabled=index == 0)
        _button(words.NEXT, "next", index + 1, "Right", disabled=index == last, type="primary")
        switch()
    space = st.empty()
    with faults.shown(space):
        space.skeleton(height=480)
        panels.show(kinds[index], space, large=True)


def _button(label: str, key: str, index: int, shortcut: str, **options: Any) -> None:
    def go() -> None:
        st.session_state[_NUMBER] = index

    st.button(label, key=key, shortcut=shortcut, on_click=go, **options)
