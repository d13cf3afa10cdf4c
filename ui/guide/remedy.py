"""Draws what the remedy of the second example does: asked for by a button, computed once for everybody."""

from __future__ import annotations

import streamlit as st

from saliency.classifier import Classifier
from saliency.export.outline import outlined
from ui.guide import words
from ui.guide.examples import Example
from ui.guide.rehearsal import GuideRehearsal, guide_rehearsal
from ui.guide.typesetting import bars, large_type, small_print
from ui.widgets.pictures import display_size, show_picture
from ui.widgets.samples import samples
from ui.work.slow_work import place_in_line

_ASKED = "guide-rehearsal"


def show(example: Example, classifier: Classifier, *, large: bool) -> None:
    """A button and, once it was pressed in this tab, what the rehearsal shows."""
    if not st.session_state.get(_ASKED):
        if large:
            small_print(words.REMEDY_OFFER, large=True)
        else:
            st.markdown(f"**{words.REMEDY}**\n\n{words.REMEDY_OFFER}")
        st.button(words.REMEDY_START, icon=":material/model_training:", key="guide-rehearse", on_click=_ask)
        return
    slot = st.empty()
    with slot.container(), st.spinner(words.REMEDY_WORKING):
        made = guide_rehearsal(example, classifier, samples(), place_in_line(st.empty()))
    slot.empty()
    if made is None:
        st.info(words.LEFT_OUT, icon=":material/info:")
    else:
        _draw(example, made, large=large)


def _ask() -> None:
    st.session_state[_ASKED] = True


def _draw(before: Example, made: GuideRehearsal, *, large: bool) -> None:
    """The maps and the bars before and after, and what that says."""
    texts = {words.REMEDY: words.remedy_shows(before, made)}
    if large:
        st.html(large_type(texts))
    else:
        st.markdown(f"**{words.REMEDY}**\n\n{texts[words.REMEDY]}")
    sides = ((words.BEFORE, before), (words.AFTER, made.after))
    for column, (title, side) in zip(st.columns(2, gap="medium"), sides, strict=True):
        explanation, label = side.explanation, side.explanation.target.label
        with column:
            small_print(f"**{title}**", large=large)
            alt = words.REMEDY_ALT.format(title=title, label=label)
            picture = explanation.overlay(size=display_size(explanation.photo))
            show_picture(outlined(picture, side.area), alt)
            cover = side.cover
            scores = {words.AS_IS: cover.before.score, words.COVERED: cover.after}
            st.html(bars(label, scores, large=large))
    small_print(words.remedy_rests_on(made), large=large)
