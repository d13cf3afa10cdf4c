"""What a person says that a finding is: a row of choices below each, kept with the audit as it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.judgements import LONGEST_NAME, LONGEST_NOTE, entry_of, keep, now, read
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.judgement_words import judged_sentence, judgements, role_name, roles
from saliency.audit.reports.verdict import audit_verdict
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole
from ui import faults
from ui.audit import store
from ui.audit.ownership import access
from ui.audit.results import words
from ui.audit.results.results import Results
from ui.people.person import person
from ui.widgets.announcement import announced
from ui.widgets.controls import bound
from ui.words import plain

_NAME = "audit-judge"  # how people call themselves who are not signed in; kept as long as the tab
_FIELD = 200  # points


def summary(results: Results) -> None:
    """How many findings are still to be judged, and what could not be read of what people said."""
    if results.unread:
        st.warning(plain(results.unread), icon=":material/error_outline:")
    sentence = judgements(results.record)
    if sentence:
        st.markdown(f":material/how_to_reg: {plain(sentence)}")
    if any(finding.judgement for finding in results.record.findings):
        announced(f"{named(audit_verdict(results.record).sentence)}. {sentence}", key="judgements")


def allowed(results: Results) -> bool:
    """Whether whoever is here may judge."""
    return access.read(results.folder).may_judge(person())


def row(results: Results, finding: AuditFinding, may_judge: bool) -> None:
    """What was said of a finding, by whom and when; and for who may, the choices to say it with."""
    if said := judged_sentence(finding):
        st.caption(plain(said))
    if not may_judge:
        return
    label = words.ROLE if finding.kind in ("place", "thing") else words.ROLE_OF_PROPERTY
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{label}**", width="content")
        st.segmented_control(
            f"{label} {words.title(finding, results.record.settings.question)}",
            list(dict.fromkeys((*roles(finding), *filter(None, [finding.role])))),
            format_func=partial(role_name, finding),
            label_visibility="collapsed",
            wrap=True,
            **bound(_key("role", finding), finding.role, partial(_take_role, results.folder, finding)),
        )
    if finding.judgement is not None:
        _fields(results.folder, finding, finding.judgement)


def _fields(folder: Path, finding: AuditFinding, said: Judgement) -> None:
    """What else can be said of a finding, once it is judged."""
    say = partial(_add, folder, finding)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _field("name", words.NAME, finding, said.name, lambda text: say(name=text))
        _field("note", words.NOTE, finding, said.note, lambda text: say(note=text))
        if not person().signed_in:

            def take(text: str) -> None:
                st.session_state[_NAME] = text
                say()

            _field("by", words.BY, finding, st.session_state.get(_NAME, ""), take)
        st.button(
            words.UNDO,
            icon=":material/undo:",
            type="tertiary",
            key=_key("undo", finding),
            on_click=partial(_take_role, folder, finding, None),
        )


def _field(kind: str, label: str, finding: AuditFinding, text: str, take: Callable[[str], None]) -> None:
    most = LONGEST_NOTE if kind == "note" else LONGEST_NAME
    st.text_input(label, max_chars=most, width=_FIELD, **bound(_key(kind, finding), text, take))


def _key(kind: str, finding: AuditFinding) -> str:
    return f"audit-judge-{kind}-{finding.key}"


def _take_role(folder: Path, finding: AuditFinding, role: AreaRole | None) -> None:
    """Keeps a role, with the name and the note that there are; None takes back what was said."""
    before = read(folder)[0].get(finding.key)
    _keep(folder, finding, role, before.name if before else "", before.note if before else "")


def _add(folder: Path, finding: AuditFinding, **more: Any) -> None:
    """Keeps what was said last with a name or a note, in one's own name; nothing, once it was taken back."""
    if before := read(folder)[0].get(finding.key):  # the page may be older
        said = replace(before, **more)
        _keep(folder, finding, said.role, said.name, said.note)


def _keep(folder: Path, finding: AuditFinding, role: AreaRole | None, name: str, note: str) -> None:
    """Keeps what whoever is here says of a finding, if they still may; says so where that is not possible."""
    with faults.shown():
        visitor = access.check_judge(folder)
        by = (visitor.name or visitor.address) if visitor.signed_in else st.session_state.get(_NAME, "")
        try:
            keep(folder, [entry_of(finding, role, name=name, note=note, by=by, at=now())])
        except SaliencyError as error:
            raise store.told(error, store.read(folder)) from error
