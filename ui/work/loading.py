"""Models: loading one once for everybody, and downloading one on request."""

from __future__ import annotations

import time

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

import models
from models import Choice
from models.catalogue import CATALOGUE
from models.weights import download
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.session import Session
from ui.work.line import LINE, SLOTS, Lane, threads_a_slot

_REDRAW = 0.15  # seconds between two drawings of the progress bar


@st.cache_resource(show_spinner=False)
def prepare_torch() -> int:
    """Shares the processor out between the slots, once and before anything is computed.

    Returns:
        How many threads one job uses.
    """
    threads = threads_a_slot(SLOTS)
    torch.set_num_threads(threads)
    return threads


@st.cache_resource(max_entries=2, show_spinner=False)
def classifier(key: str) -> Classifier:
    """A model that is on this computer; the two used last are kept in memory.

    Args:
        key: Of the choice.

    Raises:
        SaliencyError: The model cannot be used, for example because its folder is not in order.
    """
    prepare_torch()
    with LINE.turn(Lane.QUICK):
        return models.load(key)


def offer_download(choice: Choice, state: Session, built_in: str, slot: DeltaGenerator) -> None:
    """Says how large a model is, downloads it when asked to, and leads back to the built-in one.

    Args:
        choice: The model that is not here.
        state: The tab.
        built_in: Key of the model that always is.
        slot: Where to draw.
    """
    name, size = wording.model_name(choice), round(choice.megabytes)
    wanted = state.started == ("download", choice.key)
    with slot.container(border=True):
        st.markdown(wording.DOWNLOAD_OFFER.format(name=name, megabytes=size))
        bar = st.empty()
        if state.download_error:
            bar.error(state.download_error, icon=":material/cloud_off:")
        elif state.stopped:
            bar.caption(wording.DOWNLOAD_STOPPED)
        with st.container(horizontal=True):
            st.button(
                wording.DOWNLOAD.format(megabytes=size),
                type="primary",
                icon=":material/download:",
                key="download",
                disabled=wanted,
                on_click=state.start,
                args=(("download", choice.key),),
            )
            if wanted:
                st.button(wording.CANCEL, icon=":material/close:", key="cancel-download", on_click=state.stop)
            st.button(wording.BACK_TO_BUILT_IN, on_click=state.choose_model, args=(built_in,), key="built-in")
    if wanted:
        _download(choice, state, name, bar)
    state.started, state.stopped, state.download_error = None, False, ""


def _download(choice: Choice, state: Session, name: str, bar: DeltaGenerator) -> None:
    """Downloads with progress; the page may stop it at any time, and what has arrived is kept."""
    drawn = 0.0
    bar.progress(0.0, text=wording.downloading(name, 0, round(choice.megabytes * 1e6)))

    def progress(done: int, total: int) -> None:
        nonlocal drawn
        if time.monotonic() - drawn >= _REDRAW:
            drawn = time.monotonic()
            bar.progress(min(1.0, done / max(1, total)), text=wording.downloading(name, done, total))

    try:
        download(CATALOGUE[choice.key], progress)
    except SaliencyError as error:
        state.download_error = faults.sentence(error)
    state.started = None
    st.rerun()
