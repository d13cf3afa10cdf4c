"""The audit that a photo on the page was opened from: what it shows there, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ui.photo import words
from ui.session import OWN, Session

_KEY = "photo-origin"


@dataclass(frozen=True)
class Origin:
    """Where a photo was opened.

    Attributes:
        digest: Of the photo.
        address: The parts of the address of where it was in the audit.
        name: What people call it.
        file: The photo's path in it.
        label: What the photo shows, if that is known.
        guess: The model's guess there.
        right: Whether that is right, if that is known.
    """

    digest: str
    address: Mapping[str, str]
    name: str
    file: str
    label: str | None
    guess: str
    right: bool | None


def note(origin: Origin) -> None:
    """Remembers where the photo that is opened next comes from."""
    st.session_state[_KEY] = origin


def show(state: Session) -> None:
    """Says where the photo that is shown comes from, if that is an audit, with a link back to it."""
    origin: Origin | None = st.session_state.get(_KEY)
    if origin is None or state.photo != OWN or state.own is None or state.own.digest != origin.digest:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        text = words.from_audit(origin.name, origin.file, origin.label, origin.guess, origin.right)
        st.markdown(f":material/fact_check: {text}", width="content")
        st.page_link(
            "pages/audit.py",
            label=words.BACK_TO_AUDIT,
            icon=":material/arrow_back:",
            query_params=dict(origin.address),
        )
