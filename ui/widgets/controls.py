"""Small widgets that several pages share, and what their widgets have in common."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.server.reach import only_this_computer
from ui.widgets import words
from ui.words import DETAILS, listed, plain

STRENGTH = 60  # percent: opacity of the strongest colour to begin with
_PRESSED = "pressed"


def bound(key: str, value: object, take: Callable[[Any], object]) -> dict[str, Any]:
    """Arguments that set a widget from a value before it is drawn, and hand on what is chosen with it."""
    st.session_state[key] = value

    def changed() -> None:
        note_press()
        take(st.session_state[key])

    return {"key": key, "on_change": changed}


def note_press() -> None:
    """Notes that this run was asked for by something on the page, not by the browser's Back or Forward."""
    st.session_state[_PRESSED] = True


def press_noted() -> bool:
    """Whether a press was noted since this was asked last."""
    return bool(st.session_state.pop(_PRESSED, False))


def download_button(
    label: str, make: Callable[[], bytes], name: str, *, key: str, purpose: str, icon: str
) -> None:
    """A button for a file, which is made when it is asked for, outside the page's own run."""
    mime, _ = mimetypes.guess_type(name)
    st.download_button(label, make, name, mime, key=key, help=purpose, icon=icon, on_click="ignore")


def share_note(sentence: str) -> None:
    """Where the page's address leads others, where others can open it."""
    st.caption(words.ONLY_HERE if only_this_computer() else sentence)


def details_box(key: str) -> DeltaGenerator | None:
    """The box of technical details, if it is open: what nobody looks at is neither made nor sent."""
    box = st.expander(DETAILS, icon=":material/info:", on_change="rerun", key=key)
    return box if box.open else None


def details_table(rows: Mapping[str, str]) -> None:
    """Technical details, name and value."""
    columns = {words.COLUMNS[0]: list(rows), words.COLUMNS[1]: [plain(value) for value in rows.values()]}
    st.table(columns, border="horizontal", hide_index=True, hide_header=True, alt=DETAILS)


def choose_strength() -> None:
    """A slider for the opacity of the strongest colour, which the session tells as `Session.opacity`."""
    st.slider(
        words.STRENGTH, 0, 100, STRENGTH, step=5, format="%d %%", key="strength", persist_state="session"
    )


def choose_in_list(label: str, names: Mapping[str, str], **settings: Any) -> str:
    """The key of what is chosen in a list of names, which are Markdown; `settings` are `st.selectbox`'s."""
    key: str = st.selectbox(label, list(names), format_func=lambda key: listed(names[key]), **settings)
    return key


def choose_segment(label: str, names: Mapping[str, str], **settings: Any) -> str:
    """The key of the segment that is chosen, the first to begin with; `settings` are those of the control."""
    key: str = st.segmented_control(
        label,
        list(names),
        default=next(iter(names)),
        format_func=names.__getitem__,
        required=True,
        **settings,
    )
    return key
