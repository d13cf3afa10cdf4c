"""Draws an explanation: finding, three equal pictures, what to take along, technical details."""

from __future__ import annotations

from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.explanation import Explanation
from saliency.export.map_notes import map_notes
from saliency.export.provenance import provenance
from saliency.export.slide_words import asked
from saliency.methods.registry import find
from saliency.photo.area import Area
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.words import SCORE_MEANS
from ui import faults
from ui.answers.words import answer, ends, unsteady
from ui.explain import words
from ui.explain.take_along import take_along
from ui.session import Session
from ui.widgets.announcement import announced
from ui.widgets.controls import choose_strength, details_box, details_table, share_note
from ui.widgets.pictures import (
    FIRST_SCREEN,
    colour_bar,
    display_size,
    heat_jpeg,
    overlay_jpeg,
    received_jpeg,
    show_picture,
    titled_picture,
)
from ui.widgets.places import Place
from ui.words import (
    FRAMINGS,
    LIMITS,
    plain,
    target_name,
)

_NARROWEST = 150  # pixels of a picture: two stand side by side on a phone
_SKETCH = 420  # width in pixels of a map that is not finished


def headline(prepared: PreparedPhoto, model: str, view: str) -> None:
    """The finding in one sentence, whose it is, and what the model knows where that may not be enough."""
    known, classifier = prepared.familiarity, prepared.classifier
    said = answer(prepared.scores, classifier.outputs, known)
    with st.container(gap=None):
        st.markdown(f"## {said}", anchors=False)
        if doubt := unsteady(known):
            st.markdown(plain(doubt))
        st.markdown(words.asked(model, view), help=None if classifier.outputs.is_score else SCORE_MEANS)
        if known.doubtful:
            st.markdown(plain(classifier.caution))
        announced(answer(prepared.scores, classifier.outputs, known, markup=False), key="finding")
    if classifier.warning:
        st.warning(plain(classifier.warning), icon=":material/warning:")


def below(explanation: Explanation, view: str, today: date, state: Session) -> DeltaGenerator:
    """Space for the test (which is returned), what to take along, how it was made."""
    space = st.container()
    take_along(explanation, view, today, state)
    share_note(words.SHARE)
    if box := details_box("details"):
        with box:
            details_table(provenance(explanation.record(), find(explanation.method)))
    return space


def meanwhile(explanation: Explanation, state: Session) -> None:
    """What the quick view shows while a slower one is waited for, its colours as strong as before."""
    st.markdown(f"### {words.MEANWHILE}", anchors=False)
    pictures(explanation, state, adjustable=False)
    st.markdown(sentences(explanation))


def pictures(
    explanation: Explanation, state: Session, area: Area | None = None, *, adjustable: bool = True
) -> Place:
    """The three pictures with legend and strength; gives the place of a fourth, of what was tested.

    A line on the photo surrounds the area that is tested.
    """
    space = st.container(gap="xsmall")  # what to do has to stand on the first screen
    with space, st.grid(4, min_column_width=_NARROWEST, gap="medium") as grid:
        with grid.cell(), st.container(gap="xsmall"):
            _picture(explanation, words.RECEIVED, received_jpeg(explanation, area))
            height, width = explanation.placement.input_size
            given = words.GIVEN.format(framing=FRAMINGS[explanation.framing], width=width, height=height)
            st.caption(given)
        with grid.cell(), st.container(gap="xsmall"):
            _picture(explanation, words.HEAT, heat_jpeg(explanation))
            signed = explanation.signed
            colour_bar(*ends(signed=signed, outputs=explanation.outputs), signed=signed)
        with grid.cell():
            if adjustable:
                _overlay(explanation, state)
            else:
                with st.container(gap="xsmall"):
                    _both(explanation, state)
        with grid.cell():
            fourth = Place(st.container())
    space.markdown(f":small[{words.legend(explanation, area)}]")
    return fourth


@st.fragment
def _overlay(explanation: Explanation, state: Session) -> None:
    """Photo and map together with the strength of the colours, which only blends anew."""
    with faults.shown(), st.container(gap="xsmall"):
        _both(explanation, state)
        choose_strength()


def _both(explanation: Explanation, state: Session) -> None:
    _picture(explanation, words.BOTH, overlay_jpeg(explanation, state.opacity))


def _picture(explanation: Explanation, title: str, drawing: bytes) -> None:
    alt = words.alt(title, explanation.photo.name, asked(explanation), explanation.outputs)
    titled_picture(title, drawing, alt, explanation.photo, tallest=FIRST_SCREEN)


def sketch(so_far: Explanation, space: DeltaGenerator) -> None:
    """The map while it sharpens, in a placeholder."""
    if so_far.estimate is None or so_far.empty:
        return
    with space.container(width=_SKETCH, gap="xsmall"):
        alt = words.alt(words.BOTH, so_far.photo.name, asked(so_far), so_far.outputs)
        show_picture(so_far.overlay(size=display_size(so_far.photo)), alt)
        st.caption(words.SO_FAR.format(samples=so_far.estimate.samples))


def sentences(explanation: Explanation) -> str:
    """What the map says: first the influence, then what else must be known to read it."""
    said = map_notes(explanation, target_name(explanation.target, explanation.rather_than))
    stopped = f"**{plain(explanation.stopped)}**" if explanation.stopped else ""
    return " ".join(filter(None, [stopped, *said, LIMITS]))
