"""The section "Test an area": mark an area, and be told what covering it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from saliency.checks.check import AreaTest
from saliency.checks.influence import Influence
from saliency.checks.probe import AreaProbe
from saliency.errors import SaliencyError
from saliency.export.checked_area import CheckedArea
from saliency.photo.area import Area
from saliency.verdict.conclusion import Conclusion
from ui import faults
from ui.check import panels, words
from ui.check.evidence import Subject, area_task, concluded, influence_inside
from ui.check.fields import fields, sliders
from ui.check.first_area import PATIENCE, all_places, marked_area, suggested, whole
from ui.check.more.section import more_checks
from ui.check.more.tried import tried
from ui.session import Session
from ui.widgets.controls import STRENGTH, bound, note_press
from ui.widgets.marking import marked, marking
from ui.widgets.marks import Mark, line_around, reported_mark
from ui.widgets.pictures import display_size, overlay_jpeg, received_jpeg
from ui.widgets.places import Place
from ui.widgets.samples import Sample
from ui.work.slow_work import answer, known_answer

_WIDGET = "marking"


def section(
    space: DeltaGenerator,
    verdict: Place,
    covered: Place,
    state: Session,
    subject: Subject,
    samples: Mapping[str, Sample],
) -> None:
    """Tests an area: one that the map suggests until a person marks another.

    Args:
        space: Where the area is marked and the evidence stands.
        verdict: The place of what the test says.
        covered: The place of the photo with the area covered.
        state: The tab.
        subject: What is tested.
        samples: One of them may be the photo, the others can be pasted into.
    """
    outline = _outline(state, samples)
    mark = marked_area(state, subject, outline)
    with faults.shown(space.empty()), space:
        with st.container(gap="xxsmall"):
            st.header(words.TITLE, anchor=words.MARK_ANCHOR)
            st.markdown(words.INTRO)
        left, right = st.columns([5, 6], gap="medium")
        with left:
            choose_area(state, subject, mark, outline)
        with right:
            place = Place(st.container())
        more = Place(st.container())
    test = state.checked = None
    if mark is None:
        with place.container():
            panels.nothing_marked(_said_before(state, subject, None))
    else:
        with faults.shown(verdict):
            test = _tested(state, subject, mark, outline, verdict, [place, more, covered])
    trials: dict[str, Any] = {}
    if test is not None and mark is not None:
        inside = influence_inside(state, subject, test.probe, mark)
        trials = tried(state, subject, mark)
        conclusion = _judged(state, subject, test, mark, inside, trials, verdict)
        with covered.container(gap="xsmall"):
            panels.covered(subject, test)
        with place.container():
            panels.evidence(subject, test, inside, conclusion)
    else:
        with covered.container(gap="xsmall"):
            panels.not_covered()
    with faults.shown(more), more.container():
        more_checks(state, subject, test, mark, samples)
    if test is not None and mark is not None:
        if trials != tried(state, subject, mark):
            st.rerun()  # what was tried just now belongs to verdict, evidence and files, which stand above
        if marked_area(state, subject, outline) != mark:
            st.rerun()  # the strongest place alone left it open: all places together are tested next


def _tested(
    state: Session,
    subject: Subject,
    mark: Mark,
    outline: NDArray[np.bool_] | None,
    place: Place,
    others: Sequence[Place],
) -> AreaTest | None:
    """Tests the area; None while the test waits for a click. Other places show nothing of an older test."""
    probe = AreaProbe.of(subject.question, mark.area(subject.result.photo, outline))
    task = area_task(subject, probe, mark)
    if known_answer(state, state.checks, task) is None:
        for other in others:
            other.blank()
    return answer(state, state.checks, task, place, wait=task.seconds > PATIENCE)


def _judged(
    state: Session,
    subject: Subject,
    test: AreaTest,
    mark: Mark,
    inside: Influence | None,
    trials: Mapping[str, Any],
    place: Place,
) -> Conclusion:
    """Draws the verdict of all that was tried, and keeps it for files to take along."""
    digest = subject.result.photo.digest
    conclusion = concluded(subject, test, state.role(digest, mark), inside, trials, state.shown)
    state.checked = CheckedArea(test, conclusion)
    everything = whole(subject.result)
    with place.container():
        panels.verdict(
            subject,
            test,
            conclusion,
            "" if digest in state.marks else _why_this_area(subject, mark),
            partial(state.say, digest, mark),
            None if everything in (None, mark) else partial(_mark, state, digest, everything),
            None if mark.outline else _said_before(state, subject, mark),
        )
    return conclusion


def _said_before(state: Session, subject: Subject, mark: Mark | None) -> panels.SaidBefore | None:
    """What a person said of another area than this, and the way back to it."""
    digest = subject.result.photo.digest
    said = state.said_before(digest, mark)
    return None if said is None else panels.SaidBefore(said[1], partial(_mark, state, digest, said[0]))


def _why_this_area(subject: Subject, mark: Mark) -> str:
    """Why the page tests that area by itself, where it is not the strongest place of the map."""
    if mark == whole(subject.result):
        return words.WHOLE
    return words.TOGETHER if mark == all_places(subject.result) else ""


def _mark(state: Session, digest: str, mark: Mark | None) -> None:
    """Marks an area because a button was pressed."""
    note_press()
    state.mark(digest, mark)


def area_shown(state: Session, subject: Subject, samples: Mapping[str, Sample]) -> Area | None:
    """The marked area, to be seen on the photo; None where nothing is marked that can be tested."""
    outline = _outline(state, samples)
    mark = marked_area(state, subject, outline)
    try:
        return None if mark is None else mark.area(subject.result.photo, outline)
    except SaliencyError:
        return None  # the test says why


def _outline(state: Session, samples: Mapping[str, Sample]) -> NDArray[np.bool_] | None:
    sample = samples.get(state.photo)
    return sample.outline if sample else None


def choose_area(
    state: Session, subject: Subject, mark: Mark | None, outline: NDArray[np.bool_] | None
) -> None:
    """The photo to draw on, what is suggested, and what does the same without drawing."""
    photo = subject.result.photo
    digest = photo.digest

    set_mark = partial(_mark, state, digest)

    def take() -> None:
        drawn = reported_mark(marked(_WIDGET))
        if drawn is not None:
            set_mark(drawn)

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
                on_click=set_mark,
                args=(None,),
            )
    _suggested(state, subject, mark, has_outline=outline is not None)
    with st.expander(words.WITHOUT_POINTER, icon=":material/keyboard:"):
        fields(state, digest, mark)
        sliders(state, digest, mark)


def _suggested(state: Session, subject: Subject, mark: Mark | None, *, has_outline: bool) -> None:
    digest = subject.result.photo.digest
    offered = suggested(subject.result)
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
