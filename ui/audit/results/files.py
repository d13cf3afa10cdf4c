"""The files of an audit as they are taken along: never older than what people said of its findings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from saliency.audit import Job
from saliency.audit.job import PHOTOS
from saliency.audit.job_files import locked
from saliency.audit.json_types import conforms, from_json
from saliency.audit.judgements import read
from saliency.audit.remedy.record import read_rehearsal
from saliency.audit.reports.files import FINDINGS, ROWS, TABLE, write_again
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.record import AuditRecord
from saliency.errors import SaliencyError
from ui.audit import store
from ui.audit.ownership import access
from ui.audit.store import RESULTS
from ui.people.person import Person

_PATIENCE = 60.0  # seconds to wait for others who write them again


def record_in(path: Path) -> AuditRecord:
    """The record of an audit, by its file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is damaged; so do other errors of what is found in place of a value.
    """
    record: AuditRecord = from_json(AuditRecord, json.loads(path.read_text(encoding="utf-8")))
    if not conforms(AuditRecord, record):
        raise ValueError("values of other types than are written")
    return record


def content(folder: Path, name: str, visitor: Person) -> bytes:
    """A file of an audit, written again first if people have said something of its findings since.

    Raises:
        SaliencyError: The audit is not open to who asks, others write the same for too long, or there is no
            room.
    """
    access.check_open(folder, visitor)
    path, request = folder / RESULTS / name, store.read(folder)
    try:
        if name not in (ROWS, TABLE) and _stale(folder):
            with locked(folder, _PATIENCE):
                _write_again(folder, request.name if request else "", request.view if request else "")
    except SaliencyError as error:
        raise store.told(error, request) from error
    return path.read_bytes()


def _stale(folder: Path) -> AuditRecord | None:
    """The record with what people said, and what was rehearsed, since its files were written; None: nothing.

    Nor is it anything where either cannot be read: the files are then better than what could be written.
    """
    try:
        record = record_in(folder / RESULTS / FINDINGS)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    said, unread = read(folder)
    remedy = read_rehearsal(folder)
    same = all(finding.judgement == said.get(finding.key) for finding in record.findings)
    if unread or (same and remedy == record.remedy):
        return None
    return judged_record(replace(record, remedy=remedy), said)


def _write_again(folder: Path, name: str, view: str) -> None:
    """Writes what shows findings, unless somebody else has done so meanwhile."""
    record = _stale(folder)
    if record is not None:
        with Job(folder, alone=False) as job:
            write_again(job, record, folder / RESULTS, folder / PHOTOS, name, view=view)
