"""The chapters of the guide around its examples."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.verdict.words import LEGEND
from ui.guide import words
from ui.widgets.pictures import colour_bar
from ui.words import LIMITS


def reading() -> None:
    """What a heat map is, and how to read its colours."""
    st.markdown(words.INTRO)
    left, right = st.columns(2, gap="medium", border=True)
    left.header(words.IS_TITLE, anchor=False)
    left.markdown(words.IS)
    right.header(words.IS_NOT_TITLE, anchor=False)
    right.markdown(words.IS_NOT)
    st.header(words.COLOURS_TITLE, anchor=False)
    with st.container(width=420):
        colour_bar(*LEGEND, signed=False)
    st.markdown(words.COLOURS)


def examples(kinds: Sequence[str], *, complete: bool) -> dict[str, DeltaGenerator]:
    """The headings of the examples, and a placeholder for each."""
    st.header(words.EXAMPLES_TITLE, anchor=False)
    st.markdown(words.EXAMPLES_INTRO)
    spaces = {}
    for number, kind in enumerate(kinds, 1):
        with st.container(border=True):
            st.markdown(f"### {words.heading(number, kind)}", anchors=False)
            spaces[kind] = st.empty()
        spaces[kind].skeleton(height=300)
    if not complete:
        st.caption(words.MISSING)
    return spaces


def remedies() -> None:
    """What to do about what a map shows, and before it is shown to others."""
    st.header(words.TODO_TITLE, anchor=False)
    st.markdown(words.TODO)
    columns = zip(words.TODO_COLUMNS, zip(*words.TODO_ROWS, strict=True), strict=True)
    rows = {name: list(column) for name, column in columns}
    st.table(rows, border="horizontal", hide_index=True, alt=words.TODO_TITLE)
    st.markdown(words.THEN)
    st.header(words.CHECK_TITLE, anchor=False)
    st.markdown(words.CHECK)
    st.caption(LIMITS)
