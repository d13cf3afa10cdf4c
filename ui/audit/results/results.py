"""What a finished audit found, as the page needs it: read once, filtered many times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from saliency.audit import Job
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.judgements import read
from saliency.audit.reports.files import FINDINGS
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.review import left_to_review
from saliency.audit.sheet.selection import doubts, photo_properties
from saliency.errors import SaliencyError
from saliency.names import positions
from saliency.photo.area import Box
from ui.audit import store
from ui.audit.results.files import record_in
from ui.audit.store import RESULTS
from ui.words import plain

_KEY, _JUDGED = "audit-results", "audit-results-judged"
_DAMAGED = (
    "The results of this audit are damaged or missing. "
    "Write them again: what is finished is not computed anew."
)


@dataclass(frozen=True, slots=True)
class AuditedPhoto:
    """A photo of a finished audit.

    Attributes:
        number: Its number in the set.
        row: What is kept of it.
        has_map: Whether it has a heat map.
        reasons: Why a person should look at it, in sentences.
        shows: What it shows, by the model's name where that is known; ``None`` without a label.
    """

    number: int
    row: PhotoRow
    has_map: bool
    reasons: tuple[str, ...]
    shows: str | None = None

    def place(self, finding: AuditFinding | None) -> Box | None:
        """Where the place of a finding is in it."""
        if finding is None:
            return None
        return next(iter(finding.boxes_in(self.row)), None)


@dataclass(frozen=True, eq=False)
class Results:
    """What a finished audit found.

    Attributes:
        folder: Its folder.
        record: Its `findings.json`.
        photos: All audited photos, those worth a person's eyes first.
        properties: The numbers of the photos with each property.
        doubts: The kinds of photos that there are: right, wrong, unsure and so on.
        doubtful: The files whose label is doubtful.
        shown_names: What photos show, most photos first, as it is chosen in a list.
        unread: Why it could not be read what people said of findings, in a sentence; empty where it was.
    """

    folder: Path
    record: AuditRecord
    photos: list[AuditedPhoto]
    properties: dict[str, frozenset[int]] = field(default_factory=dict)
    doubts: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    shown_names: dict[str, str] = field(default_factory=dict)
    unread: str = ""

    @property
    def telling(self) -> list[AuditFinding]:
        """Findings that are to be read."""
        return [finding for finding in self.record.findings if finding.telling]

    def resting_on(self, finding: AuditFinding) -> list[AuditedPhoto]:
        """The photos that a finding rests on."""
        by_file = {photo.row.file: photo for photo in self.photos}
        return [by_file[file] for file in finding.files if file in by_file]


def results(folder: Path) -> Results:
    """The results of an audit with what people said of them; the tab remembers both.

    Raises:
        SaliencyError: They are damaged, or not there.
    """
    path = folder / RESULTS / FINDINGS
    try:
        key = (str(path), path.stat().st_mtime_ns)
        if key not in st.session_state.get(_KEY, {}):
            st.session_state[_KEY] = {key: _read(folder, path)}
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise SaliencyError(_DAMAGED) from error
    found, (said, unread) = st.session_state[_KEY][key], read(folder)
    judged = st.session_state.get(_JUDGED)
    if judged is None or judged[:2] != (key, said):
        judged = st.session_state[_JUDGED] = key, said, _judged(found, said)
    problem = store.told(unread, store.read(folder)).message if unread else ""
    return replace(judged[2], unread=problem)


def forget() -> None:
    """Lets go of the results the tab remembers."""
    st.session_state.pop(_KEY, None)
    st.session_state.pop(_JUDGED, None)


def _read(folder: Path, path: Path) -> Results:
    record = record_in(path)
    names: dict[str | None, str | None] = {}
    with Job(folder, alone=False) as job:
        photos = [
            AuditedPhoto(number, row, coarse_map is not None, (), _shows(row, record, names))
            for number, _, row, coarse_map in job.finished()
            if isinstance(row, PhotoRow)
        ]
    counts = Counter(photo.shows for photo in photos if photo.shows is not None)
    shown = {name: plain(name) for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))}
    hygiene = record.hygiene
    doubtful = frozenset() if hygiene is None else frozenset(doubt.file for doubt in hygiene.doubtful)
    properties = photo_properties(photos, hygiene)
    return Results(folder, record, photos, properties, doubts(photos, doubtful), doubtful, shown)


def _shows(row: PhotoRow, record: AuditRecord, names: dict[str | None, str | None]) -> str | None:
    """What a photo shows; a label that is a class by the model's name. `names` remembers those of labels."""
    if row.right is None or row.label is None:
        return row.label
    if row.right:
        return row.guess
    if row.label not in names:
        classes = [group.label for group in record.true_classes]
        meant = positions(row.label, classes)
        names[row.label] = classes[meant[0]] if meant else row.label
    return names[row.label]


def _judged(found: Results, said: Mapping[str, Judgement]) -> Results:
    """Results with what people said of findings, and which photos are then still worth a person's eyes."""
    record = judged_record(found.record, said)
    review = left_to_review(record.review, record.findings)
    order = {entry.file: place for place, entry in enumerate(review)}
    reasons = {entry.file: entry.reasons for entry in review}
    photos = [replace(photo, reasons=reasons.get(photo.row.file, ())) for photo in found.photos]
    photos.sort(key=lambda photo: (order.get(photo.row.file, len(order)), photo.number))
    return replace(found, record=record, photos=photos)
