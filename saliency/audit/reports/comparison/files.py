"""The files of a comparison: JSON, a table of changed photos, and the reports for people."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from saliency.audit.comparison.comparison import AuditComparison, comparison
from saliency.audit.comparison.side import AuditSide, read_side
from saliency.audit.job import Job
from saliency.audit.json_types import as_json
from saliency.audit.reports.comparison.pictures import comparison_pictures
from saliency.audit.reports.comparison.report import AuditNames, comparison_report
from saliency.audit.reports.comparison.verdict import comparison_verdict
from saliency.audit.reports.html import page
from saliency.audit.reports.pdf import write_pdf
from saliency.audit.reports.slide import slide
from saliency.audit.reports.tables import text_file
from saliency.audit.reports.whole_files import Writer, write_whole
from saliency.export.spreadsheet import cell

PDF, HTML, SLIDE = "comparison.pdf", "comparison.html", "comparison.png"
RECORD, CHANGED = "comparison.json", "changed.csv"

_COLUMNS = (
    "change", "file", "old_file", "label", "old_guess", "old_score", "new_guess", "new_score", "photo_sha256",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ComparedAudits:
    """Two audits that were read, and what they show beside each other."""

    old: AuditSide
    new: AuditSide
    comparison: AuditComparison


def read_both(old: Path, new: Path) -> ComparedAudits:
    """Two finished audits, compared; no model is run.

    Args:
        old: Folder of the old one's job.
        new: Folder of the new one's.

    Raises:
        SaliencyError: One is missing, damaged or not finished, or they have no photo in common.
    """
    with Job(new, alone=False) as job:
        sides = read_side(old), read_side(new)
        return ComparedAudits(*sides, comparison(job, *sides))


def writers(
    both: ComparedAudits, photos: Path | None, names: AuditNames, date: datetime.date
) -> dict[str, Writer]:
    """What writes each file, by its name.

    Args:
        both: The two audits.
        photos: Where the new audit's photos are; ``None``: no pictures are shown.
        names: What people call the two.
        date: When the reports are made.
    """
    texts = comparison_report(both.comparison, names, date)
    pictures = comparison_pictures(texts, both.comparison.findings, both.old, both.new, photos)
    return {
        PDF: partial(write_pdf, texts, pictures),
        HTML: lambda path: path.write_bytes(page(texts, pictures).encode("utf-8", "backslashreplace")),
        SLIDE: lambda path: slide(texts, pictures, warning_lines=3).save(path, "PNG", optimize=True),
        CHANGED: partial(write_changed, both.comparison),
        RECORD: partial(write_record, both.comparison),
    }


def write_comparison(files: Mapping[str, Writer], folder: Path) -> list[Path]:
    """Write files into a folder, each whole or not at all.

    Raises:
        SaliencyError: The folder cannot be written to.
    """
    return write_whole(files, folder, "The comparison")


def write_record(record: AuditComparison, path: Path) -> None:
    """All figures, with the main result in a sentence."""
    verdict = comparison_verdict(record)
    told = {"sentence": f"{verdict.sentence}.", **as_json(record)}
    with text_file(path) as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
        file.write("\n")


def write_changed(record: AuditComparison, path: Path) -> None:
    """A line a photo with another answer, those to be looked at first at the top."""
    with text_file(path) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(_COLUMNS)
        for photo in record.changed:
            line = as_json(photo)
            writer.writerow([cell(line.get(column)) for column in _COLUMNS])
