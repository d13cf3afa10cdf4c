"""The audit page: the same questions over a whole set of photos."""

from __future__ import annotations

import streamlit as st

import models
from ui import faults
from ui import words as wording
from ui.audit import form as audit_new
from ui.audit import progress as audit_running
from ui.audit import store as audit_store
from ui.audit import words
from ui.audit.progress import OPEN
from ui.audit.results import panels as audit_findings
from ui.audit.results import results as audit_entries
from ui.audit.store import DONE
from ui.session import session

state = session()
state.link = {}  # a link from here to the Explain page is new to it
choices = {choice.key: choice for choice in models.choices()}


def go(name: str | None) -> None:
    """Opens an audit, or the list of all."""
    st.session_state[OPEN] = name or ""
    st.query_params.from_dict({OPEN: name} if name else {})


def overview() -> None:
    """All audits, and the form for a new one."""
    st.title(words.TITLE, anchor=False)
    st.markdown(words.INTRO)
    known = audit_store.listed()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"### {words.LIST}", anchors=False, width="content")
        sample = st.button(
            words.SAMPLE, icon=":material/science:", help=words.SAMPLE_HELP, key="audit-sample"
        )
    if not known:
        st.info(words.NONE_YET, icon=":material/inventory_2:")
    for folder, asked in known:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container(gap="xxsmall"):
                st.markdown(f"**{wording.plain(asked.name)}**")
                st.caption(words.line(asked, *audit_running.counts(folder)))
            st.button(words.OPEN, key=f"open-{folder.name}", on_click=go, args=(folder.name,))
            audit_running.delete_button(folder, asked, words.DELETE, f"delete-{folder.name}")
    st.caption(words.SHARED)
    st.markdown(f"### {words.NEW}", anchors=False)
    with faults.shown():
        begun = audit_new.form(choices)
        if sample:
            first = next(iter(choices))
            begun = audit_new.begin_sample(models.SHORTCUT if models.SHORTCUT in choices else first)
        if begun is not None:
            go(begun)
            st.rerun()


def one(name: str) -> None:
    """One audit: at work, or what it found."""
    folder, asked = next(((f, a) for f, a in audit_store.listed() if f.name == name), (None, None))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(wording.plain(asked.name) if asked else words.TITLE, anchor=False, width="stretch")
        st.button(words.BACK, icon=":material/arrow_back:", key="audit-back", on_click=go, args=(None,))
    if folder is None or asked is None:
        st.warning(words.GONE, icon=":material/link_off:")
        return
    chosen = choices.get(asked.model)
    with st.container(gap="xxsmall"):
        st.caption(words.line(asked, *audit_running.counts(folder)))
        st.caption(
            words.question(asked, wording.model_name(chosen) if chosen else wording.plain(asked.model))
        )
    if asked.rendered and asked.model == models.SHORTCUT:
        st.info(words.PRACTICE, icon=":material/science:")
    if asked.state != DONE:
        audit_running.show(folder)
        return
    with faults.shown():
        audit_findings.show(audit_entries.results(folder), asked, state)
        audit_running.delete_button(folder, asked, words.DELETE, "delete-open")


wanted = st.query_params.get(OPEN) or st.session_state.get(OPEN, "")
if wanted:
    go(wanted)
    one(wanted)
else:
    overview()
