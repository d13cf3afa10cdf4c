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
from ui.photo.chooser import choose_photo
from ui.photo.link import fitting_model
from ui.session import OWN, Session, session
from ui.views.quick_and_careful import QUICK, method_of, name_up_front
from ui.views.words import not_offered
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
        results: The place of everything that follows from it.
    """

    state: Session
    samples: Mapping[str, Sample]
    models: Mapping[str, Choice]
    photo: Photo
    title: str
    head: DeltaGenerator
    results: Place


@contextmanager
def photo_page(
    title: str, read_link: Callable[[Session, Mapping[str, Sample], Mapping[str, Choice]], None]
) -> Iterator[PhotoPage]:
    """Draws title and choice of a photo before the block; after it, what went wrong in it, and notices."""
    state, offered = session(), samples()
    choices = {choice.key: choice for choice in models.choices()}
    state.photo = state.photo or next(iter(offered))
    read_link(state, offered, choices)
    if not state.model_chosen:
        state.model = fitting_model(state.photo, choices, offered)
    head = st.container(gap="xsmall")
    with head:
        st.title(title, anchor=False)
        notices = st.container()
        choose_photo(state, offered)
        origin.show(state)
    if state.photo == OWN and state.own is not None:
        photo, name = state.own, state.own.name
    else:
        photo, name = offered[state.photo].photo, offered[state.photo].title
    results = Place(st.container())
    with faults.shown(results):
        yield PhotoPage(state, offered, choices, photo, name, head, results)
    for notice in state.notices:
        notices.warning(notice, icon=":material/link_off:")
    state.notices.clear()


def offered_view(state: Session, methods: Sequence[Method], model: str) -> str:
    """The tab's view where a model's methods offer it, else the quick one, with a notice naming the model."""
    view = name_up_front(state.view, methods)
    if method_of(view, methods) is None:
        state.notices.append(not_offered(METHODS[view].name, model))
        view = state.view = QUICK
    return view
