"""What a person says that a finding is: a row of choices below each, kept with the audit as it is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.judgements import LONGEST_NAME, LONGEST_NOTE, entry_of, keep, now
from saliency.audit.reports.judgement_words import judged_sentence, judgements, role_name, roles
from saliency.audit.reports.report import named
from saliency.audit.reports.verdict import audit_verdict
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole
from ui import faults
from ui.audit import store
from ui.audit.ownership import access
from ui.audit.results import words
from ui.audit.results.results import Results
from ui.people.person import Person, person
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


def row(results: Results, finding: AuditFinding) -> None:
    """What was said of a finding, by whom and when; and for who may, the choices to say it with."""
    visitor, folder, said = person(), results.folder, finding.judgement
    if said is not None:
        st.caption(plain(judged_sentence(finding)))
    if not access.read(folder).may_judge(visitor):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label = words.ROLE_OF_PROPERTY if finding.kind == "property" else words.ROLE
        st.markdown(f"**{label}**", width="content")
        st.segmented_control(
            label,
            list(dict.fromkeys((*roles(finding), *filter(None, [finding.role])))),
            format_func=partial(role_name, finding),
            label_visibility="collapsed",
            wrap=True,
            **bound(_key("role", finding), finding.role, partial(_take_role, folder, finding)),
        )
    if said is not None:
        _fields(folder, finding, said, visitor)


def _fields(folder: Path, finding: AuditFinding, said: Judgement, visitor: Person) -> None:
    """What else can be said of a finding, once it is judged."""
    say = partial(_say, folder, finding, said.role)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _field("name", words.NAME, finding, said.name, lambda text: say(name=text, note=said.note))
        _field("note", words.NOTE, finding, said.note, lambda text: say(name=said.name, note=text))
        if not visitor.signed_in:

            def take(text: str) -> None:
                st.session_state[_NAME] = text
                say(name=said.name, note=said.note)

            _field("by", words.BY, finding, st.session_state.get(_NAME, ""), take)
        st.button(
            words.UNDO,
            icon=":material/undo:",
            type="tertiary",
            key=_key("undo", finding),
            on_click=partial(_say, folder, finding, None),
        )


def _field(kind: str, label: str, finding: AuditFinding, text: str, take: Callable[[str], None]) -> None:
    most = LONGEST_NOTE if kind == "note" else LONGEST_NAME
    st.text_input(label, max_chars=most, width=_FIELD, **bound(_key(kind, finding), text, take))


def _key(kind: str, finding: AuditFinding) -> str:
    return f"audit-judge-{kind}-{finding.key}"


def _take_role(folder: Path, finding: AuditFinding, role: AreaRole | None) -> None:
    """Keeps a role; its name and note stay."""
    said = finding.judgement
    _say(folder, finding, role, name=said.name if said else "", note=said.note if said else "")


def _say(
    folder: Path, finding: AuditFinding, role: AreaRole | None, *, name: str = "", note: str = ""
) -> None:
    """Keeps what whoever is here says of a finding, if they still may; says so where that is not possible."""
    with faults.shown():
        visitor = access.check_judge(folder)
        by = (visitor.name or visitor.address) if visitor.signed_in else st.session_state.get(_NAME, "")
        try:
            keep(folder, [entry_of(finding, role, name=name, note=note, by=by, at=now())])
        except SaliencyError as error:
            raise store.told(error, store.read(folder)) from error
