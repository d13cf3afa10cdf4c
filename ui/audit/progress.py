"""An audit that is not finished: how far it is, and what can be done with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from saliency.audit import Job
from saliency.audit.job import DATABASE
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit import store as audit_store
from ui.audit import words
from ui.audit.results import gallery, results
from ui.audit.runner import Work, runner
from ui.audit.store import FAILED, RUNNING, AuditRequest

OPEN = "audit"  # in the address, and under which the tab remembers the audit that is open
_EVERY = 1.0  # seconds between two looks


def show(folder: Path) -> None:
    """Draws the audit, again every second while it is at work."""
    request = audit_store.read(folder)
    running = request is not None and request.state == RUNNING
    st.fragment(_draw, run_every=_EVERY if running else None)(folder, running)


def counts(folder: Path) -> tuple[int, int]:
    """Photos finished and all, as they are on disk."""
    if not (folder / DATABASE).is_file():
        return 0, 0
    try:
        with Job(folder, alone=False) as job:
            return job.counts()
    except (SaliencyError, sqlite3.Error):
        return 0, 0


def forget(folder: Path) -> None:
    """Deletes an audit, and says so where that is not possible now."""
    with faults.shown():
        runner().delete(folder)
        results.forget()
        gallery.small.clear()
        st.session_state[OPEN] = ""
        st.query_params.clear()
        st.toast(words.DELETED, icon=":material/delete:")


def delete_button(folder: Path, request: AuditRequest, label: str, key: str) -> None:
    """A button that asks once more, and then deletes an audit with all its data."""
    with st.popover(label, icon=":material/delete:", type="tertiary"):
        st.markdown(words.DELETE_ASK.format(name=wording.plain(request.name)))
        st.button(words.DELETE_YES, type="primary", key=key, on_click=forget, args=(folder,))


def _draw(folder: Path, running: bool) -> None:
    with faults.shown():
        request = audit_store.read(folder)
        if request is None or running != (request.state == RUNNING):
            st.rerun()  # it is finished, paused elsewhere or deleted: the page looks otherwise then
        work = runner().work(folder)
        with st.container(border=True):
            _progress(folder, request, work)
            with st.container(horizontal=True, vertical_alignment="center"):
                if work is not None and running:
                    _button(words.PAUSE, "pause", runner().pause, folder, key="audit-pause")
                else:
                    _button(
                        words.GO_ON, "play_arrow", runner().begin, folder, key="audit-go-on", type="primary"
                    )
                delete_button(folder, request, words.CANCEL, "audit-cancel")
        if work is not None and running:
            st.caption(words.LEAVE)


def _progress(folder: Path, request: AuditRequest, work: Work | None) -> None:
    """How far it is, or why it is no further."""
    if request.state == FAILED:
        st.error(words.STOPPED.format(problem=wording.plain(request.problem)), icon=":material/error:")
    elif request.state == RUNNING and work is not None:
        share, text = words.progress(work)
        st.progress(min(1.0, share), text=text)
    else:
        done, total = counts(folder)
        text = words.NOBODY if request.state == RUNNING else words.PAUSED
        st.progress(done / max(1, total), text=text.format(done=done, total=total))


def _button(label: str, icon: str, action: Callable[[Path], None], folder: Path, **settings: Any) -> None:
    """A button that does something with an audit, and says so where that is not possible now."""

    def act() -> None:
        with faults.shown():
            action(folder)

    st.button(label, icon=f":material/{icon}:", on_click=act, **settings)
