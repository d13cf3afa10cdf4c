"""The log as a table for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from saliency.audit.reports.log.entries import LogEntry
from saliency.export.spreadsheet import cell

COLUMNS = (
    "date", "audit", "model", "weights", "set", "question", "photos", "audited", "right", "wrong",
    "share_right", "low", "high", "findings", "judged", "to_be_judged", "depends_on",
)  # fmt: skip


def write_log(entries: Iterable[LogEntry], file: IO[str]) -> None:
    """Write a line an audit; what answers depend on stands in one cell."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    for entry in entries:
        share = entry.share_right
        values = (
            entry.date, entry.audit, entry.model, entry.weights, entry.set, entry.question, entry.photos,
            entry.audited, entry.right, entry.wrong,
            *(("", "", "") if share is None else (round(v, 4) for v in (share.mean, share.low, share.high))),
            len(entry.depends_on), entry.judged, entry.to_be_judged, " ".join(entry.depends_on),
        )  # fmt: skip
        writer.writerow(map(cell, values))
