"""Photos of an audit with their maps, as its parts show them, and the way of one to the Explain page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.audit.evidence.findings import AuditFinding, Crop
from saliency.audit.job import PHOTOS
from saliency.audit.reports import words as report_words
from saliency.audit.reports.crops import crop_sheet, shown_crops
from saliency.audit.sheet.thumbnails import thumbnail
from saliency.classifier import OutputKind
from saliency.errors import SaliencyError
from saliency.names import position
from saliency.photo.area import Box
from saliency.photo.reading import read_photo
from ui import faults
from ui import words as wording
from ui.audit import store as audit_store
from ui.audit.ownership import access
from ui.audit.results import words
from ui.audit.results.results import AuditedPhoto, Results
from ui.audit.store import OPEN
from ui.people.person import person
from ui.photo import origin
from ui.photo.origin import Origin
from ui.session import Session
from ui.widgets import samples
from ui.widgets.marks import box_mark
from ui.widgets.pictures import png
from ui.work import loading

T = TypeVar("T")
_COLUMNS = 4


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


def example(results: Results, photo: AuditedPhoto, box: Box | None) -> None:
    """One picture with its map over it, and a place outlined."""
    number = photo.number if photo.has_map else None
    try:
        picture = thumbnail(results.folder, photo.row.file, number, (box,) if box else ())
    except SaliencyError as error:
        st.caption(faults.sentence(error))
        return
    st.image(picture, width="stretch", output_format="JPEG", alt=words.alt(photo))


def open_in_explain(
    results: Results,
    audited: AuditedPhoto,
    box: Box | None,
    state: Session,
    address: Mapping[str, str] | None = None,
) -> None:
    """Shows a photo on the Explain page, to the same model in the same way; the place is marked already.

    Args:
        results: Of the audit.
        audited: The photo.
        box: The place, if there is one.
        state: The tab.
        address: Where in the audit it was, the way back; ``None``: the audit alone.

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
    way_back = dict(address or {OPEN: results.folder.name})
    origin.note(Origin(photo.digest, way_back, name, file, row.label, row.guess, row.right))
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
