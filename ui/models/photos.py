"""The step that proves how photos must be prepared: photos, their right answers, and what that shows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from models.sources.draft import Draft
from models.sources.preparation import MOST_PHOTOS, Trial
from saliency.photo.reading import SUFFIXES, Photo
from ui.models import words
from ui.models.addition import Addition, Answered
from ui.session import Session
from ui.widgets import uploader
from ui.widgets.announcement import announced
from ui.widgets.places import Place
from ui.words import listed, plain
from ui.work.slow_work import answer

_NARROWEST = 220  # pixels of a photo with its question
_FIRST = 5  # ways that are shown at once
_BAD = ":material/error:"


def proved(state: Session, current: Addition, draft: Draft, sample: Photo) -> tuple[Draft, Answered]:
    """Draws the step; the draft to keep, with the photos that proved it, or the one before without any."""
    st.markdown(words.PHOTOS_INTRO)
    _ask_for_photos(current, draft)
    answered = current.answered()
    if current.archive is not None:
        count, folders = current.archived
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(words.IN_FOLDERS.format(photos=count, folders=folders), width="content")
            _forget_button(current)
    elif current.photos:
        _ask_for_answers(current, draft)
        if answered is None:
            missing = len(current.photos) - len(current.answers)
            st.markdown(words.ANSWERS_MISSING.format(count=missing))
    if answered is None:
        return draft, None
    place = Place(st.container())
    found = answer(state, current.drafts, current.task(answered, sample), place, wait=True)
    if found is None:
        return draft, None
    with place.container():
        if found.finished:
            _show_trials(found)
            return found, answered
        for problem in found.problems:
            st.error(plain(problem), icon=_BAD)
    return draft, None


def _ask_for_photos(current: Addition, draft: Draft) -> None:
    key = f"model-photos-{current.uploads}"

    def take() -> None:
        files = uploader.handed_over(key)
        if files:
            current.take_photos(files, draft.labels)
            uploader.forget(files)

    uploader.upload(
        words.PHOTOS,
        key=key,
        most=uploader.megabytes(),
        accept_multiple_files=True,
        type=[*(suffix.removeprefix(".") for suffix in sorted(SUFFIXES)), "zip"],
        help=words.PHOTOS_HELP.format(most=MOST_PHOTOS),
        on_change=take,
    )
    for problem in current.photo_errors:
        st.error(plain(problem), icon=_BAD)


def _ask_for_answers(current: Addition, draft: Draft) -> None:
    """Each photo with the list of classes."""

    def take(number: int, key: str) -> None:
        chosen = st.session_state[key]
        current.answers.pop(number, None)
        if chosen is not None:
            current.answers[number] = chosen

    with st.grid(6, min_column_width=_NARROWEST, gap="medium") as grid:
        for number, photo in enumerate(current.photos):
            key = f"model-answer-{current.uploads}-{number}"
            with grid.cell(), st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.image(photo.thumbnail, width=72, alt=words.PHOTO_ALT.format(name=photo.name))
                st.selectbox(
                    words.SHOWS.format(name=listed(plain(photo.name))),
                    range(len(draft.labels)),
                    index=current.answers.get(number),
                    format_func=lambda index: listed(plain(draft.labels[index])),
                    placeholder=words.CHOOSE,
                    key=key,
                    on_change=partial(take, number, key),
                )
    _forget_button(current)


def _forget_button(current: Addition) -> None:
    st.button(words.FORGET_PHOTOS, key="model-photos-forget", type="tertiary", on_click=current.forget_photos)


def _show_trials(found: Draft) -> None:
    """What came out: a sentence, and the ways with how many are right with each."""
    sentence = words.told_apart(found.trials, found.photos)
    st.markdown(sentence)
    announced(sentence, key="trials")
    _table(found, found.trials[:_FIRST])
    if len(found.trials) > _FIRST:
        box = st.expander(words.ALL_WAYS.format(count=len(found.trials)), on_change="rerun", key="all-ways")
        if box.open:
            with box:
                _table(found, found.trials)


def _table(found: Draft, trials: Sequence[Trial]) -> None:
    rows = words.table(trials, found.photos)
    st.table(rows, border="horizontal", hide_index=True, width="content", alt=words.WAYS_ALT)
