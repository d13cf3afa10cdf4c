"""Choosing one of several things that have a key and a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st


def choose_in_list(label: str, names: Mapping[str, str], **settings: Any) -> str:
    """The key of what is chosen in a list of names; `settings` are those of `st.selectbox`."""
    key: str = st.selectbox(label, list(names), format_func=names.__getitem__, **settings)
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
