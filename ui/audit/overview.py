"""The list of all audits with the form for a new one, and one audit that is open."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import models
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit import form, progress, store, words
from ui.audit.comparison import offer
from ui.audit.log import panel as log
from ui.audit.ownership import access, sharing
from ui.audit.ownership import words as ownership_words
from ui.audit.ownership.access import Entry
from ui.audit.results import panels
from ui.audit.results.results import results
from ui.audit.runner import runner
from ui.audit.store import DONE, OPEN
from ui.people.person import THIS_COMPUTER, Person, person
from ui.session import session

_DRAWN = "audit-drawn"  # the audit that the page showed last; empty for the list
_LINE = 640  # points: the room of what is said of an audit, beside its buttons


def go(name: str | None) -> None:
    """Opens an audit, or the list of all."""
    st.query_params.from_dict({OPEN: name} if name else {})


def frame(name: str) -> DeltaGenerator:
    """A container for an audit, or for the list of all; nothing of what was drawn before stays below it."""
    changed = st.session_state.get(_DRAWN) != name
    st.session_state[_DRAWN] = name
    return st.empty().container() if changed else st.container()


def overview() -> None:
    """The audits that are open to whoever is here, and the form for a new one."""
    visitor = person()
    choices = {choice.key: choice for choice in models.choices()}
    st.title(words.TITLE, anchor=False)
    st.markdown(words.INTRO)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"## {words.LIST}", anchors=False, width="content")
        sample = st.button(
            words.SAMPLE, icon=":material/science:", help=words.SAMPLE_HELP, key="audit-sample"
        )
    _lists(visitor)
    log.show(visitor)
    st.caption(ownership_words.rule(visitor))
    _strangers(visitor)
    st.markdown(f"## {words.NEW}", anchors=False)
    with faults.shown():
        begun = form.form(choices, visitor)
        if sample:
            fitting = (models.SHORTCUT, models.SHOWROOM, *choices)
            begun = form.begin_sample(next(key for key in fitting if key in choices), visitor)
        if begun is not None:
            go(begun)
            st.rerun()


def _lists(visitor: Person) -> None:
    """A person's own audits, those that others share with them, and all others for owners of the server."""
    entries, damaged = access.entries(visitor), access.damaged(visitor)
    mine = [entry for entry in entries if entry.access.belongs_to(visitor)]
    shared = [entry for entry in entries if entry not in mine and entry.access.invites(visitor)]
    others = [entry for entry in entries if entry not in mine and entry not in shared]
    if not mine and not damaged:
        st.info(words.NONE_YET, icon=":material/inventory_2:")
    for entry in mine:
        _card(entry, visitor)
    for folder in damaged:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container(gap="xxsmall"):
                st.markdown(f"**{wording.plain(folder.name)}**")
                st.caption(words.DAMAGED)
            progress.delete_button(folder, folder.name, words.DELETE, f"delete-{folder.name}")
    if shared:
        st.markdown(f"## {ownership_words.SHARED_WITH_YOU}", anchors=False)
    for entry in shared:
        _card(entry, visitor)
    if others:
        with st.expander(ownership_words.OTHERS.format(count=len(others)), icon=":material/groups:"):
            st.caption(ownership_words.OTHERS_HELP)
            for entry in others:
                _card(entry, visitor)


def _card(entry: Entry, visitor: Person) -> None:
    """An audit in a list; on a phone its buttons stand below."""
    folder, request = entry.folder, entry.request
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap="medium",
    ):
        with st.container(gap="xxsmall", width=_LINE):
            st.markdown(f"**{wording.plain(request.name)}**")
            done, total, problem = progress.standing(folder, request)
            line = problem or words.line(request, done, total, runner().work(folder))
            st.caption(" · ".join(filter(None, (line, *ownership_words.standing(entry.access, visitor)))))
        with st.container(horizontal=True, vertical_alignment="center", gap="medium", width="content"):
            st.button(words.OPEN, key=f"open-{folder.name}", on_click=go, args=(folder.name,))
            if entry.access.may_change(visitor):
                progress.delete_button(folder, request.name, words.DELETE, f"delete-{folder.name}")


def _strangers(visitor: Person) -> None:
    """What is in the folder of audits and is none."""
    strangers = access.strangers(visitor)
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
    visitor = person()
    entry = access.entry(name, visitor)
    if entry:
        st.set_page_config(page_title=wording.page_title(entry.request.name))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        title = wording.plain(entry.request.name) if entry else words.TITLE
        st.title(title, anchor=False, width="stretch")
        if entry:
            sharing.box(entry, visitor, _address(name))
        st.button(words.BACK, icon=":material/arrow_back:", key="audit-back", on_click=go, args=(None,))
    if entry is None:
        broken = next((folder for folder in access.damaged(visitor) if folder.name == name), None)
        gone = words.GONE if visitor.key == THIS_COMPUTER else access.REFUSED
        st.warning(words.DAMAGED if broken else gone, icon=":material/link_off:")
        if broken:
            progress.delete_button(broken, name, words.DELETE, "delete-open")
        elif visitor.address:
            st.caption(ownership_words.AS.format(address=wording.plain(visitor.address)))
        return
    folder, request = entry.folder, entry.request
    _about(entry, visitor)
    if request.state != DONE:  # a finished one has the model's own warning, which says the same
        if request.rendered and request.model == models.SHORTCUT:
            st.info(words.PRACTICE, icon=":material/science:")
        progress.show(folder)
        return
    offer.older_button(entry, visitor)
    with faults.shown():
        try:
            found = results(folder)
        except SaliencyError as error:
            st.error(faults.sentence(store.told(error, request)), icon=":material/error:")
            if entry.access.may_change(visitor):
                progress.again_button(folder)
            panels.files_to_take(folder, request)
        else:
            panels.show(found, request, session())
            offer.show(entry, visitor, {photo.row.label for photo in found.photos if photo.row.label})
    if entry.access.may_change(visitor):
        progress.delete_button(folder, request.name, words.DELETE, "delete-open")


def _about(entry: Entry, visitor: Person) -> None:
    """How far an audit is, whose it is, and what was asked."""
    folder, request = entry.folder, entry.request
    choice = next((choice for choice in models.choices() if choice.key == request.model), None)
    with st.container(gap="xxsmall"):
        counts = progress.counts(folder) if request.state == DONE else (0, 0)  # else the bar below tells
        whose = ownership_words.standing(entry.access, visitor)
        st.caption(" · ".join((words.line(request, *counts), *whose)))
        st.caption(
            words.question(request, wording.model_name(choice) if choice else wording.plain(request.model))
        )


def _address(name: str) -> str:
    """The address of an audit, as the browser has it."""
    return f"{(st.context.url or '').partition('?')[0]}?{urlencode({OPEN: name})}"
