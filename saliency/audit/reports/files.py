"""The files of an audit: a row a photo as CSV and JSON, the findings, and the reports for people."""

from __future__ import annotations

import csv
import datetime
import json
import platform
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import torch

from saliency.audit.evidence.rows import AreaRow, LeftOutArea, LeftOutRow, Row
from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.audit.job import Job
from saliency.audit.json_types import as_json
from saliency.audit.reports.html import page
from saliency.audit.reports.pdf import write_pdf
from saliency.audit.reports.pictures import report_pictures
from saliency.audit.reports.record import AuditRecord, audit_record
from saliency.audit.reports.report import report
from saliency.audit.reports.set_table import COLUMNS, set_lines
from saliency.audit.reports.slide import slide
from saliency.audit.run import Audit
from saliency.export.web import visible

ROWS, TABLE, FINDINGS, SET = "results.json", "results.csv", "findings.json", "set.csv"
PDF, HTML, SLIDE = "report.pdf", "report.html", "slide.png"
_COLUMNS = (
    "file", "state", "label", "guess", "score", "right", "area", "influence_share", "lift", "finding",
    "score_covered", "score_elsewhere", "guess_changed", "changed_elsewhere", "two_views", "problem",
)  # fmt: skip

_FORMULA = re.compile(r"""((?:^|[;\t|\r\n])[\s"'\ufeff\u200b]*)([=+\-@＝＋－＠])""")  # where a cell may begin

_PARTS = 9  # to be told of: the findings, the pictures, and seven files

Writer = Callable[[Path], object]


def write(
    job: Job,
    audit: Audit,
    folder: Path,
    photos: Path | None = None,
    name: str = "",
    *,
    date: datetime.date | None = None,
    view: str = "",
    on_progress: Callable[[int, int], object] | None = None,
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
    told = on_progress or _untold
    told(0, _PARTS)
    record = audit_record(audit)
    told(1, _PARTS)
    writers: dict[str, Writer] = {
        ROWS: partial(_write_rows, job),
        TABLE: partial(_write_table, job),
        FINDINGS: partial(_write_findings, record),
        SET: partial(_write_set, record),
        **_reports(job, record, photos, name, date or datetime.date.today(), view),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for done, (file, write_to) in enumerate(writers.items(), _PARTS - len(writers)):
            told(done, _PARTS)
            part = folder / f"{file}.part"
            try:
                write_to(part)
                part.replace(folder / file)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            "The results could not be written to “",
            str(folder),
            f"” ({error.strerror}): {disk_remedy(error)} What is finished is kept.",
        ) from error
    told(_PARTS, _PARTS)
    return [folder / file for file in writers]


def _untold(done: int, total: int) -> None:
    """Nobody is told how far it is."""


def _reports(
    job: Job, record: AuditRecord, photos: Path | None, name: str, date: datetime.date, view: str
) -> dict[str, Writer]:
    """What writes each report for people, by the file's name."""
    versions = {"PyTorch": str(torch.__version__), "Python": platform.python_version()}
    texts = report(record, name=name, date=date, versions=versions, view=view)
    pictures = report_pictures(job, photos, texts, record.findings)
    return {
        PDF: partial(write_pdf, texts, pictures),
        HTML: lambda path: path.write_bytes(page(texts, pictures).encode("utf-8", "backslashreplace")),
        SLIDE: lambda path: slide(texts, pictures).save(path, "PNG", optimize=True),
    }


def _write_findings(record: AuditRecord, path: Path) -> None:
    with _text_file(path) as file:
        json.dump(as_json(record), file, ensure_ascii=False, indent=1)
        file.write("\n")


def _write_rows(job: Job, path: Path) -> None:
    """All rows as a list, written one by one."""
    with _text_file(path) as file:
        file.write("[")
        for number, photo in enumerate(job.finished()):
            cells = None
            if photo.coarse_map is not None:
                cells = [[float(f"{value:.5g}") for value in line] for line in photo.coarse_map.tolist()]
            file.write(",\n" if number else "\n")
            json.dump({**as_json(photo.row), "cells": cells}, file, ensure_ascii=False)
        file.write("\n]\n")


def _write_table(job: Job, path: Path) -> None:
    """One line a photo and area, or a photo without areas."""
    with _text_file(path) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        columns = _COLUMNS if job.settings.question is None else (*_COLUMNS, "value")
        writer.writerow(columns)
        for photo in job.finished():
            for line in _lines(photo.row):
                writer.writerow([_cell(line.get(column)) for column in columns])


def _write_set(record: AuditRecord, path: Path) -> None:
    """What is wrong with the set itself."""
    with _text_file(path) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(COLUMNS)
        for line in set_lines(record.hygiene):
            writer.writerow([_cell(line.get(column)) for column in COLUMNS])


def _text_file(path: Path) -> IO[str]:
    """A file to write; what of a name is not UTF-8 is written out, as JSON does it."""
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="")


def _lines(row: Row) -> Iterator[dict[str, Any]]:
    """The lines of a photo in the table, by column."""
    photo: dict[str, Any] = {"file": row.file, "state": row.state, "label": row.label}
    if isinstance(row, LeftOutRow):
        yield {**photo, "problem": row.problem}
        return
    photo |= {"guess": row.guess, "score": row.score, "right": row.right, "value": row.value}
    photo["two_views"] = None if row.second_view is None else row.second_view.verdict
    for area in row.areas:
        yield {**photo, "area": area.name, **_area_values(area)}
    if not row.areas:
        yield photo


def _area_values(area: AreaRow | LeftOutArea) -> dict[str, Any]:
    if isinstance(area, LeftOutArea):
        return {"problem": area.problem}
    influence, cover = area.influence, area.cover
    return {
        "influence_share": None if influence is None else influence.share_of_influence.value,
        "lift": None if influence is None else influence.lift,
        "finding": cover.finding,
        "score_covered": cover.after,
        "score_elsewhere": cover.elsewhere,
        "guess_changed": cover.changed,
        "changed_elsewhere": cover.changed_elsewhere,
    }


def _cell(value: Any) -> Any:
    """A value as spreadsheets take it: no text is run as a formula, nor a part of one.

    Where the decimal sign is a comma, Excel splits lines at semicolons, whatever is in quotation marks.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _FORMULA.sub(r"\1'\2", visible(value)) if isinstance(value, str) else value
