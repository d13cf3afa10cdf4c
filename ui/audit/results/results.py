"""What a finished audit found, as the page needs it: read once, filtered many times."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from saliency.audit import Job
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.files import FINDINGS
from ui.audit.store import RESULTS

Entry = dict[str, Any]
"""A photo: number, file, guess, score, label, right, whether it has a map, areas by name, reasons."""

_KEY = "audit-results"


@dataclass(frozen=True, eq=False)
class Results:
    """What a finished audit found.

    Attributes:
        folder: Its folder.
        found: As in its `findings.json`.
        entries: All audited photos, those worth a person's eyes first.
    """

    folder: Path
    found: dict[str, Any]
    entries: list[Entry]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """Findings that are to be read."""
        return [one for one in self.found["findings"] if one["verdict"] != Verdict.NO_EVIDENCE]

    @property
    def hidden(self) -> list[dict[str, Any]]:
        """What was tested without evidence."""
        return [one for one in self.found["findings"] if one["verdict"] == Verdict.NO_EVIDENCE]

    @property
    def guesses(self) -> list[str]:
        """All guesses, the most frequent first."""
        classes = sorted(self.found["classes"], key=lambda one: (-one["pictures"], one["guess"]))
        return [one["guess"] for one in classes]


def results(folder: Path) -> Results:
    """The results of an audit, which the tab remembers."""
    path = folder / RESULTS / FINDINGS
    key = (str(path), path.stat().st_mtime_ns)
    known = st.session_state.get(_KEY)
    if known is None or known[0] != key:
        known = st.session_state[_KEY] = (key, _read(folder, path))
    found: Results = known[1]
    return found


def forget() -> None:
    """Lets go of the results the tab remembers."""
    st.session_state.pop(_KEY, None)


def chosen(entries: Sequence[Entry], *, guess: str, files: frozenset[str] | None, right: str) -> list[Entry]:
    """Photos that fit.

    Args:
        entries: All.
        guess: With this guess; empty for any.
        files: Only these; None for all.
        right: "right", "wrong", or anything else for both.
    """
    return [
        entry
        for entry in entries
        if (not guess or entry["guess"] == guess)
        and (files is None or entry["file"] in files)
        and (right not in ("right", "wrong") or entry["right"] is (right == "right"))
    ]


def _read(folder: Path, path: Path) -> Results:
    found = json.loads(path.read_text(encoding="utf-8"))
    order = {one["file"]: place for place, one in enumerate(found["review"])}
    reasons = {one["file"]: one["reasons"] for one in found["review"]}
    entries: list[Entry] = []
    with Job(folder, alone=False) as job:
        for at, row, cells in job.rows():
            if row["state"] == "done":
                entry = {key: row[key] for key in ("file", "guess", "label", "right")}
                score = row["scores"][0]["score"]
                entries.append(
                    {
                        **entry,
                        "at": at,
                        "score": score,
                        "mapped": cells is not None,
                        "areas": {area["name"]: area["box"] for area in row["areas"]},
                        "reasons": reasons.get(row["file"], []),
                    }
                )
    entries.sort(key=lambda entry: (order.get(entry["file"], len(order)), entry["at"]))
    return Results(folder, found, entries)
