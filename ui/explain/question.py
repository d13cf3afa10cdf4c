"""From what is chosen on the Explain page to the question asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.explanation import Explanation
from saliency.methods.registry import compatible
from ui.explain import controls, link, panels
from ui.explain.answer_choice import choose_guess, choose_rival
from ui.photo.page import PhotoPage, offered_view
from ui.session import Session
from ui.views.quick_and_careful import QUICK, method_of
from ui.views.words import view_name
from ui.widgets.places import Place
from ui.words import model_name, plain
from ui.work.explanations import ExplainRequest, prepared_photo, seconds
from ui.work.loading import offer_download
from ui.work.slow_work import known_answer


@dataclass(frozen=True)
class Question:
    """A question, and where its answer goes.

    Attributes:
        request: What is asked.
        body: The place of the pictures.
        verdict: The place of what the test says.
        sentences: Where to say what the map says.
    """

    request: ExplainRequest
    body: Place
    verdict: Place
    sentences: DeltaGenerator


def quick_answer(state: Session, request: ExplainRequest) -> Explanation | None:
    """The quick view's answer to the same question, where that is known and the view's own is not yet."""
    method = method_of(QUICK, compatible(request.prepared.classifier.graph))
    if method is None or known_answer(state, state.results, request.task()) is not None:
        return None
    return known_answer(state, state.results, replace(request, method=method).task())


def ask(page: PhotoPage) -> Question | None:
    """Draws what can be chosen and what the model says; None while the model has to be downloaded."""
    state = page.state
    view_column, model_column = page.head.columns([3, 2], gap="medium")
    with model_column, st.container(gap="xsmall"):
        controls.choose_model(state, page.models)
        controls.choose_framing(state)
    choice = page.models[state.model]
    if choice.kind == "catalogue" and not choice.present:
        link.write(page, ())
        offer_download(choice, state, page.results.blank(), built_in=next(iter(page.models)))
        return None
    on_page = (choice.key, page.photo.digest, state.framing)
    if state.on_page != on_page:
        page.results.skeleton(height=420)
        page.below.blank()
    prepared = prepared_photo(state, choice.key, page.photo, page.results)
    labels, methods = prepared.classifier.labels, compatible(prepared.classifier.graph)
    outputs = prepared.classifier.outputs
    link.take_classes(state, labels, outputs)
    state.view = offered_view(state, methods, choice.title)
    with view_column, st.container(gap="xsmall"):
        controls.choose_view(state, methods, seconds(choice.key, methods))
        if outside := prepared.classifier.graph.outside:
            st.caption(plain(outside))
    method = method_of(state.view, methods) or methods[0]
    view = view_name(state.view, method)
    with page.results.container(gap="small"):
        panels.headline(prepared, model_name(choice), view)
        target = choose_guess(state, prepared.scores, outputs)
        body, verdict, sentences = Place(st.container()), Place(st.container()), st.empty()
    with view_column:
        rival = choose_rival(state, prepared.scores, target, outputs)
    link.write(page, labels)
    state.on_page = on_page
    request = ExplainRequest(choice.key, prepared, method, target.index, rival, view)
    return Question(request, body, verdict, sentences)
