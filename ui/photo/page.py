"""The frame of a page about one photo, which Explain and Compare both begin and end with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import models
from models import Choice
from saliency.methods.registry import METHODS, Method
from saliency.photo.reading import Photo
from ui import faults
from ui.photo import origin
from ui.photo.chooser import choose_photo, own_photo_button, refused
from ui.photo.link import fitting_model
from ui.photo.words import MODEL_GONE, OWN_GONE
from ui.session import OWN, Session, session
from ui.views.quick_and_careful import QUICK, method_of, name_up_front
from ui.views.words import NAMES, not_offered
from ui.widgets.places import Place
from ui.widgets.samples import Sample, samples


@dataclass(frozen=True)
class PhotoPage:
    """What such a page goes on with.

    Attributes:
        state: The tab.
        samples: The samples, by key.
        models: Every model, by key.
        photo: The photo that is shown.
        title: What people call it.
        head: Space below the choice of a photo, for what else can be chosen.
        results: The place of the answer.
        below: The place of what stands below answer and choices.
    """

    state: Session
    samples: Mapping[str, Sample]
    models: Mapping[str, Choice]
    photo: Photo
    title: str
    head: DeltaGenerator
    results: Place
    below: Place


@contextmanager
def photo_page(
    title: str,
    read_link: Callable[[Session, Mapping[str, Sample], Mapping[str, Choice]], None],
    *,
    purpose: str = "",
) -> Iterator[PhotoPage]:
    """Draws title and choice of a photo before the block; after it, what went wrong in it, and notices.

    Args:
        title: Of the page.
        read_link: Takes what the address asks for.
        purpose: What the page is for, in a sentence, which stands over samples; where there is one, the
            answer stands above the choices.
    """
    state, offered = session(), samples()
    choices = {choice.key: choice for choice in models.choices()}
    state.photo = state.photo or next(iter(offered))
    read_link(state, offered, choices)
    if state.model_chosen and state.model not in choices:  # it was removed, perhaps in another tab
        state.model_chosen, state.target, state.rival = False, None, None
        state.notices.append(MODEL_GONE)
    if not state.model_chosen:
        state.model = fitting_model(state.photo, choices, offered)
    with st.container(gap="xsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
        ):
            st.title(title, anchor=False, width="content")
            own_photo_button(state)
        if state.upload_above:
            refused(state)
        if purpose and (state.photo != OWN or state.own is None):  # who has a photo knows what it is for
            st.markdown(purpose)
        notices = st.container()
        origin.show(state)
    first, second = st.container(), st.container()
    answer, head = (first, second) if purpose else (second, first)
    with head:
        choose_photo(state, offered)
    if state.photo == OWN and state.own is not None:
        photo, name = state.own, state.own.name
    else:
        photo, name = offered[state.photo].photo, offered[state.photo].title
    results, below = Place(answer), Place(st.container())
    with faults.shown(results):
        yield PhotoPage(state, offered, choices, photo, name, head, results, below)
    if state.own_gone:
        notices.warning(OWN_GONE, icon=":material/hide_image:")
    for notice in state.notices:
        notices.warning(notice, icon=":material/link_off:")
    state.notices.clear()


def offered_view(state: Session, methods: Sequence[Method], model: str) -> str:
    """The tab's view where a model's methods offer it, else the quick one, with a notice naming the model."""
    view = name_up_front(state.view, methods)
    if method_of(view, methods) is None:
        state.notices.append(not_offered(NAMES.get(view) or METHODS[view].name, model))
        view = state.view = QUICK
    return view
