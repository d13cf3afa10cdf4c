"""Models: loading one once for everybody, and downloading one on request."""

from __future__ import annotations

from functools import partial

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

import models
from models import Choice
from models.catalogue import CATALOGUE
from models.weights import download
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.prepared_photo import PreparedPhoto
from ui import faults
from ui.session import Key, Session, sessions
from ui.widgets.places import Place
from ui.words import model_name
from ui.work import words
from ui.work.jobs import person
from ui.work.limits import threads_a_slot
from ui.work.line import SLOTS, Lane, OnWait, line
from ui.work.loaded_models import LoadedModels
from ui.work.slow_work import place_in_line, progress_bar, start_and_cancel


@st.cache_resource(show_spinner=False)
def prepare_torch() -> None:
    """Shares the processor out between the slots, once and before anything is computed."""
    torch.set_num_threads(threads_a_slot(SLOTS))


def classifier(key: str, on_wait: OnWait | None = None) -> Classifier:
    """A model that is on this computer, by its key; everybody who uses it has the same one.

    Args:
        key: Of the model.
        on_wait: Told how many jobs are ahead, where it has to be loaded and that has to wait; None: a page
            that is being drawn says it where it is.

    Raises:
        SaliencyError: The model cannot be used, for example because its folder is not in order.
    """
    prepare_torch()
    loaded = loaded_models()
    if (ready := loaded.find(key)) is not None:
        return ready
    slots: list[DeltaGenerator] = []

    def told_here(ahead: int) -> None:
        if not slots:
            slots.append(st.empty())
        place_in_line(slots[0])(ahead)

    here = person()  # nobody's where it is no page that asks
    with line().turn(Lane.QUICK, on_wait=on_wait or (told_here if here else None), person=here):
        ready = loaded.get(key)
    for slot in slots:
        slot.empty()
    return ready


@st.cache_resource(show_spinner=False)
def loaded_models() -> LoadedModels:
    """Those of this server."""
    return LoadedModels(models.load, _forget)


def forget_unused() -> int:
    """Lets go of models that nobody has used for long, with all that was computed with them; how many."""
    return loaded_models().forget_unused()


def count() -> int:
    """How many models are in memory."""
    return len(loaded_models())


def drop(key: str) -> None:
    """Forgets a model that was renamed or removed, in all tabs."""
    loaded_models().drop(key)


def _forget(classifier: Classifier) -> None:
    """Lets every tab go of the photos that were prepared for a model, and of what was computed of them."""

    def of_it(prepared: PreparedPhoto | None) -> bool:
        return prepared is not None and prepared.classifier is classifier

    def asked_of_it(key: Key, _: object) -> bool:
        """By the part of a key that tells the model, and the digest of its weights."""
        return any(isinstance(part, tuple) and part[1:] == (classifier.digest,) for part in key)

    for state in sessions():
        state.prepared.drop(lambda key, prepared: of_it(prepared))
        state.results.drop(lambda key, answer: of_it(answer.prepared) or asked_of_it(key, answer))
        state.checks.drop(asked_of_it)
        if state.checked is not None and of_it(state.checked.test.probe.question.prepared):
            state.checked = None


def offer_download(choice: Choice, state: Session, slot: DeltaGenerator | Place, built_in: str = "") -> None:
    """Says how large a model is, and downloads it when asked to; leads back to one that always is here.

    Args:
        choice: The model.
        state: The tab.
        slot: Where to draw.
        built_in: Key of the model to lead back to; empty for none.
    """
    name, size, key = model_name(choice), round(choice.megabytes), (("download", choice.key),)
    with slot.container(border=True):
        st.markdown(words.DOWNLOAD_OFFER.format(name=name, megabytes=size))
        bar = st.empty()
        if state.download_error:
            bar.error(state.download_error, icon=":material/cloud_off:")
        elif state.stopped:
            bar.caption(words.DOWNLOAD_STOPPED)
        with st.container(horizontal=True):
            label = words.DOWNLOAD.format(megabytes=size)
            start_and_cancel(state, key, label, "download", ":material/download:")
            if built_in:
                back = partial(state.choose_model, built_in)
                st.button(words.BACK_TO_BUILT_IN, on_click=back, key="built-in")
    if state.started == key:
        _download(choice, state, name, bar)
    state.started, state.stopped, state.download_error = None, False, ""


def _download(choice: Choice, state: Session, name: str, bar: DeltaGenerator) -> None:
    """Downloads with progress; the page may stop it at any time, and what has arrived is kept."""
    draw = progress_bar(bar, partial(words.downloading, name), round(choice.megabytes * 1e6))
    try:
        download(CATALOGUE[choice.key], draw)
    except SaliencyError as error:
        state.download_error = faults.sentence(error)
    state.started = None
    st.rerun()
