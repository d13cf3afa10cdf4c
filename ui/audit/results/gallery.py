"""The photos of an audit with their maps; a person chooses which to see, and opens one in Explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.audit import Job
from saliency.audit.evidence.findings import AuditFinding, Crop
from saliency.audit.job import PHOTOS
from saliency.audit.reports import words as report_words
from saliency.audit.reports.crops import crop_sheet, shown_crops
from saliency.audit.reports.pictures import with_heat
from saliency.classifier import OutputKind
from saliency.errors import SaliencyError
from saliency.export.outline import outlined
from saliency.names import position
from saliency.photo.area import Area, Box
from saliency.photo.reading import read_photo
from ui import faults
from ui import words as wording
from ui.audit import store as audit_store
from ui.audit.ownership import access
from ui.audit.results import words
from ui.audit.results.results import AuditedPhoto, Results, fitting
from ui.people.person import person
from ui.photo import origin
from ui.photo.origin import Origin
from ui.session import Session
from ui.widgets import samples
from ui.widgets.controls import choose_in_list, choose_segment
from ui.widgets.marks import box_mark
from ui.widgets.pictures import png
from ui.work import loading

T = TypeVar("T")
_PAGE, _COLUMNS = 12, 4
_SHOWN = "audit-shown"  # the audit whose pictures were shown last
_FILTERS = "audit-what", "audit-guess", "audit-right"
_ALL, _WORTH, _WRONG = "all", "worth", "wrong"


def browse(results: Results, state: Session) -> None:
    """Filters, and the pictures that fit, page by page."""
    guess, files, right, finding = _filters(results)
    photos = fitting(results.photos, guess=guess, files=files, right=right)
    if not photos:
        st.info(words.NO_PICTURE)
        return
    pages = -(-len(photos) // _PAGE)
    space = st.empty()
    page = 1
    if pages > 1:
        key = f"audit-page-{results.folder.name}-{pages}-{guess}-{right}-{len(photos)}"
        page = st.pagination(pages, width="stretch", key=key, persist_state="session")
    first = (page - 1) * _PAGE
    part = photos[first : first + _PAGE]
    space.caption(words.shown(first + 1, first + len(part), len(photos)), width="content")
    for card, photo in cards(part):
        with card:
            _card(results, photo, photo.place(finding), state)


def cards(
    entries: Sequence[T], count: int = _COLUMNS, gap: Literal["small", "medium"] = "small"
) -> Iterator[tuple[DeltaGenerator, T]]:
    """A frame for each of some entries, so many beside each other."""
    for start in range(0, len(entries), count):
        columns = st.columns(count, gap=gap)
        for column, entry in zip(columns, entries[start : start + count], strict=False):
            yield column.container(border=True, height="stretch"), entry


def strip(results: Results, finding: AuditFinding) -> None:
    """A few pictures that a finding rests on, with the place outlined."""
    few = results.resting_on(finding)[:_COLUMNS]
    for column, photo in zip(st.columns(_COLUMNS, gap="small"), few, strict=False):
        with column:
            example(results, photo, photo.place(finding))
            st.caption(wording.plain(photo.row.file))


def crops(results: Results, finding: AuditFinding) -> None:
    """What a thing looks like where it was covered."""
    sheet = crops_sheet(results.folder, tuple(shown_crops(finding)))
    if sheet is not None:
        st.image(sheet, output_format="PNG", alt=report_words.CROPS)
        st.caption(report_words.CROPS)


@st.cache_data(show_spinner=False, max_entries=20, max_size=16 * 2**20, scope="session")
def crops_sheet(folder: Path, some: tuple[Crop, ...]) -> bytes | None:
    """A sheet of crops as a PNG file; ``None`` where no photo can be read."""
    sheet = crop_sheet(folder / PHOTOS, some)
    return None if sheet is None else png(sheet)


@st.cache_data(show_spinner=False, max_entries=120, max_size=32 * 2**20, scope="session")
def small(folder: Path, file: str, number: int | None, box: Box | None) -> bytes:
    """A photo with its map over it if its number is given, and a box outlined if there is one, as a PNG file.

    Raises:
        SaliencyError: The photo cannot be read any more.
    """
    photo = read_photo(folder / PHOTOS / file)
    coarse_map = None
    if number is not None:
        with Job(folder, alone=False) as job:
            coarse_map = job.coarse_map(number)
    picture = with_heat(photo, coarse_map)
    return png(outlined(picture, Area((box,))) if box else picture)


def _filters(results: Results) -> tuple[str, frozenset[str] | None, str, AuditFinding | None]:
    """The guess, files, rightness and finding that are chosen; kept until another audit is opened."""
    if st.session_state.get(_SHOWN) != results.folder.name:
        st.session_state[_SHOWN] = results.folder.name
        for key in _FILTERS:
            st.session_state.pop(key, None)
    worth = frozenset(photo.row.file for photo in results.photos if photo.reasons)
    wrong = frozenset(photo.row.file for photo in results.photos if photo.row.right is False)
    findings = {
        f"finding-{number}": finding for number, finding in enumerate(results.telling) if finding.files
    }
    names = {_WORTH: f"{words.WORTH} ({len(worth)})", _ALL: f"{words.ALL} ({len(results.photos)})"}
    if not worth:
        names = {_ALL: names[_ALL], **names}
    if wrong:
        names = {_WRONG: f"{words.ALL_WRONG} ({len(wrong)})", **names}
    names |= {key: words.choice(finding) for key, finding in findings.items()}
    columns = st.columns([5, 4, 4], gap="medium")
    with columns[0]:
        what = choose_in_list(words.FOUND, names, key="audit-what", persist_state="session")
    guesses = {"": words.ALL} | {
        group.guess: wording.plain(group.guess) for group in results.record.classes_by_size
    }
    with columns[1]:
        guess = choose_in_list(words.GUESS, guesses, key="audit-guess", persist_state="session")
    right = "all"
    if results.record.judged:
        with columns[2]:
            right = choose_segment(
                words.RIGHTNESS, words.RIGHTNESSES, key="audit-right", persist_state="session"
            )
    files = frozenset(findings[what].files) if what in findings else {_WORTH: worth, _WRONG: wrong}.get(what)
    return guess, files, right, findings.get(what)


def _card(results: Results, photo: AuditedPhoto, box: Box | None, state: Session) -> None:
    example(results, photo, box)
    st.markdown(words.picture(photo, results.record.settings.question))
    if photo.reasons:
        st.caption(" ".join(map(wording.plain, photo.reasons)))
    st.caption(wording.plain(photo.row.file))
    if st.button(words.OPEN_PICTURE, key=f"audit-open-{photo.number}", icon=":material/image_search:"):
        with faults.shown():
            open_in_explain(results, photo, box, state)


def example(results: Results, photo: AuditedPhoto, box: Box | None) -> None:
    """One picture with its map over it, and a place outlined."""
    try:
        picture = small(results.folder, photo.row.file, photo.number if photo.has_map else None, box)
    except SaliencyError as error:
        st.caption(faults.sentence(error))
        return
    st.image(picture, width="stretch", output_format="PNG", alt=words.alt(photo))


def open_in_explain(results: Results, audited: AuditedPhoto, box: Box | None, state: Session) -> None:
    """Shows a photo on the Explain page, to the same model in the same way; the place is marked already.

    Raises:
        SaliencyError: The audit is not open to this person any more, or the photo cannot be read.
    """
    access.check_open(results.folder, person())
    request = audit_store.read(results.folder)
    file = audited.row.file
    photo = read_photo(results.folder / PHOTOS / file, name=Path(file).name)
    state.take_photo(photo, samples.thumbnail(photo))
    name = request.name if request else results.folder.name
    row = audited.row
    origin.note(Origin(photo.digest, results.folder.name, name, file, row.label, row.guess, row.right))
    state.uploads += 1
    if request is not None:
        state.choose_model(request.model)
        if request.question is not None and request.question.kind is OutputKind.LABELS:
            state.target = position(request.question.label, loading.classifier(request.model).labels)
        state.framing, state.view = request.framing, request.method
    if box is not None:
        state.mark(photo.digest, box_mark(*box))
    state.link = {}
    st.switch_page("pages/explain.py")
