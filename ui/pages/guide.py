"""How to read a heat map, with examples computed on the spot; in a meeting, one of them at a time."""

from __future__ import annotations

import streamlit as st

from ui import faults
from ui.guide import chapters, meeting, panels, words

kinds, complete = panels.on_this_computer()
heading = st.container(horizontal=True, vertical_alignment="center")
if meeting.is_on():
    meeting.show(kinds, heading)
else:
    heading.title(words.TITLE, anchor=False, width="stretch")
    with heading:
        meeting.switch()
    chapters.reading()
    spaces = chapters.examples(kinds, complete=complete)
    chapters.remedies()
    for kind, space in spaces.items():
        with faults.shown(space):
            panels.show(kind, space, large=False)
