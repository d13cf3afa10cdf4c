"""Do two views agree, and does a view depend on what the model learned?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from saliency.agreement import agreement
from saliency.explanation import Explanation
from saliency.methods.registry import Family, Method, compatible
from ui import words as wording
from ui.check import tests as checking
from ui.check.more import words as wording_more
from ui.check.tests import Subject
from ui.session import Session
from ui.views.quick_and_careful import QUICK, method_of
from ui.widgets.pictures import png, small_size
from ui.widgets.places import Place
from ui.work.slow_work import answer

# It only covers parts of the photo and asks again, so it shares nothing with views that read the model.
_COVERING_VIEW = "occlusion"


def second(method: Method, offered: Sequence[Method]) -> Method | None:
    """A view of another family than the one shown, if the model offers one.

    Args:
        method: The view shown.
        offered: Those the model offers.
    """
    return method_of(QUICK if method.family is Family.COVERING else _COVERING_VIEW, offered)


def agreeing(state: Session, subject: Subject, place: Place) -> None:
    """Asks the second view, and says whether the two agree."""
    method = second(subject.asked.method, compatible(subject.asked.prepared.classifier.graph))
    if method is None:
        place.info(wording_more.AGREE_NONE)
        return
    result = answer(state, state.results, checking.second_view(subject, method), place)
    if result is None:
        return
    with place.container():
        _compared(subject, result, method)
        _learned(state, subject)


def _compared(subject: Subject, result: Explanation, method: Method) -> None:
    found = agreement(subject.result, result)
    words, *pictures = st.columns(3, gap="medium")
    with words:
        st.markdown(f"#### {wording_more.VERDICTS[found.verdict]}", anchors=False)
        st.markdown(wording_more.other_view(method.name))
        if found.overlap or found.correlation:
            st.markdown(wording_more.overlap(found))
        st.caption(wording.LIMITS)
    names = (
        wording_more.FIRST_VIEW.format(view=subject.asked.method.name),
        wording_more.SECOND_VIEW.format(view=method.name),
    )
    for column, one, name in zip(pictures, (subject.result, result), names, strict=True):
        with column, st.container(gap="xxsmall"):
            size = small_size(one.photo)
            st.image(png(one.overlay(size=size)), width="stretch", output_format="PNG", alt=name)
            st.caption(name)


def _learned(state: Session, subject: Subject) -> None:
    st.markdown(f"**{wording_more.LEARNED}**")
    place = Place(st.container())
    found = answer(state, state.checks, checking.learning(subject), place, wait=True)
    if found is not None:
        place.container().markdown(wording_more.LEARNED_SAID[found.verdict])
