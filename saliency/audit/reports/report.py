"""What the reports of an audit say, in texts ready to be set; every format sets the same.

All of it comes from the record of the findings (:func:`saliency.audit.reports.files.findings_record`): here
figures are put into words, and none is computed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from saliency.audit.evidence.findings import ENOUGH
from saliency.audit.reports import method, words
from saliency.audit.reports.blocks import AverageMap, Content, Gallery, GalleryEntry, Shot, Table
from saliency.audit.reports.words import Record

DETAILED = 12  # findings with all their figures and pictures
LISTED = 60  # rows of a table
PICTURES = 6  # pictures of a finding
EYES = 12  # pictures worth a person's eyes
AVERAGES = 8  # classes with their average heat map
LEADING = 3  # findings in the summary
LONGEST = 48  # characters of a name beside a picture
_NAME = 80  # characters of a name in a sentence
_SHORTER = 34  # the same in the summary


def content(record: Record, *, name: str = "", date: datetime.date, versions: Record) -> Content:
    """What a report says.

    Args:
        record: Of the findings.
        name: What people call the audit; empty: the model's name is used.
        date: Of the report.
        versions: Of the programs, by their names.
    """
    found = [_entry(number, one) for number, one in enumerate(record["findings"])]
    leading = _leading(record["findings"])
    settings = record["settings"]
    return Content(
        title=name.strip() or f"Audit of {settings['model']}",
        about=words.about(settings, date),
        headline=named(words.headline(record)),
        figures=words.figures(record),
        on_slide=words.on_slide(record, record["findings"][leading[0]] if leading else None),
        leading=_unrepeated([found[at] for at in leading]),
        more=words.more(record, leading),
        entries=tuple(found[:DETAILED]),
        others=_others(record["findings"]),
        classes=_classes(record),
        averages=_averages(record),
        averages_note=words.shown_classes(
            min(AVERAGES, with_map := sum(map(_has_map, record["classes"]))), with_map
        ),
        eyes=_eyes(record),
        left_out=_left_out(record["left_out"]),
        method=method.method(record),
        provenance=method.provenance(settings, date, versions),
        limits=record["limits"],
    )


def brief(text: str, most: int = LONGEST) -> str:
    """A text of at most so many characters: its middle gives way, as file names differ at both ends."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail].rstrip()}…{text[-tail:].lstrip()}"


def named(sentence: str, most: int = _SHORTER) -> str:
    """A sentence in which the names in quotation marks are made brief."""
    start, *parts = sentence.split("“")
    made = [start]
    for part in parts:
        name, closed, rest = part.partition("”")
        made.append(f"{brief(name, most)}{closed}{rest}" if closed else part)
    return "“".join(made)


def _leading(findings: Sequence[Record]) -> list[int]:
    """Numbers of the findings for the summary: those that say something, unexpected ones first."""
    telling = [at for at, one in enumerate(findings) if one["verdict"] != "no evidence"]
    return sorted(telling, key=lambda at: (bool(findings[at]["expected"]), at))[:LEADING]


def _unrepeated(leading: Sequence[GalleryEntry]) -> tuple[GalleryEntry, ...]:
    """The findings of a summary; where a step differs from the one before by names only, it says so."""
    steps = ["", *(re.sub("“[^”]*”", "the thing", one.step) for one in leading)]
    same = [step == before for before, step in pairwise(steps)]
    return tuple(
        replace(one, brief_step=words.SAME) if again else one
        for one, again in zip(leading, same, strict=True)
    )


def _entry(number: int, one: Record) -> GalleryEntry:
    files = one["files"]
    shots = tuple(Shot(file, number, (brief(file),)) for file in files[:PICTURES])
    return GalleryEntry(
        number=number,
        verdict=words.verdict(one),
        heading=named(words.heading(one), _NAME),
        sentence=named(one["sentence"], _NAME),
        step=named(one["next"], _NAME),
        brief_step=named(one["next"]),
        counts=words.counts(one),
        gallery=Gallery(shots, len(files)),
    )


def _others(findings: Sequence[Record]) -> Table:
    rest = findings[DETAILED:]
    rows = tuple(
        (
            words.verdict(one),
            named(words.heading(one), _NAME),
            words.of(one["changed"], one["tested"]),
            words.average(one["changed_elsewhere"]),
        )
        for one in rest[:LISTED]
    )
    return Table(("Verdict", "Pictures and place", "Guess changes", "Elsewhere, on average"), rows, len(rest))


def _by_size(classes: Sequence[Record]) -> list[Record]:
    return sorted(classes, key=lambda one: (-one["pictures"], one["guess"]))


def _has_map(one: Record) -> bool:
    return one["average_map"] is not None and one["with_map"] >= ENOUGH


def _classes(record: Record) -> Table:
    labelled = words.labelled(record)
    head = ("Guess", "Pictures", *(("Right", "Wrong") if labelled else ()), "With a heat map")
    keys = ("pictures", *(("right", "wrong") if labelled else ()), "with_map")
    ordered = _by_size(record["classes"])
    rows = tuple((one["guess"], *(str(one[key]) for key in keys)) for one in ordered[:LISTED])
    return Table(head, rows, len(ordered))


def _averages(record: Record) -> tuple[AverageMap, ...]:
    chosen = [one for one in _by_size(record["classes"]) if _has_map(one)][:AVERAGES]
    return tuple(
        AverageMap(
            one["guess"],
            words.peak(one["with_map"], one["average_map"]["peak_in_standard_errors"]),
            one["average_map"]["cells"],
            one["average_map"]["by_chance"],
        )
        for one in chosen
    )


def _eyes(record: Record) -> Gallery:
    """Each with the place marked that it was found to depend on, where there is one."""
    marked: dict[str, int] = {}
    for number, one in enumerate(record["findings"]):
        if one["verdict"] == "depends" and not one["expected"]:
            for file in one["files"]:
                marked.setdefault(file, number)
    listed = record["review"]
    shots = []
    for one in listed[:EYES]:
        guess = words.guessed(brief(one["guess"]), one["score"])
        given = tuple(named(reason, LONGEST) for reason in one["reasons"])
        shots.append(Shot(one["file"], marked.get(one["file"], -1), (brief(one["file"]), guess, *given)))
    return Gallery(tuple(shots), len(listed))


def _left_out(left: Sequence[Record]) -> Table:
    rows = tuple((one["file"], one["problem"]) for one in left[:LISTED])
    return Table(("Photo", "Reason"), rows, len(left))
