"""The main page: a photo in; prediction, heat map and overlay out."""

from __future__ import annotations

from datetime import date

import streamlit as st

import models
from saliency.methods.registry import METHODS, compatible
from ui import faults
from ui import words as wording
from ui.check import section as check
from ui.check.tests import Subject
from ui.explain import controls, panels
from ui.explain import link as share
from ui.explain.defaults import fitting
from ui.session import CAREFUL, OWN, QUICK, session
from ui.views import quick_and_careful
from ui.widgets.places import Place
from ui.widgets.samples import samples
from ui.work import explanations, loading
from ui.work.asking import ask
from ui.work.explanations import ExplainRequest

state = session()
shelf = samples()
choices = {choice.key: choice for choice in models.choices()}
first_sample, first_model = next(iter(shelf)), next(iter(choices))
state.photo = state.photo or first_sample
share.read(state, samples=shelf, models=choices, views=(QUICK, CAREFUL, *METHODS))
if not state.model_chosen:
    state.model = fitting(state.photo, choices)

with st.container(gap="xsmall"):
    st.title(wording.TITLE, anchor=False)
    notices = st.container()
    controls.choose_photo(state, shelf)
    model_column, view_column, framing_column = st.columns([5, 7, 3.4], gap="medium")
    with model_column, st.container(gap="xsmall"):
        controls.choose_model(state, choices)
photo = state.own if state.photo == OWN and state.own is not None else shelf[state.photo].photo
choice = choices[state.model]
results = Place(st.container())

with faults.shown(results):
    if not choice.present and choice.kind == "catalogue":
        share.write(state, sample=first_sample, model=first_model, labels=())
        loading.offer_download(choice, state, first_model, results.blank())
        st.stop()
    if state.shown != (state.model, photo.digest, state.framing):
        results.skeleton(height=420)
    classifier = loading.classifier(choice.key)
    share.take_classes(state, classifier.labels)
    methods = compatible(classifier.graph)
    state.view = quick_and_careful.named(state.view, methods)
    method = quick_and_careful.chosen(state.view, methods)
    if method is None:
        state.notices.append(wording.not_offered(METHODS[state.view].name, choice.name))
        state.view, method = QUICK, quick_and_careful.chosen(QUICK, methods)
    prepared = explanations.prepared(state, choice.key, classifier, photo, results)
    with view_column, st.container(gap="xsmall"):
        controls.choose_view(state, methods, explanations.seconds(choice.key, methods))
    with framing_column:
        controls.choose_framing(state)
    with results.container():
        words, guesses = st.columns([6, 5], gap="medium")
        with words:
            panels.finding(prepared)
            said = st.empty()
        with guesses:
            target = controls.choose_guess(state, prepared.scores)
            rival = controls.choose_rival(state, prepared.scores, target)
        share.write(state, sample=first_sample, model=first_model, labels=classifier.labels)
        state.shown = (state.model, photo.digest, state.framing)
        view = wording.view(state.view, method)
        body = Place(st.container())
        question = ExplainRequest(choice.key, prepared, method, target.index, rival)
        result = ask(state, question, view, body)
        if result is not None:
            said.markdown(panels.words(result))
            with body.container():
                space = panels.answer(result, view, date.today(), state)
            check.section(space, state, Subject(question, result), shelf)
for notice in state.notices:
    notices.warning(notice, icon=":material/link_off:")
state.notices.clear()
