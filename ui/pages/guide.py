"""How to read a heat map, with examples computed on the spot."""

from __future__ import annotations

import streamlit as st

import models
from saliency import heatmap
from ui import faults, loading, panels, wording, wording_details
from ui import wording_guide as guide
from ui.examples import examples
from ui.samples import samples

st.title(guide.TITLE, anchor=False)
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
said, space = st.empty(), st.empty()
space.skeleton(height=360)

st.subheader(guide.TODO_TITLE, anchor=False)
st.markdown(guide.TODO)
rows = {title: [row[index] for row in guide.TODO_ROWS] for index, title in enumerate(guide.TODO_COLUMNS)}
st.table(rows, border="horizontal", hide_index=True, alt=guide.TODO_TITLE)
st.markdown(guide.THEN)

st.subheader(guide.CHECK_TITLE, anchor=False)
st.markdown(guide.CHECK)
st.caption(wording.LIMITS)

with faults.shown(space):
    classifier = loading.classifier(models.choices()[0].key)
    shown = examples(classifier, classifier.digest, tuple(samples().values()))
    said.markdown(guide.examples_intro(len(shown), classifier.name))
    with space.container(), st.grid(3, min_column_width=260, gap="medium") as grid:
        for example in shown:
            with grid.cell():
                size = panels.display_size(example.result.photo)
                label = example.result.target.label
                st.image(
                    panels.png(example.result.overlay(size=size)),
                    width="stretch",
                    output_format="PNG",
                    alt=wording_details.alt(wording.BOTH, example.title, label),
                )
                st.markdown(f"**{wording.plain(example.title)}**")
                st.caption(example.said)
