"""The rehearsal below what to add: begun by a button, watched, told in three sentences with figures."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from saliency import files
from saliency.audit.remedy.judged_rehearsal import (
    JudgedRehearsal,
    JudgedSince,
    judged_rehearsal,
    judged_since,
)
from saliency.audit.remedy.record import Rehearsal, read_rehearsal
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.remedy import judged_words
from saliency.audit.reports.remedy import words as report_words
from saliency.audit.reports.remedy.examples import FOLDER, read_examples, still_shown
from saliency.audit.reports.remedy.nothing import nothing
from saliency.audit.reports.remedy.pictures import twin_sheet
from ui import faults
from ui import words as wording
from ui.audit.ownership import access
from ui.audit.remedy import keeping, store, words
from ui.audit.remedy.bars import bars
from ui.audit.remedy.rehearsals import rehearsals
from ui.audit.remedy.store import PACK, RehearsalRequest
from ui.audit.store import DONE, FAILED, RUNNING, AuditRequest
from ui.audit.works import Work
from ui.people.person import Person, person
from ui.widgets.controls import download_button

_EVERY = 1.0  # seconds between two looks
_ACROSS = 2  # photos with their twins in a row


def show(folder: Path, record: AuditRecord, audit: AuditRequest, photos: Path) -> None:
    """Draws the rehearsal of a finished audit, or how to begin it.

    Args:
        folder: The folder of the audit.
        record: What it found, with what people said of it.
        audit: What it was asked.
        photos: Where its photos are.
    """
    if not record.audited:
        return
    st.markdown(f"## {report_words.HEADING}", anchors=False)
    request = store.read(folder)
    if request is not None and request.state != DONE:
        running = request.state == RUNNING
        st.fragment(_watched, run_every=_EVERY if running else None)(folder, running)
    elif request is None and not any(finding.to_look_into for finding in record.findings):
        _nothing(record)
    elif request is None:
        _offer(folder, record)
    else:
        _told(folder, record, audit, photos, request)


def _offer(folder: Path, record: AuditRecord) -> None:
    """What a rehearsal is, and the button that begins it; for whom there is none, why."""
    reason = why_not(record)
    if reason:
        more = f" {words.ABOUT_PACK}" if reason == words.FROM_OUTSIDE else ""
        st.markdown(f"{report_words.WHAT_IT_IS} {reason}{more}")
    else:
        st.markdown(words.ABOUT)
    if reason == words.NO_LABELS:
        return
    if access.read(folder).may_change(person()):
        label = words.START_PACK if reason else words.START
        _button(label, "model_training", _begin, folder, key="rehearsal-start", type="primary")
    else:
        st.caption(words.NOT_YOURS)


def why_not(record: AuditRecord) -> str:
    """Why an audit says beforehand that nothing can be rehearsed, a sentence; empty where it does not."""
    if record.asked_from_outside:
        return words.FROM_OUTSIDE
    return "" if record.judged else words.NO_LABELS


def pack(folder: Path, visitor: Person) -> bytes:
    """The pack of an audit.

    Raises:
        SaliencyError: The audit is not open to who asks.
    """
    access.check_open(folder, visitor)
    return (folder / PACK).read_bytes()


def _watched(folder: Path, running: bool) -> None:
    with faults.shown():
        request, owned = store.read(folder), access.read(folder)
        if request is None or running != (request.state == RUNNING) or not owned.may_open(person()):
            st.rerun()  # finished, paused elsewhere or taken back: the page looks otherwise then
        work = rehearsals().works.at(folder)
        with st.container(border=True):
            _progress(folder, request, work)
            if owned.may_change(person()):
                _buttons(folder, at_work=running and work is not None)
        if work is not None and running:
            st.caption(words.LEAVE)


def _progress(folder: Path, request: RehearsalRequest, work: Work | None) -> None:
    """How far it is, or why it is no further."""
    problem = request.problem if request.state == FAILED else ""
    if request.state == RUNNING and work is None:
        problem = rehearsals().works.problem(folder)
    if problem:
        st.error(words.STOPPED.format(problem=wording.plain(problem)), icon=":material/error:")
    elif request.state == RUNNING and work is not None:
        share, text = words.progress(work)
        st.progress(min(1.0, share), text=text)
    else:
        st.progress(0.0, text=words.NOBODY if request.state == RUNNING else words.PAUSED)


def _buttons(folder: Path, *, at_work: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if at_work:
            _button(words.PAUSE, "pause", rehearsals().works.pause, folder, key="rehearsal-pause")
        else:
            _button(words.GO_ON, "play_arrow", _begin, folder, key="rehearsal-go-on", type="primary")
        _button(words.CANCEL, "close", _cancel, folder, key="rehearsal-cancel", type="tertiary")


def _told(
    folder: Path, record: AuditRecord, audit: AuditRequest, photos: Path, request: RehearsalRequest
) -> None:
    """What came of it: sentences, bars, all figures, twins; what can be taken along."""
    rehearsal = None if request.why_not else read_rehearsal(folder)
    may_change = access.read(folder).may_change(person())
    remedy = None if rehearsal is None else judged_rehearsal(rehearsal, record.findings)
    since = judged_since(request.to_mend, record.findings) if remedy is None else remedy.since
    if since.any:
        again = judged_words.AGAIN if may_change else ""
        for sentence in judged_words.since(since, again):
            st.warning(wording.plain(named(sentence)), icon=":material/history:")
    if remedy is None:
        st.markdown(wording.plain(f"{report_words.WHAT_IT_IS} {request.why_not or why_not(record)}"))
    elif remedy.told:
        _figures(remedy.rehearsal)
        _twins(folder, photos, remedy)
    elif not any(finding.to_look_into for finding in record.findings):
        _nothing(record)
    _take(folder, audit, request, None if since.withdrawn else rehearsal, since)


def _nothing(record: AuditRecord) -> None:
    st.markdown(f":material/info: {wording.plain(named(nothing(record)))}")


def _take(
    folder: Path,
    audit: AuditRequest,
    request: RehearsalRequest,
    rehearsal: Rehearsal | None,
    since: JudgedSince,
) -> None:
    """The pack, the rehearsed model as one to be kept, and the rehearsal once more."""
    keepable = rehearsal if rehearsal is not None and rehearsal.findings else None
    packed = request.twins > 0 and (folder / PACK).is_file()
    with st.container(horizontal=True, vertical_alignment="center"):
        if packed:
            make, purpose = partial(pack, folder, person()), words.PACK_HELP.format(twins=request.twins)
            name, icon = f"spotlight-{files.stem(audit.name)}-pack.zip", ":material/folder_zip:"
            label = words.OLD_PACK if since.any else words.PACK
            download_button(label, make, name, key="rehearsal-pack", purpose=purpose, icon=icon)
        if keepable is not None:
            keeping.box(folder, audit, keepable)
        if access.read(folder).may_change(person()):
            kind = "primary" if since.any else "tertiary"
            _button(words.AGAIN, "refresh", _begin, folder, key="rehearsal-again", type=kind)
    if keepable is not None and (kept := keeping.kept_as(keepable)):
        st.markdown(words.KEPT_BEFORE.format(name=wording.plain(kept)))
    if packed:
        st.caption(words.PACK_HELP.format(twins=request.twins))


def _figures(rehearsal: Rehearsal) -> None:
    st.markdown(f"**{report_words.ANSWERS[rehearsal.outcome]}**")
    for sentence in report_words.sentences(rehearsal):
        st.markdown(wording.plain(named(sentence)))
    st.markdown(report_words.conclusion(rehearsal))
    st.html(bars(report_words.main_rows(rehearsal)))
    st.caption(report_words.PLAIN)
    with st.expander(words.FIGURES, icon=":material/table:"):
        lines = [report_words.cells(row) for row in report_words.rows(rehearsal)]
        texts = [[wording.plain(line[place]) for line in lines] for place in range(len(report_words.HEAD))]
        columns = dict(zip(report_words.HEAD, texts, strict=True))
        st.table(columns, border="horizontal", hide_index=True, alt=words.FIGURES)
        st.caption(report_words.BRACKETS)
        for sentence in rehearsal.left_out:
            st.markdown(f"- {wording.plain(sentence)}")


def _twins(folder: Path, photos: Path, remedy: JudgedRehearsal) -> None:
    """Photos beside their twins, and what the model answers to these."""
    examples = still_shown(read_examples(folder), remedy)
    if not examples:
        return
    st.caption(report_words.TWINS)
    for start in range(0, len(examples), _ACROSS):
        columns = st.columns(_ACROSS, gap="medium")
        for column, example in zip(columns, examples[start : start + _ACROSS], strict=False):
            sheet = twin_sheet(photos / example.photo, folder / FOLDER / example.twin, between=None)
            if sheet is None:
                continue
            encoded = io.BytesIO()
            sheet.save(encoded, "PNG")
            with column:
                alt = words.TWIN_ALT.format(label=example.label, made=example.made)
                st.image(encoded.getvalue(), width="stretch", output_format="PNG", alt=alt)
                lines = (example.made, *report_words.answers(example))
                st.caption(" · ".join(map(wording.plain, lines)))


def _begin(folder: Path) -> None:
    rehearsals().begin(folder)


def _cancel(folder: Path) -> None:
    """Stops, and forgets that it was asked for; what was computed is of use to the next one."""
    rehearsals().works.stop(folder, 0)
    store.forget(folder)
    st.toast(words.CANCELLED, icon=":material/close:")


def _button(label: str, icon: str, action: Callable[[Path], None], folder: Path, **settings: Any) -> None:
    """A button that does something with a rehearsal, and says so where that is not possible now."""

    def act() -> None:
        with faults.shown():
            access.check_change(folder)
            action(folder)

    st.button(label, icon=f":material/{icon}:", on_click=act, **settings)
