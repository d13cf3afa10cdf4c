"""The words of the log of audits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from saliency.audit.reports.figures import share_of
from saliency.audit.reports.log.entries import LogEntry
from saliency.audit.reports.sentences import brief, counted
from saliency.audit.reports.words import day
from ui.words import plain

TITLE = "Over time: was a model better before?"
MODEL, ALL = "Model", "All models"
EVERY = (
    "The finished audits that are open to you. Only audits of the same photos can say whether a model got "
    "better; points of one set are joined. Bars: where the share most likely lies in more photos like these "
    "(95 % interval)."
)
NONE = "No audit is finished yet."
UNKNOWN = "None of these audits knows what its photos show, so there are no right answers to draw."
COLUMNS = ("Begun", "Audit", "Model", "Weights", "Photos", "Right answers", "Findings to look into", "Judged")
SHARE, DATE, SET = "Right answers in %", "Begun", "Photos"
TABLE = "The log as a table (CSV)"
TABLE_HELP = "A line an audit, with what its answers depend on"
SET_NAME = "Set {number} ({photos})"
NOT_JUDGED = "not known"
CHART_ALT = "Right answers of {model} by date: {points}."


def rows(entries: Sequence[LogEntry]) -> dict[str, list[str]]:
    """The log as a table, by column."""
    lines = [
        (
            date_of(entry),
            brief(entry.audit),
            brief(entry.model),
            entry.weights[:8],
            str(entry.photos),
            share_of(entry.right, entry.known) if entry.known else NOT_JUDGED,
            str(len(entry.depends_on)),
            counted(entry.judged, "finding") if entry.judged else "–",
        )
        for entry in entries
    ]
    columns = zip(COLUMNS, zip(*lines, strict=True), strict=True)
    return {head: list(map(plain, cells)) for head, cells in columns}


def date_of(entry: LogEntry) -> str:
    """When an audit was begun."""
    return day(datetime.fromisoformat(entry.date).date())


def sentence(entries: Sequence[LogEntry]) -> str:
    """The last two audits of one set, in a sentence; empty where there are none."""
    known = [entry for entry in entries if entry.known]
    for number in range(len(known) - 1, 0, -1):
        last = known[number]
        before = next((e for e in reversed(known[:number]) if e.set == last.set), None)
        if before is not None:
            model = "the same weights" if before.weights == last.weights else "other weights"
            if before.model != last.model:
                model = f"“{brief(last.model)}” after “{brief(before.model)}”"
            return (
                f"On the same photos, with {model}: {share_of(before.right, before.known)} right on "
                f"{date_of(before)}, {share_of(last.right, last.known)} on {date_of(last)}. Whether that is "
                "more than chance, their comparison says."
            )
    return ""


def chart_alt(model: str, entries: Sequence[LogEntry]) -> str:
    """The chart for those who do not see it."""
    points = "; ".join(f"{date_of(e)}: {share_of(e.right, e.known)}" for e in entries if e.known)
    return CHART_ALT.format(model=model, points=points)
