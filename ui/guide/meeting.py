"""Meeting mode of the guide: one example at a time, in large type, for a screen across the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import faults
from ui.guide import panels as guide_panels
from ui.guide import words as guide

_AT, _SWITCH = "meeting-at", "meeting"


def shown() -> bool:
    """Whether the page is in meeting mode, by the switch or by a link with `?meeting=true`."""
    return bool(st.session_state.get(_SWITCH, st.query_params.get(_SWITCH) == "true"))


def switch() -> None:
    """The switch."""
    st.toggle(
        guide.MEETING,
        help=guide.MEETING_HELP,
        key=_SWITCH,
        width="content",
        bind="query-params",
        persist_state="session",
    )


def show(kinds: Sequence[str], heading: DeltaGenerator) -> None:
    """The example whose turn it is, and buttons that lead to the one before and the next.

    Args:
        kinds: The examples, in order.
        heading: A row at the top.
    """
    at = min(st.session_state.get(_AT, 0), len(kinds) - 1)
    with heading:
        guide_panels.large_heading(guide.heading(at + 1, kinds[at]))
        st.caption(guide.position(at + 1, len(kinds)), width="content")
        last = len(kinds) - 1
        _button(guide.PREVIOUS, "previous", at - 1, "Left", disabled=at == 0)
        _button(guide.NEXT, "next", at + 1, "Right", disabled=at == last, type="primary")
        switch()
    space = st.empty()
    with faults.shown(space):
        space.skeleton(height=480)
        guide_panels.show(kinds[at], space, large=True)


def _button(label: str, key: str, to: int, shortcut: str, **more: Any) -> None:
    st.button(label, key=key, shortcut=shortcut, on_click=_go, args=(to,), **more)


def _go(at: int) -> None:
    st.session_state[_AT] = at
