"""The list of all audits with the form for a new one, and one audit that is open."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import models
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit import form, progress, store, words
from ui.audit.progress import OPEN
from ui.audit.results import panels
from ui.audit.results.results import results
from ui.audit.runner import runner
from ui.audit.store import DONE
from ui.session import session

_DRAWN = "audit-drawn"  # the audit that the page showed last; empty for the list


def go(name: str | None) -> None:
    """Opens an audit, or the list of all."""
    st.query_params.from_dict({OPEN: name} if name else {})


def frame(name: str) -> DeltaGenerator:
    """A container for an audit, or for the list of all; nothing of what was drawn before stays below it."""
    changed = st.session_state.get(_DRAWN) != name
    st.session_state[_DRAWN] = name
    return st.empty().container() if changed else st.container()


def overview() -> None:
    """All audits, and the form for a new one."""
    choices = {choice.key: choice for choice in models.choices()}
    st.title(words.TITLE, anchor=False)
    st.markdown(words.INTRO)
    audits = store.listed()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"## {words.LIST}", anchors=False, width="content")
        sample = st.button(
            words.SAMPLE, icon=":material/science:", help=words.SAMPLE_HELP, key="audit-sample"
        )
    damaged = store.damaged()
    if not audits and not damaged:
        st.info(words.NONE_YET, icon=":material/inventory_2:")
    for folder, request in audits:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container(gap="xxsmall"):
                st.markdown(f"**{wording.plain(request.name)}**")
                done, total, problem = progress.standing(folder, request)
                st.caption(problem or words.line(request, done, total, runner().work(folder)))
            st.button(words.OPEN, key=f"open-{folder.name}", on_click=go, args=(folder.name,))
            progress.delete_button(folder, request.name, words.DELETE, f"delete-{folder.name}")
    for folder in damaged:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container(gap="xxsmall"):
                st.markdown(f"**{wording.plain(folder.name)}**")
                st.caption(words.DAMAGED)
            progress.delete_button(folder, folder.name, words.DELETE, f"delete-{folder.name}")
    st.caption(words.SHARED)
    _strangers()
    st.markdown(f"## {words.NEW}", anchors=False)
    with faults.shown():
        begun = form.form(choices)
        if sample:
            fitting = (models.SHORTCUT, models.SHOWROOM, *choices)
            begun = form.begin_sample(next(key for key in fitting if key in choices))
        if begun is not None:
            go(begun)
            st.rerun()


def _strangers() -> None:
    """What is in the folder of audits and is none."""
    strangers = store.strangers()
    if not strangers:
        return
    with st.expander(words.STRANGERS.format(count=len(strangers)), icon=":material/folder_off:"):
        st.caption(words.STRANGERS_HELP)
        for path in strangers:
            with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
                st.markdown(wording.plain(path.name), width="content")
                progress.clean_button(path)


def details(name: str) -> None:
    """One audit: at work, or what it found."""
    choices = {choice.key: choice for choice in models.choices()}
    folder, request = next((pair for pair in store.listed() if pair[0].name == name), (None, None))
    if request:
        st.set_page_config(page_title=wording.page_title(request.name))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(wording.plain(request.name) if request else words.TITLE, anchor=False, width="stretch")
        st.button(words.BACK, icon=":material/arrow_back:", key="audit-back", on_click=go, args=(None,))
    if folder is None or request is None:
        broken = next((folder for folder in store.damaged() if folder.name == name), None)
        st.warning(words.DAMAGED if broken else words.GONE, icon=":material/link_off:")
        if broken:
            progress.delete_button(broken, name, words.DELETE, "delete-open")
        return
    choice = choices.get(request.model)
    with st.container(gap="xxsmall"):
        counts = progress.counts(folder) if request.state == DONE else (0, 0)  # else the bar below tells
        st.caption(words.line(request, *counts))
        st.caption(
            words.question(request, wording.model_name(choice) if choice else wording.plain(request.model))
        )
    if request.state != DONE:  # a finished one has the model's own warning, which says the same
        if request.rendered and request.model == models.SHORTCUT:
            st.info(words.PRACTICE, icon=":material/science:")
        progress.show(folder)
        return
    with faults.shown():
        try:
            found = results(folder)
        except SaliencyError as error:
            st.error(faults.sentence(store.told(error, request)), icon=":material/error:")
            progress.again_button(folder)
            panels.files_to_take(folder, request)
        else:
            panels.show(found, request, session())
    progress.delete_button(folder, request.name, words.DELETE, "delete-open")
