"""Finished audits as a log, the oldest first; every figure comes from their files."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path

from saliency.audit.evidence.statistics import Interval, exact_interval
from saliency.audit.inputs.settings import Settings
from saliency.audit.job import DATABASE, Job
from saliency.audit.json_types import OPTIONAL, conforms, from_json
from saliency.audit.judgements import read
from saliency.audit.reports.files import FINDINGS
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.record import AuditRecord
from saliency.errors import SaliencyError

RESULTS = "", "results"
"""Folders inside a job's in which its files may lie."""

_READING = OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """A finished audit in a log; the fields are keys of its JSON.

    Attributes:
        date: When it was begun, in ISO format; of audits of earlier programs, the day of its files.
        audit: What people call it, or its folder's name.
        model: What people call the model.
        weights: SHA-256 of its weights: two models of one name are told apart by it.
        set: SHA-256 of the set of photos: only audits of one set say which model is better.
        question: What a model of tags or of a number was asked, in a sentence; empty for others.
        photos: How many photos there were.
        audited: How many were audited.
        right: How many answers are right, and ``wrong`` how many are not, where that is known.
        share_right: The share of right answers with its exact 95 % interval; ``None`` where none is judged.
        depends_on: What answers depend on and should not, as far as is known, in sentences.
        judged: How many findings people judged.
        to_be_judged: How many they still have to.
    """

    date: str
    audit: str
    model: str
    weights: str
    set: str
    question: str
    photos: int
    audited: int
    right: int
    wrong: int
    share_right: Interval | None = field(default=None, metadata=OPTIONAL)
    depends_on: tuple[str, ...]
    judged: int
    to_be_judged: int

    @property
    def known(self) -> int:
        """How many answers are known to be right or wrong."""
        return self.right + self.wrong


def log_entry(folder: Path, *, name: str = "", date: str = "") -> LogEntry | None:
    """A finished audit; ``None`` where there is none, or its files cannot be read.

    Args:
        folder: Its job's folder.
        name: What people call it; the folder's name if empty.
        date: When it was begun, in ISO format; what the job says if empty.
    """
    path = next((p for inside in RESULTS if (p := folder / inside / FINDINGS).is_file()), None)
    if path is None or not (folder / DATABASE).is_file():
        return None
    try:
        record: AuditRecord = from_json(AuditRecord, json.loads(path.read_text(encoding="utf-8")))
        if not conforms(AuditRecord, record):
            return None
        if not date:
            with Job(folder, alone=False) as job:
                date = job.begun_at
        date = date or datetime.datetime.fromtimestamp(path.stat().st_mtime).isoformat(timespec="seconds")
        return entry_of(record, folder, name or folder.name, date)
    except (SaliencyError, *_READING):
        return None


def entry_of(record: AuditRecord, folder: Path, name: str, date: str) -> LogEntry:
    """An audit's record as an entry, with what people said of its findings since."""
    said, _ = read(folder)
    judged = judged_record(record, said)
    settings: Settings = record.settings
    return LogEntry(
        date=date,
        audit=name,
        model=settings.model,
        weights=settings.weights,
        set=settings.photos,
        question=settings.question.sentence if settings.question else "",
        photos=record.photos,
        audited=record.audited,
        right=record.right,
        wrong=record.wrong,
        share_right=exact_interval(record.right, record.judged) if record.judged else None,
        depends_on=tuple(dependence.sentence for dependence in judged.depends_on),
        judged=sum(finding.judgement is not None for finding in judged.findings),
        to_be_judged=judged.to_be_judged,
    )


def audit_log(parent: Path) -> list[LogEntry]:
    """The finished audits in a folder and in the folders in it, the oldest first.

    Raises:
        SaliencyError: There is no such folder.
    """
    if not parent.is_dir():
        raise SaliencyError(f"There is no folder “{parent}”. Name the one in which your audits are kept.")
    folders = [parent, *sorted(path for path in parent.iterdir() if path.is_dir())]
    entries = (log_entry(folder) for folder in folders)
    return sorted((entry for entry in entries if entry is not None), key=lambda e: (e.date, e.audit))
