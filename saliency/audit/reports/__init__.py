"""The reports of an audit for people: a PDF, a web page and a slide.

All three say the same (:mod:`~saliency.audit.reports.report`), in words of one place
(:mod:`~saliency.audit.reports.words`), with the same pictures (:mod:`~saliency.audit.reports.pictures`).
They are made from what a job keeps: no model is run for a report.
"""

from __future__ import annotations

import datetime
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import torch

from saliency.audit.job import Job
from saliency.audit.reports.html import page
from saliency.audit.reports.pdf import write_pdf
from saliency.audit.reports.pictures import draw
from saliency.audit.reports.report import content
from saliency.audit.reports.slide import board

PDF, HTML, SLIDE = "report.pdf", "report.html", "slide.png"

Writer = Callable[[IO[bytes]], object]


def reports(
    job: Job, record: Mapping[str, Any], *, photos: Path | None, name: str, date: datetime.date
) -> dict[str, Writer]:
    """What writes each report, by the file's name.

    Args:
        job: With a row and a map a photo.
        record: Of the findings: all figures come from it.
        photos: Where the photos lie; ``None``: the reports are made without pictures of them.
        name: What people call the audit; empty: the model's name is used.
        date: Of the reports; nothing else in them depends on the clock.
    """
    versions = {"PyTorch": str(torch.__version__), "Python": platform.python_version()}
    said = content(record, name=name, date=date, versions=versions)
    drawn = draw(job, photos, said, record["findings"])
    return {
        PDF: lambda file: write_pdf(said, drawn, file),
        HTML: lambda file: file.write(page(said, drawn).encode("utf-8", "replace")),
        SLIDE: lambda file: board(said, drawn).save(file, "PNG", optimize=True),
    }
