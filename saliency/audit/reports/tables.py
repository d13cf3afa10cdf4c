"""The files of an audit for programs and spreadsheets: a row a photo, a line a finding, what to add."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from saliency.audit.evidence.rows import AreaRow, LeftOutArea, LeftOutRow, Row
from saliency.audit.job import Job
from saliency.audit.json_types import as_json
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.remedy.judged_words import estimates
from saliency.audit.reports.set_table import COLUMNS, set_lines
from saliency.audit.reports.shopping import checklist
from saliency.export.spreadsheet import cell

_COLUMNS = (
    "file", "state", "label", "guess", "score", "right", "area", "influence_share", "lift", "finding",
    "score_covered", "score_elsewhere", "guess_changed", "changed_elsewhere", "two_views", "problem",
)  # fmt: skip

_FINDING_COLUMNS = (
    "finding", "number", "verdict", "guess", "place", "tested", "changed", "changed_elsewhere", "q_value",
    "expected", "sentence", "role", "name", "note", "by", "at",
)  # fmt: skip


def write_findings(record: AuditRecord, path: Path) -> None:
    """The record as it is."""
    with text_file(path) as file:
        json.dump(as_json(record), file, ensure_ascii=False, indent=1)
        file.write("\n")


def write_findings_table(record: AuditRecord, path: Path) -> None:
    """One line a finding, with what people said of it; it can be filled in and handed over again."""
    with text_file(path) as file:
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
            writer.writerow(map(cell, values))


def write_checklist(record: AuditRecord, path: Path) -> None:
    """What to add, to be ticked off."""
    with text_file(path) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(checklist.COLUMNS)
        for line in checklist.checklist(record.shopping_list, estimates(record.judged_remedy)):
            writer.writerow([cell(line.get(column)) for column in checklist.COLUMNS])


def write_rows(job: Job, path: Path) -> None:
    """All rows as a list, written one by one."""
    with text_file(path) as file:
        file.write("[")
        for number, photo in enumerate(job.finished()):
            cells = None
            if photo.coarse_map is not None:
                cells = [[float(f"{value:.5g}") for value in line] for line in photo.coarse_map.tolist()]
            file.write(",\n" if number else "\n")
            json.dump({**as_json(photo.row), "cells": cells}, file, ensure_ascii=False)
        file.write("\n]\n")


def write_table(job: Job, path: Path) -> None:
    """One line a photo and area, or a photo without areas."""
    with text_file(path) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        columns = _COLUMNS if job.settings.question is None else (*_COLUMNS, "value")
        writer.writerow(columns)
        for photo in job.finished():
            for line in _lines(photo.row):
                writer.writerow([cell(line.get(column)) for column in columns])


def write_set(record: AuditRecord, path: Path) -> None:
    """What is wrong with the set itself."""
    with text_file(path) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(COLUMNS)
        for line in set_lines(record.hygiene):
            writer.writerow([cell(line.get(column)) for column in COLUMNS])


def text_file(path: Path) -> IO[str]:
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
