"""The files of an audit: a row a photo as CSV and JSON, the findings, and the reports for people."""

from __future__ import annotations

import datetime
import platform
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from saliency.audit.job import Job
from saliency.audit.remedy.record import read_rehearsal
from saliency.audit.reports import tables
from saliency.audit.reports.html import page
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.pdf import write_pdf
from saliency.audit.reports.pictures import report_pictures
from saliency.audit.reports.record import AuditRecord, audit_record
from saliency.audit.reports.remedy.examples import FOLDER as EXAMPLES
from saliency.audit.reports.remedy.examples import read_examples
from saliency.audit.reports.report import report
from saliency.audit.reports.slide import slide
from saliency.audit.reports.whole_files import Writer, write_whole
from saliency.audit.run import Audit
from saliency.progress import Progress
from saliency.progress import report as told

ROWS, TABLE, SET, CHECKLIST = "results.json", "results.csv", "set.csv", "checklist.csv"
FINDINGS, FINDINGS_TABLE = "findings.json", "findings.csv"
PDF, HTML, SLIDE = "report.pdf", "report.html", "slide.png"

_BEFORE, _PARTS = 2, 11  # to be told of: the findings and the pictures, and then nine files
_WHAT = "The results"


def write(
    job: Job,
    audit: Audit,
    folder: Path,
    photos: Path | None = None,
    name: str = "",
    *,
    date: datetime.date | None = None,
    view: str = "",
    on_progress: Progress | None = None,
) -> list[Path]:
    """Write all files into a folder, each whole or not at all.

    Args:
        job: The finished job.
        audit: What it shows.
        folder: Where to.
        photos: Where the photos lie, for the pictures in the reports; ``None``: they have none.
        name: What people call the audit; empty: the model's name is used.
        date: When the reports are made; today if ``None``. Nothing else in them depends on the clock.
        view: What people know the view by, if that is another name than the method's own.
        on_progress: Told how many parts are done, of so many; what it raises stops the work.

    Raises:
        SaliencyError: The folder cannot be written to.
    """
    told(on_progress, 0, _PARTS)
    said = {f.key: f.judgement for f in audit.findings if f.judgement is not None}
    record = replace(judged_record(audit_record(audit), said), remedy=read_rehearsal(job.folder))
    told(on_progress, 1, _PARTS)
    rows: dict[str, Writer] = {
        ROWS: partial(tables.write_rows, job),
        TABLE: partial(tables.write_table, job),
        SET: partial(tables.write_set, record),
    }
    writers = rows | _of_findings(job, record, photos, name, date or datetime.date.today(), view)
    return write_whole(writers, folder, _WHAT, on_progress, _BEFORE)


def write_again(
    job: Job,
    record: AuditRecord,
    folder: Path,
    photos: Path | None = None,
    name: str = "",
    *,
    date: datetime.date | None = None,
    view: str = "",
) -> list[Path]:
    """Write the files again that show what people said of findings, from a record; no model is needed.

    Args:
        job: The finished job.
        record: All that was found, with what people said of it.
        folder: Where the files are.
        photos: Where the photos lie, as for :func:`write`.
        name: What people call the audit.
        date: When the reports are made.
        view: What people know the view by.

    Raises:
        SaliencyError: The folder cannot be written to.
    """
    writers = _of_findings(job, record, photos, name, date or datetime.date.today(), view)
    return write_whole(writers, folder, _WHAT)


def _of_findings(
    job: Job, record: AuditRecord, photos: Path | None, name: str, date: datetime.date, view: str
) -> dict[str, Writer]:
    """What writes each file in which findings are, by its name; the record last, as it vouches for all."""
    versions = {"PyTorch": str(torch.__version__), "Python": platform.python_version()}
    examples = read_examples(job.folder) if record.remedy and photos else ()
    texts = report(record, name=name, date=date, versions=versions, view=view, examples=examples)
    twins = {one.twin: (photos / one.photo, job.folder / EXAMPLES / one.twin) for one in examples if photos}
    pictures = report_pictures(
        job, photos, texts, record.findings, record.surroundings, twins, record.confusions
    )
    return {
        PDF: partial(write_pdf, texts, pictures),
        HTML: lambda path: path.write_bytes(page(texts, pictures).encode("utf-8", "backslashreplace")),
        SLIDE: lambda path: slide(texts, pictures).save(path, "PNG", optimize=True),
        FINDINGS_TABLE: partial(tables.write_findings_table, record),
        CHECKLIST: partial(tables.write_checklist, record),
        FINDINGS: partial(tables.write_findings, record),
    }
