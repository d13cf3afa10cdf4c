"""One photo with two models, two views or two guesses, on one scale."""

from __future__ import annotations

from datetime import date

import streamlit as st

import models
from saliency.comparison import compare
from saliency.methods.registry import METHODS
from ui import faults
from ui import words as wording
from ui.compare import controls as compare_controls
from ui.compare import link as compare_share
from ui.compare import panels as compare_panels
from ui.compare import words as wording_compare
from ui.compare.sides import Slots, asked
from ui.compare.state import comparing
from ui.compare.words import VIEWS
from ui.explain import controls
from ui.explain.defaults import fitting
from ui.session import CAREFUL, OWN, QUICK, session
from ui.widgets.samples import samples
from ui.work.asking import ask_both

state, chosen = session(), comparing()
shelf = samples()
choices = {choice.key: choice for choice in models.choices()}
here = {key: choice for key, choice in choices.items() if choice.present}
first_sample = next(iter(shelf))
state.photo = state.photo or first_sample
compare_share.read(state, chosen, samples=shelf, models=here, views=(QUICK, CAREFUL, *METHODS))
if not state.model_chosen:
    state.model = fitting(state.photo, choices)

with st.container(gap="xsmall"):
    st.title(wording_compare.TITLE, anchor=False)
    notices = st.container()
    controls.choose_photo(state, shelf)
    differ_column, first, second = st.columns(3, gap="medium", vertical_alignment="bottom")
    with differ_column:
        compare_controls.choose_differ(chosen)
    left, right, _ = st.columns(3, gap="medium")
results = st.empty()
photo = state.own if state.photo == OWN and state.own is not None else shelf[state.photo].photo

with faults.shown(results):
    results.skeleton(height=420)
    question = asked(state, chosen, photo, here, Slots(left, right, first, second, results))
    if question is None:
        results.info(wording_compare.ONE_MODEL, icon=":material/info:")
        st.stop()
    compare_share.write(state, chosen, question.link, first_sample)
    names = dict(zip((q.key for q in question.questions), question.views, strict=True))
    answers = ask_both(state, question.questions, lambda q: names[q.key], results)
    if answers is not None:
        found = compare(*answers)
        sides = [
            compare_panels.with_notes(side, found, answer, view=chosen.differ == VIEWS)
            for side, answer in zip(question.sides, answers, strict=True)
        ]
        with results.container():
            compare_panels.headline(found, chosen.differ)
            compare_panels.pictures(found, sides, state)
            st.caption(compare_panels.scale(found, chosen.differ))
            st.markdown(wording.LIMITS)
            title = photo.name if state.photo == OWN else shelf[state.photo].title
            words = compare_panels.slide_words(
                found, chosen.differ, sides, question.same, title, date.today()
            )
            compare_panels.take_along(found, words, state)
            st.caption(wording_compare.SHARE)
            with st.expander(wording.DETAILS, icon=":material/info:"):
                compare_panels.details(found)
for notice in state.notices:
    notices.warning(notice, icon=":material/link_off:")
state.notices.clear()
