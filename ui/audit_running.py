"""An audit that is not finished: how far it is, and what can be done with it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from saliency.audit import Job
from saliency.audit.job import DATABASE
from ui import audit_store, faults, wording
from ui import wording_audit as words
from ui.audit_office import OFFICE
from ui.audit_store import FAILED, RUNNING, Asked

_EVERY = 1.0  # seconds between two looks


def show(folder: Path) -> None:
    """Draws the audit, again every second while it is at work."""
    asked = audit_store.read(folder)
    running = asked is not None and asked.state == RUNNING
    st.fragment(_shown, run_every=_EVERY if running else None)(folder, running)


def counts(folder: Path) -> tuple[int, int]:
    """Photos finished and all, as they are on disk."""
    if not (folder / DATABASE).is_file():
        return 0, 0
    with Job(folder, alone=False) as job:
        return job.counts()


def forget(folder: Path) -> None:
    """Deletes an audit, and says so where that is not possible now."""
    with faults.shown():
        OFFICE.delete(folder)


def delete_button(folder: Path, asked: Asked, label: str, key: str) -> None:
    """A button that asks once more, and then deletes an audit with all its data."""
    with st.popover(label, icon=":material/delete:", type="tertiary"):
        st.markdown(words.DELETE_ASK.format(name=wording.plain(asked.name)))
        st.button(words.DELETE_YES, type="primary", key=key, on_click=forget, args=(folder,))


def _shown(folder: Path, running: bool) -> None:
    with faults.shown():
        asked = audit_store.read(folder)
        if asked is None or running != (asked.state == RUNNING):
            st.rerun()  # it is finished, paused elsewhere or deleted: the page looks otherwise then
        with st.container(border=True):
            if running:
                share, said = words.progress(OFFICE.work(folder))
                st.progress(min(1.0, share), text=said)
            elif asked.state == FAILED:
                st.error(words.STOPPED.format(problem=wording.plain(asked.problem)), icon=":material/error:")
            else:
                done, total = counts(folder)
                st.progress(done / max(1, total), text=words.PAUSED.format(done=done, total=total))
            with st.container(horizontal=True, vertical_alignment="center"):
                if running:
                    st.button(
                        words.PAUSE,
                        icon=":material/pause:",
                        key="audit-pause",
                        on_click=OFFICE.pause,
                        args=(folder,),
                    )
                else:
                    st.button(
                        words.GO_ON,
                        icon=":material/play_arrow:",
                        type="primary",
                        key="audit-go-on",
                        on_click=OFFICE.begin,
                        args=(folder,),
                    )
                delete_button(folder, asked, words.CANCEL, "audit-cancel")
        st.caption(words.LEAVE)
