"""The files of an audit: a row a photo as CSV and JSON, the findings, and the reports for people."""

from __future__ import annotations

import csv
import datetime
import json
import platform
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

import torch

from saliency.audit.evidence.rows import AreaRow, LeftOutArea, LeftOutRow, Row
from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.audit.job import Job
from saliency.audit.json_types import as_json
from saliency.audit.reports.html import page
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.pdf import write_pdf
from saliency.audit.reports.pictures import report_pictures
from saliency.audit.reports.record import AuditRecord, audit_record
from saliency.audit.reports.report import report
from saliency.audit.reports.set_table import COLUMNS, set_lines
from saliency.audit.reports.slide import slide
from saliency.audit.run import Audit
from saliency.export.web import visible

ROWS, TABLE, SET = "results.json", "results.csv", "set.csv"
FINDINGS, FINDINGS_TABLE = "findings.json", "findings.csv"
PDF, HTML, SLIDE = "report.pdf", "report.html", "slide.png"
_COLUMNS = (
    "file", "state", "label", "guess", "score", "right", "area", "influence_share", "lift", "finding",
    "score_covered", "score_elsewhere", "guess_changed", "changed_elsewhere", "two_views", "problem",
)  # fmt: skip

_FINDING_COLUMNS = (
    "finding", "number", "verdict", "guess", "place", "tested", "changed", "changed_elsewhere", "q_value",
    "expected", "sentence", "role", "name", "note", "by", "at",
)  # fmt: skip

_FORMULA = re.compile(r"""((?:^|[;\t|\r\n])[\s"'\ufeff\u200b]*)([=+\-@＝＋－＠])""")  # where a cell may begin

_PARTS = 10  # to be told of: the findings, the pictures, and eight files

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
    said = {f.key: f.judgement for f in audit.findings if f.judgement is not None}
    record = judged_record(audit_record(audit), said)
    told(1, _PARTS)
    rows: dict[str, Writer] = {
        ROWS: partial(_write_rows, job),
        TABLE: partial(_write_table, job),
        SET: partial(_write_set, record),
    }
    writers = rows | _of_findings(job, record, photos, name, date or datetime.date.today(), view)
    return _write_all(writers, folder, told)


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
    return _write_all(writers, folder, _untold)


def _write_all(writers: Mapping[str, Writer], folder: Path, told: Callable[[int, int], object]) -> list[Path]:
    """Write files, each whole or not at all."""
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


def _of_findings(
    job: Job, record: AuditRecord, photos: Path | None, name: str, date: datetime.date, view: str
) -> dict[str, Writer]:
    """What writes each file in which findings are, by its name; the record last, as it vouches for all."""
    versions = {"PyTorch": str(torch.__version__), "Python": platform.python_version()}
    texts = report(record, name=name, date=date, versions=versions, view=view)
    pictures = report_pictures(job, photos, texts, record.findings, record.surroundings)
    return {
        PDF: partial(write_pdf, texts, pictures),
        HTML: lambda path: path.write_bytes(page(texts, pictures).encode("utf-8", "backslashreplace")),
        SLIDE: lambda path: slide(texts, pictures).save(path, "PNG", optimize=True),
        FINDINGS_TABLE: partial(_write_findings_table, record),
        FINDINGS: partial(_write_findings, record),
    }


def _write_findings(record: AuditRecord, path: Path) -> None:
    with _text_file(path) as file:
        json.dump(as_json(record), file, ensure_ascii=False, indent=1)
        file.write("\n")


def _write_findings_table(record: AuditRecord, path: Path) -> None:
    """One line a finding, with what people said of it; it can be filled in and handed over again."""
    with _text_file(path) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(_FINDING_COLUMNS)
        for number, finding in enumerate(record.findings, 1):
            summary, said = finding.summary, finding.judgement
            values = (
                finding.key, number, str(finding.verdict), finding.guess, finding.place, summary.tested,
                summary.changed, summary.changed_elsewhere, finding.q_value, finding.expected,
                finding.sentence,
                *(5 * ("",) if said is None else (str(said.role), said.name, said.note, said.by, said.at)),
            )  # fmt: skip
            writer.writerow(map(_cell, values))


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
