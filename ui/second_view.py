"""Do two views agree, and does a view depend on what the model learned?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.agreement import agreement
from saliency.explanation import Explanation
from saliency.registry import Method, compatible
from ui import checking, jobs, views, wording, wording_more
from ui.area_pictures import small_size
from ui.checking import Subject
from ui.panels import png
from ui.session import CAREFUL, QUICK, Session

# They only cover parts of the photo and ask again, so they share nothing with views that read the model.
_COVERING = frozenset({"occlusion", "rise", "sobol", "hsic", "lime", "kernel-shap", "extremal"})


def second(method: Method, offered: Sequence[Method]) -> Method | None:
    """A view of another family than the one shown, if the model offers one.

    Args:
        method: The view shown.
        offered: Those the model offers.
    """
    wanted = QUICK if method.key in _COVERING else CAREFUL
    found = views.chosen(wanted, offered)
    return None if found is None or found.key == method.key else found


def agreeing(state: Session, subject: Subject, slot: DeltaGenerator) -> None:
    """Asks the second view, and says whether the two agree."""
    method = second(subject.asked.method, compatible(subject.asked.known.classifier.graph))
    if method is None:
        slot.info(wording_more.AGREE_NONE)
        return
    result = jobs.done(state, checking.second_view(subject, state, method), slot)
    if result is None:
        return
    with slot.container():
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
    slot = st.empty()
    found = jobs.done(state, checking.learning(subject), slot, wait=True)
    if found is not None:
        slot.markdown(wording_more.LEARNED_SAID[found.verdict])
