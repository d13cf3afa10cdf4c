"""The rehearsed model kept as one of one's own: its name is asked for, by those who may add models."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import models
from models.rehearsed import keep_rehearsed
from models.sources.description import LONGEST_NAME
from saliency.audit.job import Job
from saliency.audit.remedy.record import Rehearsal
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit.ownership import access
from ui.audit.remedy import words
from ui.audit.store import AuditRequest
from ui.people.person import may_add_models, person
from ui.work import loading

_NAME = "rehearsal-keep-name"


def kept_as(rehearsal: Rehearsal) -> str:
    """What it is kept as, if that is still there; else empty."""
    return next((choice.name for choice in models.choices() if choice.key == rehearsal.kept_as), "")


def box(folder: Path, audit: AuditRequest, rehearsal: Rehearsal) -> None:
    """A box that asks for its name; nothing where it is kept already, or for who may not add models."""
    if not kept_as(rehearsal) and may_add_models() and access.read(folder).may_change(person()):
        with st.popover(words.KEEP, icon=":material/save:"):
            st.markdown(words.KEEP_HELP)
            st.text_input(
                words.KEEP_NAME,
                value=f"{rehearsal.model[: LONGEST_NAME - 20]}, rehearsed",
                max_chars=LONGEST_NAME,
                key=_NAME,
            )
            st.button(
                words.KEEP_DO, type="primary", key="rehearsal-keep", on_click=_keep, args=(folder, audit)
            )


def _keep(folder: Path, audit: AuditRequest) -> None:
    with faults.shown():
        access.check_change(folder)
        if not may_add_models():
            raise SaliencyError(access.REFUSED)
        name = st.session_state.get(_NAME, "")
        with Job(folder, alone=False) as job:
            keep_rehearsed(job, loading.classifier(audit.model), audit.model, name)
        st.toast(words.KEPT.format(name=wording.plain(name)), icon=":material/save:")
