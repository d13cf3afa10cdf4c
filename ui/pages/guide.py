"""How to read a heat map, with examples computed on the spot; in a meeting, one of them at a time."""

from __future__ import annotations

import streamlit as st

from saliency.heat import heatmap
from ui import faults
from ui import words as wording
from ui.explain import panels
from ui.explain import words as wording_details
from ui.guide import meeting
from ui.guide import panels as guide_panels
from ui.guide import words as guide
from ui.guide.panels import on_this_computer
from ui.session import session

kinds, missing = on_this_computer()
session().link = {}  # a link from here to the Explain page is new to it
heading = st.container(horizontal=True, vertical_alignment="center")
if meeting.shown():
    meeting.show(kinds, heading)
    st.stop()

heading.title(guide.TITLE, anchor=False, width="stretch")
with heading:
    meeting.switch()
st.markdown(guide.INTRO)

left, right = st.columns(2, gap="medium", border=True)
left.subheader(guide.IS_TITLE, anchor=False)
left.markdown(guide.IS)
right.subheader(guide.IS_NOT_TITLE, anchor=False)
right.markdown(guide.IS_NOT)

st.subheader(guide.COLOURS_TITLE, anchor=False)
with st.container(width=420, gap="xxsmall"):
    bar = panels.png(heatmap.legend(signed=False))
    st.image(bar, width="stretch", output_format="PNG", alt=wording_details.alt_legend(signed=False))
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.caption(wording.LESS, width="content")
        st.caption(wording.MORE, width="content")
st.markdown(guide.COLOURS)

st.subheader(guide.EXAMPLES_TITLE, anchor=False)
st.markdown(guide.EXAMPLES_INTRO)
spaces = {}
for number, kind in enumerate(kinds, 1):
    with st.container(border=True):
        st.markdown(f"#### {guide.heading(number, kind)}", anchors=False)
        spaces[kind] = st.empty()
    spaces[kind].skeleton(height=300)
if missing:
    st.caption(guide.MISSING)

st.subheader(guide.TODO_TITLE, anchor=False)
st.markdown(guide.TODO)
rows = {name: [row[index] for row in guide.TODO_ROWS] for index, name in enumerate(guide.TODO_COLUMNS)}
st.table(rows, border="horizontal", hide_index=True, alt=guide.TODO_TITLE)
st.markdown(guide.THEN)

st.subheader(guide.CHECK_TITLE, anchor=False)
st.markdown(guide.CHECK)
st.caption(wording.LIMITS)

for kind, space in spaces.items():
    with faults.shown(space):
        guide_panels.show(kind, space, large=False)
