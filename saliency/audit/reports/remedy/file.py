"""A rehearsal's record, kept beside its twins in the folder of the audit, so that every report has it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from saliency.audit.json_types import as_json, conforms, from_json
from saliency.audit.reports.remedy.record import RemedyRecord

FOLDER = "remedy"
"""Where a rehearsal is, in the folder of its audit."""

RECORD = "remedy.json"
_LARGEST = 4 * 2**20  # bytes


def read_remedy(audit: Path) -> RemedyRecord | None:
    """What the rehearsal of an audit showed; ``None`` where there was none, or its record is damaged."""
    path = audit / FOLDER / RECORD
    with suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        if path.stat().st_size <= _LARGEST:
            record: RemedyRecord = from_json(RemedyRecord, json.loads(path.read_text(encoding="utf-8")))
            return record if conforms(RemedyRecord, record) else None
    return None


def write_remedy(audit: Path, record: RemedyRecord) -> None:
    """Keeps what a rehearsal showed, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    folder = audit / FOLDER
    folder.mkdir(exist_ok=True)
    part = folder / f"{RECORD}.part"
    try:
        part.write_text(json.dumps(as_json(record), ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(folder / RECORD)
    finally:
        part.unlink(missing_ok=True)
