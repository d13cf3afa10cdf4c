"""The section "Check it": mark an area, and be told what covering it shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from saliency.checks.check import AreaTest
from saliency.checks.probe import AreaProbe
from saliency.checks.suggestions import suggestions
from ui import faults
from ui.check import panels, words
from ui.check.evidence import Subject, area_task, influence_inside
from ui.check.fields import fields, sliders
from ui.check.more.section import more_checks
from ui.session import Session
from ui.widgets.controls import STRENGTH, bound
from ui.widgets.marking import marked, marking
from ui.widgets.marks import Mark, box_mark, line_around, reported_mark
from ui.widgets.pictures import display_size, kept, overlay_jpeg, received_jpeg
from ui.widgets.places import Place
from ui.widgets.samples import Sample
from ui.work.slow_work import answer

_WIDGET = "marking"


def section(space: DeltaGenerator, state: Session, subject: Subject, samples: Mapping[str, Sample]) -> None:
    """Draws the section; one of the samples may be the photo, the others can be pasted into."""
    with faults.shown(space.empty()), space:
        with st.container(gap="xxsmall"):
            st.markdown(f"### {words.TITLE}", anchors=False)
            st.markdown(words.INTRO)
        sample = samples.get(state.photo)
        outline = sample.outline if sample else None
        left, right = st.columns([5, 6], gap="medium")
        with left:
            mark = choose_area(state, subject, outline)
        with right:
            place = Place(st.container())
        more = Place(st.container())
        test = None
        if mark is None:
            with place.container():
                panels.nothing_marked()
        else:
            with faults.shown(place):
                test = _tested(state, subject, mark, outline, place, more)
        with more.container():
            more_checks(state, subject, test, mark, samples)


def _tested(
    state: Session,
    subject: Subject,
    mark: Mark,
    outline: NDArray[np.bool_] | None,
    place: Place,
    more: Place,
) -> AreaTest | None:
    """Tests the area and draws what that shows; None while the test waits for a click."""
    probe = AreaProbe.of(subject.question, mark.area(subject.result.photo, outline))
    task = area_task(subject, probe, mark)
    if task.key not in state.checks:
        more.blank()  # nothing of another area is to be read meanwhile
    test = answer(state, state.checks, task, place)
    if test is not None:
        inside = influence_inside(state, subject, probe, mark)
        with place.container():
            panels.finding(subject, test, inside)
    return test


def choose_area(state: Session, subject: Subject, outline: NDArray[np.bool_] | None) -> Mark | None:
    """The photo to draw on, what is suggested, and what does the same without drawing; gives the mark."""
    photo = subject.result.photo
    digest = photo.digest
    mark = state.marks.get(digest)
    if mark is not None and mark.outline and outline is None:
        state.mark(digest, None)
        mark = None

    def take() -> None:
        drawn = reported_mark(marked(_WIDGET))
        if drawn is not None:
            state.mark(digest, drawn)

    heat = st.session_state.get("heat-over", False)
    picture = overlay_jpeg(subject.result, STRENGTH / 100) if heat else received_jpeg(subject.result)
    label = words.mark_label(photo.name, marked=mark is not None)
    path = "" if mark is None else line_around(mark, outline)
    with st.container(gap="xsmall"):
        marking(picture, display_size(photo), path, label, key=_WIDGET, on_mark=take)
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
        ):
            st.toggle(words.HEAT_OVER, key="heat-over", persist_state="session")
            st.button(
                words.CLEAR,
                icon=":material/close:",
                type="tertiary",
                key="clear-mark",
                disabled=mark is None,
                on_click=state.mark,
                args=(digest, None),
            )
    _suggested(state, subject, mark, has_outline=outline is not None)
    with st.expander(words.WITHOUT_POINTER, icon=":material/keyboard:"):
        fields(state, digest, mark)
        sliders(state, digest, mark)
    return mark


def _suggested(state: Session, subject: Subject, mark: Mark | None, *, has_outline: bool) -> None:
    digest = subject.result.photo.digest
    areas = kept(subject.result, ("suggestions",), lambda: suggestions(subject.result))
    offered = {str(number): box_mark(*area.boxes[0]) for number, area in enumerate(areas)}
    if has_outline:
        offered["outline"] = Mark(outline=True)

    if not offered:
        return
    marked_key = next((key for key in offered if offered[key] == mark), None)
    st.pills(
        words.SUGGESTIONS,
        list(offered),
        format_func=words.suggestion,
        help=words.SUGGESTIONS_HELP,
        wrap=True,
        **bound("suggestion", marked_key, lambda key: state.mark(digest, offered.get(key))),
    )
