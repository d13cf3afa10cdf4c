"""What a finished audit found: figures, findings, pictures, files to take along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from saliency import files
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.job import PHOTOS
from saliency.audit.remedy.record import read_rehearsal
from saliency.audit.reports import summary_words, unjudged_words
from saliency.audit.reports import words as report_words
from saliency.audit.reports.answers import HOW_GOOD
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.pictures import average_pictures
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.remedy.judged_words import estimates
from saliency.audit.reports.verdict import audit_verdict, beside
from ui import words as wording
from ui.audit.remedy import panel as rehearsal
from ui.audit.remedy import plan
from ui.audit.results import gallery, judging, set_panel, sheet, surroundings_panel, words
from ui.audit.results.files import content
from ui.audit.results.results import AuditedPhoto, Results
from ui.audit.store import RESULTS, AuditRequest
from ui.check.words import COLOURS, MERIT_ICONS
from ui.people.person import person
from ui.session import Session
from ui.widgets.announcement import announced
from ui.widgets.controls import details_table, download_button

_AVERAGES = 4  # a row
_EXAMPLE = 0.7  # width of a picture beside an answer
_ROWS = 12  # of a table


def show(results: Results, request: AuditRequest, state: Session) -> None:
    """Draws all of it."""
    record = results.record
    _headline(record)
    _answers(results)
    _figures(results)
    _tables(record)
    st.markdown(f"## {words.RESULTS}", anchors=False)
    _shared(record)
    _findings(results)
    surroundings_panel.show(results)
    plan.show(record, estimates(replace(record, remedy=read_rehearsal(results.folder)).judged_remedy))
    rehearsal.show(results.folder, record, request, results.folder / PHOTOS)
    set_panel.show(results, state)
    sheet.show(results, state)
    _averages(record)
    if record.left_out:
        with st.expander(words.PROBLEMS.format(count=len(record.left_out))):
            for photo in record.left_out:
                st.markdown(f"- **{wording.plain(photo.file)}**: {wording.plain(photo.problem)}")
    st.markdown(record.limits)
    files_to_take(results.folder, request)
    with st.expander(wording.DETAILS, icon=":material/info:"):
        details_table(words.settings(record, request.model, request.view))


def files_to_take(folder: Path, request: AuditRequest) -> None:
    """Buttons for the files of an audit."""
    st.markdown(f"### {words.TAKE}", anchors=False)
    _files(folder, request, words.FILES)
    with st.expander(words.FOR_EXPERTS, icon=":material/table:"):
        st.markdown(words.FOR_EXPERTS_HELP)
        _files(folder, request, words.FILES_FOR_EXPERTS)


def _files(folder: Path, request: AuditRequest, offered: Mapping[str, tuple[str, str]]) -> None:
    """A button for each of some files that is there."""
    with st.container(horizontal=True):
        for name, (label, purpose) in offered.items():
            path = folder / RESULTS / name
            if path.is_file():
                file = f"spotlight-{files.stem(request.name)}-{name}"
                key, icon = f"audit-take-{name}", ":material/download:"
                make = partial(content, folder, name, person())
                download_button(label, make, file, key=key, purpose=purpose, icon=icon)


def _headline(record: AuditRecord) -> None:
    """The main finding as the reports have it, and how far to rely on the model at all."""
    if record.warning:
        st.error(wording.plain(record.warning), icon=":material/warning:")
    verdict = audit_verdict(record)
    title, colour = wording.plain(named(verdict.sentence)), COLOURS.get(verdict.merit)
    icon = f"{MERIT_ICONS[verdict.merit]} " if colour else ""
    st.markdown(f"## :{colour}[{icon}{title}]" if colour else f"## {title}", anchors=False)
    if others := " ".join(filter(None, (beside(record), summary_words.other_guesses(record)))):
        st.markdown(wording.plain(named(others)))
    if copies := summary_words.near_copies(record):
        st.markdown(f":material/filter_none: {wording.plain(named(copies))}")
    if doubt := summary_words.unfamiliar(record.unfamiliar, record.audited):
        st.warning(wording.plain(doubt), icon=":material/help:")


def _answers(results: Results) -> None:
    """What the main finding looks like, how good, why wrong, what to add, beside each other."""
    record = results.record
    if record.answers is None or not record.audited:
        return
    shown = _example(results, audit_verdict(record).label)
    columns = st.columns([_EXAMPLE, 1, 1, 1] if shown else 3, gap="medium")
    if shown:
        photo, finding = shown
        with columns.pop(0):
            gallery.example(results, photo, photo.place(finding))
            st.caption(words.example(photo, finding, record.settings.question))
    for column, (question, answer) in zip(columns, record.answers.pairs, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"## {question}", anchors=False)
            for line in answer.splitlines():
                st.markdown(wording.plain(line))
            if question == HOW_GOOD:
                announced(answer, key="how-good")


def _example(results: Results, label: str) -> tuple[AuditedPhoto, AuditFinding | None] | None:
    """The photo that shows the main finding: of a place, unless wrong answers are what is to be looked at.

    Of wrong ones, one of the class that the main finding names, if it names one.
    """
    main = next((f for f in results.telling if f.to_look_into), next(iter(results.telling), None))
    if main is None or main.as_hoped:
        wrong = [photo for photo in results.photos if photo.row.right is False]
        if wrong:
            return next((photo for photo in wrong if photo.shows == label), wrong[0]), None
    photos = results.resting_on(main) if main else []
    return (photos[0], main) if photos else None


def _tables(record: AuditRecord) -> None:
    """How many are right, by what the photos show beside by guess, where a missed class looks well."""
    if not record.true_classes:
        return
    by_truth = words.BY_TRUE_ANSWER if record.settings.question else words.BY_TRUTH
    tables = (
        (by_truth, words.truth_rows(record, _ROWS), len(record.true_classes)),
        (words.BY_GUESS, words.guess_rows(record, _ROWS), len(record.classes)),
    )
    for column, (title, rows, count) in zip(st.columns([3, 2], gap="medium"), tables, strict=True):
        with column:
            st.markdown(f"## {title}", anchors=False)
            st.table(rows, border="horizontal", hide_index=True, alt=title)
            if count > _ROWS:
                st.caption(words.MORE_ROWS.format(count=count - _ROWS))


def _shared(record: AuditRecord) -> None:
    """What wrong photos share."""
    for prop in record.shared:
        st.markdown(f"- **{wording.plain(prop.sentence)}**")
    if record.shared:
        st.caption(words.OBSERVED)


def _figures(results: Results) -> None:
    record = results.record
    figures = {words.AUDITED: record.audited, words.LEFT_OUT: record.left_out_count}
    if record.judged:
        figures |= {words.RIGHT: record.right, words.WRONG: record.wrong}
    if record.unjudged:
        figures[words.UNJUDGED] = record.unjudged_count
    with st.container(horizontal=True, gap="small"):
        for name, value in figures.items():
            st.metric(name, f"{value:,}", border=True, width=160)
    if record.unjudged:
        st.warning(
            wording.plain(
                unjudged_words.unjudged(
                    record.unjudged, record.classes_known, question=record.settings.question
                )
            ),
            icon=":material/label_off:",
        )
    if record.judged:
        if record.judged < record.audited:
            judged = words.JUDGED_ANSWERS if record.settings.question else words.JUDGED
            st.caption(judged.format(told=record.judged, all=record.audited))
    elif not record.unjudged and any(photo.row.label is not None for photo in results.photos):
        st.warning(words.NO_LABEL_KNOWN, icon=":material/label_off:")


def _findings(results: Results) -> None:
    record = results.record
    if not record.searched:
        st.markdown(words.NOT_SEARCHED.format(least=2 * LEAST))
    elif all(finding.named for finding in record.findings):
        st.markdown(words.NO_OTHER_PLACE if record.findings else words.NO_PLACE)
    elif all(finding.as_hoped for finding in results.telling):
        unclear = any(finding.verdict is Verdict.SUGGESTIVE for finding in results.telling)
        st.markdown(words.QUESTIONS if unclear else words.NOTHING)
    judging.summary(results)
    may_judge = judging.allowed(results)
    titles: Counter[str] = Counter()
    for finding in results.telling:
        title = words.title(finding, record.settings.question)
        titles[title] += 1
        again = f" ({titles[title]})" if titles[title] > 1 else ""
        with st.container(border=True):
            st.markdown(f"### {title}{again}", anchors=False)
            st.markdown(words.verdict(finding))
            if finding.crops:
                gallery.crops(results, finding)
            st.markdown(words.sentence(finding))
            st.markdown(wording.plain(finding.next))
            if finding.kind == "surroundings":
                surroundings_panel.of_finding(results, finding)
            elif finding.files:
                st.caption(words.PICTURES_WITH_IT if finding.kind == "property" else words.TESTED_HERE)
                gallery.strip(results, finding)
            st.caption(words.certainty(finding))
            judging.row(results, finding, may_judge)
    untelling = [finding for finding in record.findings if not finding.telling]
    if untelling:
        with st.expander(words.NO_EVIDENCE.format(count=len(untelling))):
            for finding in untelling:
                st.markdown(f"- {wording.plain(finding.sentence)} {wording.plain(finding.next)}")
    if record.searched and (few := words.too_few(record)):
        st.caption(few)


def _averages(record: AuditRecord) -> None:
    """The average map of each guess, on one scale."""
    averages = [(group, group.average_map) for group in record.classes_by_size if group.average_map]
    if not averages:
        return
    with st.expander(words.AVERAGES):
        st.caption(words.AVERAGES_HELP)
        for start in range(0, min(len(averages), 6 * _AVERAGES), _AVERAGES):
            columns = st.columns(_AVERAGES, gap="small")
            for column, (group, average) in zip(columns, averages[start : start + _AVERAGES], strict=False):
                with column:
                    st.markdown(f"**{wording.plain(group.guess)}**")
                    picture, _ = average_pictures(average)
                    alt = words.average_alt(group.guess)
                    st.image(picture.data, width="stretch", output_format="PNG", alt=alt)
                    st.caption(report_words.peak(group.with_map, average.peak_in_standard_errors))
