"""Choosing a photo: thumbnails of the samples and of one's own, beside the uploader and the camera."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from saliency.photo.reading import read_photo
from ui import faults
from ui.photo import words
from ui.session import OWN, Session
from ui.widgets import uploader
from ui.widgets.controls import note_press
from ui.widgets.gallery import Thumbnail, gallery, pressed
from ui.widgets.samples import Sample, thumbnail
from ui.words import UPLOAD_HELP

_ABOVE = "upload-above"  # begins the key of the field at the top of the page


def choose_photo(state: Session, samples: Mapping[str, Sample]) -> None:
    """Draws all of it, and what was wrong with the last file."""
    left, right = st.columns([2, 1], gap="medium")
    with left:
        if state.photo == OWN and state.own is not None:
            st.markdown(words.own_photo(state.own.name, state.own.notes))
        else:
            sample = samples[state.photo]
            st.markdown(words.sample(sample.title, sample.sentence, sample.credit))
        _thumbnails(state, samples)
    with right, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _upload(state, f"upload-{state.uploads}")
        _camera(state)
    if not state.upload_above:
        refused(state)


def own_photo_button(state: Session) -> None:
    """A button at the top of the page for a photo of one's own; the field behind it is drawn once opened."""
    box = st.popover(
        words.TRY_OWN,
        icon=":material/upload:",
        on_change="rerun",
        key=f"own-photo-{state.uploads}",  # so that it closes once a photo is there
    )
    if box.open:
        with box:
            _upload(state, f"{_ABOVE}-{state.uploads}", words.KINDS)


def refused(state: Session) -> None:
    """Why the last file could not be used, where it could not."""
    if state.upload_error:
        st.error(state.upload_error, icon=":material/error:")


def _upload(state: Session, key: str, label: str = words.UPLOAD) -> None:
    uploader.upload(
        label,
        key=key,
        help=UPLOAD_HELP,
        on_change=_take,
        args=(state, key),
        most=uploader.PHOTO_MEGABYTES,
    )


def _thumbnails(state: Session, samples: Mapping[str, Sample]) -> None:
    own = f"{OWN}-{state.uploads}"  # a key of its own for every upload, so that the picture is drawn anew
    pictures = [Thumbnail(sample.key, sample.title, sample.thumbnail) for sample in samples.values()]
    if state.own is not None:
        pictures.insert(0, Thumbnail(own, words.OWN_PHOTO, state.own_thumbnail))

    def press() -> None:
        key = pressed("gallery")
        note_press()
        if key and (key in samples or state.own is not None):
            state.choose_photo(key if key in samples else OWN)

    chosen = own if state.photo == OWN else state.photo
    gallery(words.SAMPLES, pictures, chosen, key="gallery", on_press=press)


def _camera(state: Session) -> None:
    """A camera that is only asked for once its box is opened."""
    box = st.popover(
        words.CAMERA, type="tertiary", icon=":material/photo_camera:", on_change="rerun", key="camera-open"
    )
    if box.open:
        key = f"camera-{state.uploads}"
        box.camera_input(words.CAMERA_LABEL, key=key, on_change=_take, args=(state, key))


def _take(state: Session, key: str) -> None:
    """Reads what was uploaded and empties the uploader; the photo before stays if this one is no good."""
    files = uploader.handed_over(key)
    if not files:
        return
    (file,) = files
    note_press()
    state.uploads += 1
    state.upload_above = key.startswith(_ABOVE)
    try:
        photo = read_photo(file.getvalue(), name=file.name)
        state.take_photo(photo, thumbnail(photo))
    except Exception as error:  # a photo must never end the page
        state.upload_error = faults.message(error)
    uploader.forget(files)
