"""The files of an audit: a row a photo as CSV and JSON, the findings, and the reports for people."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from saliency.audit.evidence.findings import class_record
from saliency.audit.evidence.verdicts import RATE, Verdict
from saliency.audit.job import Job
from saliency.audit.reports import Writer, reports
from saliency.audit.run import Audit
from saliency.errors import SaliencyError

ROWS, TABLE, FINDINGS = "results.json", "results.csv", "findings.json"
LIMITS = (
    "What this set shows holds for this model and pictures like these. "
    "It does not tell whether the model is right, fair or safe."
)
_COLUMNS = (
    "file", "state", "label", "guess", "score", "right", "area", "influence_share", "lift", "finding",
    "score_covered", "score_elsewhere", "guess_changed", "changed_elsewhere", "two_views", "problem",
)  # fmt: skip


def write(
    job: Job,
    audit: Audit,
    folder: Path,
    photos: Path | None = None,
    name: str = "",
    *,
    date: datetime.date | None = None,
) -> list[Path]:
    """Write all files into a folder, each whole or not at all.

    Args:
        job: The finished job.
        audit: What it shows.
        folder: Where to.
        photos: Where the photos lie, for the pictures in the reports; ``None``: they have none.
        name: What people call the audit.
        date: Of the reports; today if ``None``.

    Raises:
        SaliencyError: The folder cannot be written to.
    """
    record = findings_record(audit)
    made: dict[str, Writer] = {
        ROWS: _text(lambda file: _rows(job, file)),
        TABLE: _text(lambda file: _table(job, file)),
        FINDINGS: _text(lambda file: _json(file, record)),
        **reports(job, record, photos=photos, name=name, date=date or datetime.date.today()),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in made.items():
            part = folder / f"{file}.part"
            try:
                with part.open("wb") as opened:
                    content(opened)
                part.replace(folder / file)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise SaliencyError(
            f"The results could not be written to “{folder}” ({error.strerror}). Choose another folder."
        ) from error
    return [folder / file for file in made]


def _text(content: Callable[[IO[str]], None]) -> Writer:
    """What writes text as UTF-8."""

    def write_into(file: IO[bytes]) -> None:
        wrapped = io.TextIOWrapper(file, encoding="utf-8", newline="")
        content(wrapped)
        wrapped.detach()

    return write_into


def findings_record(audit: Audit) -> dict[str, Any]:
    """What was found, as JSON types; the same from the same photos, model and settings."""
    return {
        **summary(audit),
        "settings": asdict(audit.settings),
        "false_discovery_rate": RATE,
        "findings": [one.record() for one in audit.found],
        "classes": [class_record(group) for group in audit.groups],
        "review": audit.listed,
        "left_out": [{"file": file, "problem": problem} for file, problem in audit.problems],
        "limits": LIMITS,
    }


def summary(audit: Audit) -> dict[str, Any]:
    """The audit in a few numbers."""
    rights = [row["right"] for group in audit.groups for row in group.rows.values()]
    counted = {str(one): sum(f.verdict is one for f in audit.found) for one in Verdict}
    return {
        "photos": audit.total,
        "audited": len(rights),
        "left_out_count": len(audit.problems),
        "right": sum(one is True for one in rights),
        "wrong": sum(one is False for one in rights),
        "verdicts": counted,
        "depends_on": [
            {"guess": one.guess or None, "place": one.place, "sentence": one.record()["sentence"]}
            for one in audit.depends
        ],
    }


def _rows(job: Job, file: IO[str]) -> None:
    """All rows as a list, written one by one."""
    file.write("[")
    for number, (_, row, cells) in enumerate(job.rows()):
        values = None if cells is None else [[float(f"{v:.5g}") for v in line] for line in cells.tolist()]
        file.write(",\n" if number else "\n")
        json.dump({**row, "cells": values}, file, ensure_ascii=False)
    file.write("\n]\n")


def _table(job: Job, file: IO[str]) -> None:
    """One line a photo and area, or a photo without areas."""
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for _, row, _ in job.rows():
        for area in row.get("areas") or [{}]:
            values = _values(row, area)
            writer.writerow([_cell(values.get(column)) for column in _COLUMNS])


def _values(row: Mapping[str, Any], area: Mapping[str, Any]) -> dict[str, Any]:
    cover, influence = area.get("cover") or {}, area.get("influence") or {}
    return {
        **{key: row.get(key) for key in ("file", "state", "label", "guess", "right")},
        "score": row["scores"][0]["score"] if row.get("scores") else None,
        "area": area.get("name"),
        "influence_share": influence.get("share_of_influence", {}).get("value"),
        "lift": influence.get("lift"),
        "finding": cover.get("finding"),
        "score_covered": cover.get("after"),
        "score_elsewhere": cover.get("elsewhere"),
        "guess_changed": cover.get("changed"),
        "changed_elsewhere": cover.get("changed_elsewhere"),
        "two_views": (row.get("second_view") or {}).get("verdict"),
        "problem": row.get("problem") or area.get("problem"),
    }


def _cell(value: Any) -> Any:
    """A value as spreadsheets take it: a text that begins like a formula is not run as one."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.lstrip().startswith(("=", "+", "-", "@")):
        return f"'{value}"
    return value


def _json(file: IO[str], record: Mapping[str, Any]) -> None:
    json.dump(record, file, ensure_ascii=False, indent=1)
    file.write("\n")
