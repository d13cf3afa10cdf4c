"""Adding a model of one's own, step by step: files, names of its classes, photos with answers, a name."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.sources.adding import UNCHECKED
from models.sources.draft import Draft
from saliency.errors import SaliencyError
from saliency.photo.reading import Photo
from ui import faults
from ui.models import addition as additions
from ui.models import numbers, photos, words
from ui.models.addition import Addition
from ui.people.person import may_add_models, person
from ui.server.reach import others_add_models
from ui.session import Session
from ui.widgets import uploader
from ui.widgets.announcement import announced
from ui.widgets.controls import details_table
from ui.widgets.places import Place
from ui.widgets.samples import samples
from ui.words import plain
from ui.work.slow_work import Task, answer

_KEY, _UPLOADS, _ERROR, _ADDED = "models-addition", "models-uploads", "models-error", "models-added"
_BAD = ":material/error:"
_LIST_MEGABYTES = 16
_SIDES = (28, 1024)  # pixels


def adding(state: Session) -> None:
    """Draws how far the tab is with adding a model, or who can add one."""
    if not may_add_models():
        st.info(
            words.not_allowed(off=others_add_models() is False, signed_in=person().signed_in),
            icon=":material/lock:",
        )
        return
    current: Addition | None = st.session_state.get(_KEY)
    _said_added()
    if current is not None and not current.close.alive:
        st.info(words.TIMED_OUT, icon=":material/hourglass_disabled:")
        current = None
        del st.session_state[_KEY]
    with st.container(border=True):
        if current is None:
            _ask_for_files(state)
            return
        with faults.shown():
            _steps(state, current)


def _steps(state: Session, current: Addition) -> None:
    """All steps up to the one that is to be taken."""
    current.touch()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"### {words.FILES_STEP}", anchors=False, width="content")
        st.button(words.START_OVER, icon=":material/close:", key="model-start-over", on_click=_drop)
    st.markdown(", ".join(f"**{plain(name)}**" for name in current.names))
    place = Place(st.container())
    draft = answer(state, current.drafts, _look(current), place, wait=True)
    if draft is None:
        return
    with place.container():
        _recognised(draft)
    if draft.problems and not draft.field:
        return
    if draft.field == "size" or current.side:
        _ask_for_side(state, current, draft)
    if numbers.needed(current, draft):
        numbers.ask(current, draft, partial(_look_again, state, current))
    elif draft.finished and numbers.open_question(draft):
        with st.expander(words.NUMBERS_CHANGE):
            numbers.ask(current, draft, partial(_look_again, state, current))
    if draft.field == "labels" or current.labels:
        st.markdown(f"### {words.LABELS_STEP}", anchors=False)
        _ask_for_labels(state, current, draft)
    elif draft.finished:
        current.own_labels = draft.labels
        with st.expander(words.LABELS_CHANGE):
            _ask_for_labels(state, current, draft)
    if not draft.finished:
        return
    _first_answer(draft)
    step = 3 if current.labels else 2
    proved: tuple[Draft, additions.Answered] = (draft, None)
    if draft.outputs != "score":  # of a number, nobody can say that it is right
        st.markdown(f"### {words.PHOTOS_STEP.format(step=step)}", anchors=False)
        proved, step = photos.proved(state, current, draft, _sample()), step + 1
    st.markdown(f"### {words.NAME_STEP.format(step=step)}", anchors=False)
    _ask_for_name(state, current, proved)


def _look_again(state: Session, current: Addition) -> None:
    state.start((_look(current).key,))


def _look(current: Addition) -> Task[Draft]:
    return current.task(None, _sample())


def _sample() -> Photo:
    return next(iter(samples().values())).photo


def _ask_for_files(state: Session) -> None:
    st.markdown(words.ADD_INTRO)
    st.markdown(words.ADD_KINDS)
    count = st.session_state.get(_UPLOADS, 0)
    key = f"model-files-{count}"
    files = uploader.upload(
        words.FILES,
        key=key,
        most=uploader.megabytes(),
        accept_multiple_files=True,
        help=words.FILES_HELP.format(megabytes=uploader.megabytes()),
    )
    space = st.empty()
    if error := st.session_state.pop(_ERROR, ""):
        space.error(plain(error), icon=_BAD)
    if files:
        _begin(state, files, count)


def _begin(state: Session, files: list[uploader.Upload], count: int) -> None:
    """Takes what was handed over, once it has all arrived, and looks into it."""
    st.session_state[_UPLOADS] = count + 1
    try:
        if may_add_models():
            current = additions.begin(files)
            st.session_state[_KEY] = current
            state.start((_look(current).key,))
    except SaliencyError as error:
        st.session_state[_ERROR] = error.message
    uploader.forget(files)
    st.rerun()


def _recognised(draft: Draft) -> None:
    """What a model was recognised as, or why it cannot be used."""
    if rows := words.recognised(draft):
        st.markdown(f"#### {words.RECOGNISED}", anchors=False)
        details_table(rows)
        for note in draft.notes:
            if note != UNCHECKED:  # said where it can be mended
                st.markdown(f":material/info: {plain(note)}")
    if draft.problems and not draft.field:
        _problems(draft)


def _drop() -> None:
    """Forgets the model that is being added, and deletes its files."""
    current: Addition | None = st.session_state.pop(_KEY, None)
    if current is not None:
        current.close()
    st.toast(words.LEFT, icon=":material/delete:")


def _problems(draft: Draft) -> None:
    for problem in draft.problems:
        st.error(plain(problem), icon=_BAD)


def _ask_for_side(state: Session, current: Addition, draft: Draft) -> None:
    """The size of the model's pictures, where its files do not say it rightly."""

    def take() -> None:
        current.side = int(st.session_state["model-side"])
        _look_again(state, current)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        low, high = _SIDES
        st.number_input(words.SIZE_LABEL, low, high, current.side or 224, key="model-side", width=240)
        st.button(words.SIZE_USE, key="model-side-use", on_click=take)
    if draft.field == "size":
        _problems(draft)


def _ask_for_labels(state: Session, current: Addition, draft: Draft) -> None:
    """The names of the classes, typed or in a file."""

    def take(text: str) -> None:
        before = current.labels
        current.name_classes(text)
        if not current.error and current.labels != before:
            st.session_state["model-labels"] = "\n".join(current.labels or current.own_labels)
            _look_again(state, current)

    def take_file() -> None:
        files = uploader.handed_over("model-labels-file")
        try:
            if files:
                take(additions.names_in(files[0]))
        except SaliencyError as error:
            current.error = error.message

    if draft.field == "labels" and not current.labels:
        several = words.LABELS_NEEDED.format(count=f"{draft.classes:,}")
        st.markdown(several if draft.classes > 1 else words.LABELS_ONE)
    left, right = st.columns(2, gap="medium")
    with left:
        st.session_state.setdefault("model-labels", "\n".join(current.labels or draft.labels))
        st.text_area(words.LABELS, height=140, key="model-labels", max_chars=1_000_000)
        st.button(
            words.LABELS_USE, key="model-labels-use", on_click=lambda: take(st.session_state["model-labels"])
        )
        if current.labels and current.own_labels:
            own = "\n".join(current.own_labels)
            st.button(words.LABELS_BACK, key="model-labels-back", on_click=lambda: take(own))
    with right:
        uploader.upload(
            words.LABELS_FILE,
            key="model-labels-file",
            most=_LIST_MEGABYTES,
            type=["txt", "csv"],
            on_change=take_file,
        )
    if current.error:
        st.error(plain(current.error), icon=_BAD)
    elif draft.field == "labels" and current.labels:
        _problems(draft)


def _first_answer(draft: Draft) -> None:
    """What the model says to a sample photo."""
    sample = next(iter(samples().values()))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.image(sample.thumbnail, width=84, alt=words.ANSWERS_ALT.format(title=sample.title))
        with st.container(gap="xxsmall"):
            st.markdown(words.answers(draft))
            st.markdown(words.ANSWERS_MEAN)
    announced(words.answers(draft), key="first-answer")


def _ask_for_name(state: Session, current: Addition, proved: tuple[Draft, additions.Answered]) -> None:
    """The name, and the button that ends it."""
    draft, answered = proved
    if not draft.trials:
        text = words.STATED if draft.stated else words.NOT_PROVED
        text = words.NOT_TRIED if current.photos or current.archive else text
        icon = ":material/info:" if draft.stated else ":material/warning:"
        (st.info if draft.stated else st.warning)(text, icon=icon)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.text_input(
            words.NAME, current.stem, max_chars=80, help=words.NAME_HELP, key="model-name", width=360
        )
        st.button(
            words.ADD_YES,
            type="primary",
            icon=":material/add:",
            key="model-add",
            on_click=partial(_keep, state, current, answered),
        )
    if current.error:
        st.error(plain(current.error), icon=_BAD)


def _keep(state: Session, current: Addition, answered: additions.Answered) -> None:
    """Makes a model of it, and chooses that on every page."""
    if not may_add_models():
        return
    name = st.session_state["model-name"]
    try:
        key = current.keep(name, answered)
    except SaliencyError as error:
        current.error = error.message
        return
    state.choose_model(key)
    st.session_state.pop(_KEY, None)
    st.session_state[_ADDED] = (key, name)


def _said_added() -> None:
    """That a model was added, and where to go on with it; until something else is done."""
    if (added := st.session_state.pop(_ADDED, None)) is None:
        return
    key, name = added
    text = words.ADDED.format(name=plain(name))
    with st.container(border=True):
        st.success(text, icon=":material/check_circle:")
        announced(text, key="added")
        with st.container(horizontal=True, gap="medium"):
            for page, label in words.USE.items():
                link = {"model": key} if page == "explain" else None
                st.page_link(
                    f"pages/{page}.py", label=label, icon=":material/arrow_forward:", query_params=link
                )
