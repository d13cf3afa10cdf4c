"""What a finished audit found, as the page needs it: read once, filtered many times."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from saliency.audit import Job
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.json_types import conforms, from_json
from saliency.audit.reports.files import FINDINGS
from saliency.audit.reports.record import AuditRecord
from saliency.errors import SaliencyError
from saliency.photo.area import Box
from ui.audit.store import RESULTS

_KEY = "audit-results"
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
    """

    number: int
    row: PhotoRow
    has_map: bool
    reasons: tuple[str, ...]

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
    """

    folder: Path
    record: AuditRecord
    photos: list[AuditedPhoto]

    @property
    def telling(self) -> list[AuditFinding]:
        """Findings that are to be read."""
        return [finding for finding in self.record.findings if finding.telling]

    def resting_on(self, finding: AuditFinding) -> list[AuditedPhoto]:
        """The photos that a finding rests on."""
        by_file = {photo.row.file: photo for photo in self.photos}
        return [by_file[file] for file in finding.files if file in by_file]


def results(folder: Path) -> Results:
    """The results of an audit, which the tab remembers.

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
    remembered: Results = st.session_state[_KEY][key]
    return remembered


def forget() -> None:
    """Lets go of the results the tab remembers."""
    st.session_state.pop(_KEY, None)


def fitting(
    photos: Sequence[AuditedPhoto], *, guess: str, files: frozenset[str] | None, right: str
) -> list[AuditedPhoto]:
    """Photos that fit.

    Args:
        photos: All.
        guess: With this guess; empty for any.
        files: Only these; None for all.
        right: "right", "wrong", or anything else for both.
    """
    return [
        photo
        for photo in photos
        if (not guess or photo.row.guess == guess)
        and (files is None or photo.row.file in files)
        and (right not in ("right", "wrong") or photo.row.right is (right == "right"))
    ]


def _read(folder: Path, path: Path) -> Results:
    record: AuditRecord = from_json(AuditRecord, json.loads(path.read_text(encoding="utf-8")))
    if not conforms(AuditRecord, record):
        raise ValueError("values of other types than are written")
    order = {entry.file: place for place, entry in enumerate(record.review)}
    reasons = {entry.file: entry.reasons for entry in record.review}
    with Job(folder, alone=False) as job:
        photos = [
            AuditedPhoto(number, row, coarse_map is not None, reasons.get(row.file, ()))
            for number, _, row, coarse_map in job.finished()
            if isinstance(row, PhotoRow)
        ]
    photos.sort(key=lambda photo: (order.get(photo.row.file, len(order)), photo.number))
    return Results(folder, record, photos)
