"""An audit that is not finished: how far it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from saliency.audit import Job
from saliency.audit.inputs.files import FileError
from saliency.audit.job_files import DATABASE
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit import store as audit_store
from ui.audit import words
from ui.audit.ownership import access, limits
from ui.audit.results import results
from ui.audit.runner import runner
from ui.audit.store import AGAINST, DONE, FAILED, RUNNING, AuditRequest
from ui.audit.works import Work
from ui.people.person import person

_EVERY = 1.0  # seconds between two looks


def show(folder: Path) -> None:
    """Draws the audit, again every second while it is at work."""
    request = audit_store.read(folder)
    running = request is not None and request.state == RUNNING
    st.fragment(_draw, run_every=_EVERY if running else None)(folder, running)


def counts(folder: Path) -> tuple[int, int]:
    """Photos finished and all, as they are on disk; 0 of 0 where that cannot be told."""
    return standing(folder, None)[:2]


def standing(folder: Path, request: AuditRequest | None) -> tuple[int, int, str]:
    """Photos finished and all, as they are on disk, and what is wrong with them; empty if nothing is."""
    if not (folder / DATABASE).is_file():
        return 0, 0, ""
    try:
        with Job(folder, alone=False) as job:
            return *job.counts(), ""
    except SaliencyError as error:
        return 0, 0, faults.sentence(audit_store.told(error, request))


def forget(folder: Path) -> None:
    """Deletes an audit, and says so where that is not possible now."""
    with faults.shown(), naming(folder):
        access.check_change(folder)
        runner().delete(folder)
        results.forget()
        st.query_params.clear()
        st.toast(words.DELETED, icon=":material/delete:")


def clean(path: Path) -> None:
    """Deletes what is in the folder of audits and is none, and says so where that is not possible."""
    with faults.shown(), naming(path):
        if path not in access.strangers(person()):
            raise SaliencyError(access.REFUSED)
        audit_store.clean(path)
        st.toast(words.CLEANED, icon=":material/delete:")


def again_button(folder: Path) -> None:
    """A button that writes the results of a finished audit once more."""
    _button(words.AGAIN, "refresh", _begin, folder, key="audit-again")


def delete_button(folder: Path, name: str, label: str, key: str) -> None:
    """A button that asks once more, and then deletes an audit with all its data."""
    with st.popover(label, icon=":material/delete:", type="tertiary"):
        st.markdown(words.DELETE_ASK.format(name=wording.plain(name)))
        st.button(words.DELETE_YES, type="primary", key=key, on_click=forget, args=(folder,))


def clean_button(path: Path) -> None:
    """The same for what is in the folder of audits and is none."""
    with st.popover(words.DELETE, icon=":material/delete:", type="tertiary"):
        st.markdown(words.CLEAN_ASK.format(name=wording.plain(path.name)))
        st.button(words.DELETE_YES, type="primary", key=f"clean-{path.name}", on_click=clean, args=(path,))


@contextmanager
def naming(folder: Path) -> Iterator[None]:
    """Errors of the block name the audit, and not the server's path to it."""
    try:
        yield
    except FileError as error:
        raise audit_store.told(error, audit_store.read(folder)) from error


def _draw(folder: Path, running: bool) -> None:
    with faults.shown():
        request, owned = audit_store.read(folder), access.read(folder)
        if request and running and request.state == DONE and request.against:
            st.query_params[AGAINST] = request.against  # whoever waited wants to see what differs
        if request is None or running != (request.state == RUNNING) or not owned.may_open(person()):
            st.rerun()  # finished, paused elsewhere, deleted or taken back: the page looks otherwise then
        work = runner().work(folder)
        with st.container(border=True):
            _progress(folder, request, work)
            if owned.may_change(person()):
                _buttons(folder, request, running and work is not None)
        if work is not None and running:
            st.caption(words.LEAVE)


def _buttons(folder: Path, request: AuditRequest, at_work: bool) -> None:
    """What its owner can do with it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if at_work:
            _button(words.PAUSE, "pause", runner().pause, folder, key="audit-pause")
        else:
            _button(words.GO_ON, "play_arrow", _begin, folder, key="audit-go-on", type="primary")
        delete_button(folder, request.name, words.CANCEL, "audit-cancel")


def _begin(folder: Path) -> None:
    """Goes on with an audit.

    Raises:
        SaliencyError: As many of its owner's are under way as may be, or nothing can be written.
    """
    with limits.going_on(folder, person()):
        runner().begin(folder)


def _progress(folder: Path, request: AuditRequest, work: Work | None) -> None:
    """How far it is, or why it is no further."""
    problem = request.problem if request.state == FAILED else ""
    if request.state == RUNNING and work is None:
        problem = runner().problem(folder)
    if problem:
        st.error(words.STOPPED.format(problem=wording.plain(problem)), icon=":material/error:")
    elif request.state == RUNNING and work is not None:
        share, text = words.progress(work)
        st.progress(min(1.0, share), text=text)
    else:
        done, total, problem = standing(folder, request)
        if problem:
            st.error(problem, icon=":material/error:")
            return
        nobody = words.NOBODY.format(done=done, total=total)
        text = nobody if request.state == RUNNING else words.paused(done, total)
        st.progress(done / max(1, total), text=text)


def _button(label: str, icon: str, action: Callable[[Path], None], folder: Path, **settings: Any) -> None:
    """A button that does something with an audit, and says so where that is not possible now."""

    def act() -> None:
        with faults.shown(), naming(folder):
            access.check_change(folder)
            action(folder)

    st.button(label, icon=f":material/{icon}:", on_click=act, **settings)
