"""Do two views agree, and does a view depend on what the model learned?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from saliency.agreement import Agreement, agreement
from saliency.checks.sanity import can_forget
from saliency.explanation import Explanation
from saliency.methods.registry import Family, Method, compatible
from ui.answers.words import ends
from ui.check.evidence import Subject
from ui.check.more import words
from ui.check.more.evidence import randomisation_task, second_view_name, second_view_task
from ui.check.panels import captioned
from ui.explain.words import contour
from ui.session import Session
from ui.views.quick_and_careful import PIECES, QUICK, method_of
from ui.widgets.announcement import announced
from ui.widgets.pictures import colour_bar, kept, small_size
from ui.widgets.places import Place
from ui.words import plain
from ui.work.slow_work import answer

# It only covers parts of the photo and asks again, so it shares nothing with views that read the model.
_COVERING_VIEW = "occlusion"


def second(method: Method, offered: Sequence[Method]) -> Method | None:
    """Another view than the one shown, of another family if the model offers one, which it need not."""
    first = QUICK if method.family is Family.COVERING else _COVERING_VIEW
    views = (method_of(view, offered) for view in (first, _COVERING_VIEW, PIECES))
    return next((view for view in views if view is not None and view.key != method.key), None)


def compare_views(state: Session, subject: Subject, place: Place) -> None:
    """Asks the second view, and says whether the two agree."""
    method = second(subject.request.method, compatible(subject.request.prepared.classifier.graph))
    if method is None:
        place.info(words.AGREE_NONE)
        return
    result = answer(state, state.results, second_view_task(subject, method), place)
    if result is not None:
        with place.container():
            _agreement(subject, result, method)
            if can_forget(subject.request.prepared.classifier.graph):
                _randomisation(state, subject)


def _agreement(subject: Subject, result: Explanation, method: Method) -> None:
    found = agreed(subject.result, result)
    request, second_name = subject.request, second_view_name(subject, method)
    left, *columns = st.columns(3, gap="medium")
    with left:
        st.markdown(f"### {words.VERDICTS[found.verdict]}", anchors=False)
        announced(words.VERDICTS[found.verdict], key="second-view")
        st.markdown(words.second_view(second_name))
        if found.overlap or found.correlation:
            st.markdown(words.overlap(found))
        signed = subject.result.signed or result.signed
        st.markdown(contour(subject.outputs, signed=signed))
    names = (
        words.FIRST_VIEW.format(view=plain(request.view or request.method.name)),
        words.SECOND_VIEW.format(view=plain(second_name)),
    )
    for column, view, name in zip(columns, (subject.result, result), names, strict=True):
        with column:
            captioned(view.overlay(size=small_size(view.photo)), name, name)
            colour_bar(*ends(signed=view.signed, outputs=subject.outputs), signed=view.signed)


def agreed(first: Explanation, second: Explanation) -> Agreement:
    """How far two maps agree, kept with the first."""
    return kept(first, ("agreement", second.method), lambda: agreement(first, second))


def _randomisation(state: Session, subject: Subject) -> None:
    st.markdown(f"**{words.LEARNED}**")
    place = Place(st.container())
    test = answer(state, state.checks, randomisation_task(subject), place, wait=True)
    if test is not None:
        place.container().markdown(words.LEARNED_SAID[test.verdict])
