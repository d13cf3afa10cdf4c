"""What the reports of an audit say, in texts ready to be set; every format sets the same.

All of it comes from the record of the findings (:func:`saliency.audit.outputs.findings_record`): here figures
are put into words, and none is computed.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saliency.audit.findings import ENOUGH
from saliency.audit.reports import words

DETAILED = 12  # findings with all their figures and pictures
LISTED = 60  # rows of a table
PICTURES = 6  # pictures of a finding
EYES = 12  # pictures worth a person's eyes
AVERAGES = 8  # classes with their average heat map
LEADING = 3  # findings in the summary
LONGEST = 48  # characters of a name beside a picture

Record = Mapping[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shot:
    """A picture of a gallery.

    Attributes:
        file: Which photo.
        finding: Number of the finding whose place is marked on it; -1: none.
        lines: What is said below it.
    """

    file: str
    finding: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Gallery:
    """Some pictures out of more.

    Attributes:
        shots: Those that are shown.
        of: How many there are.
    """

    shots: tuple[Shot, ...]
    of: int

    @property
    def note(self) -> str:
        """How many of how many are shown."""
        return words.shown(len(self.shots), self.of)


@dataclass(frozen=True)
class Entry:
    """A finding in words.

    Attributes:
        number: Its place in the record, from 0.
        verdict: With its sign.
        heading: Of which pictures, and which place.
        sentence: What was counted.
        step: What to do next.
        counts: What was counted, and how many.
        gallery: Pictures that depend on it.
    """

    number: int
    verdict: str
    heading: str
    sentence: str
    step: str
    counts: Pairs
    gallery: Gallery


@dataclass(frozen=True)
class Table:
    """Rows of texts.

    Attributes:
        head: The names of the columns.
        rows: As many as are shown.
        of: How many there are.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    of: int

    @property
    def note(self) -> str:
        """How many of how many rows are shown; empty if all are."""
        return "" if len(self.rows) == self.of else words.listed(len(self.rows), self.of)


@dataclass(frozen=True)
class Average:
    """A class's average heat map, as shares of its influence, beside what chance would give."""

    guess: str
    sentence: str
    cells: Sequence[Sequence[float]]
    by_chance: float


@dataclass(frozen=True)
class Content:
    """All that a report says.

    Attributes:
        title: What people call the audit.
        about: Model, view and date.
        headline: The main finding, one sentence.
        figures: The audit in a few large numbers.
        on_slide: Those for a slide.
        leading: Findings for the summary.
        more: What the summary leaves out, a sentence; empty if nothing.
        entries: Findings in detail.
        others: Findings that have no room for it.
        classes: Pictures by guess.
        averages: The largest classes' average maps.
        averages_note: How many of how many are shown.
        eyes: Pictures worth a person's eyes.
        left_out: Photos that were not audited.
        method: Headings and what was done.
        provenance: What is needed to do it again.
        limits: What the set does not show.
    """

    title: str
    about: str
    headline: str
    figures: Pairs
    on_slide: Pairs
    leading: tuple[Entry, ...]
    more: str
    entries: tuple[Entry, ...]
    others: Table
    classes: Table
    averages: tuple[Average, ...]
    averages_note: str
    eyes: Gallery
    left_out: Table
    method: Pairs
    provenance: Pairs
    limits: str


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
        headline=words.headline(record),
        figures=words.figures(record),
        on_slide=words.on_slide(record, record["findings"][leading[0]] if leading else None),
        leading=tuple(found[at] for at in leading),
        more=words.more(record["findings"], leading),
        entries=tuple(found[:DETAILED]),
        others=_others(record["findings"]),
        classes=_classes(record),
        averages=_averages(record),
        averages_note=words.shown_classes(
            min(AVERAGES, with_map := sum(map(_has_map, record["classes"]))), with_map
        ),
        eyes=_eyes(record),
        left_out=_left_out(record["left_out"]),
        method=words.method(record),
        provenance=words.provenance(settings, date, versions),
        limits=record["limits"],
    )


def brief(text: str, most: int = LONGEST) -> str:
    """A text of at most so many characters: its middle gives way, as file names differ at both ends."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail].rstrip()}…{text[-tail:].lstrip()}"


def first_picture(entries: Iterable[Entry], drawn: Container[tuple[str, int]]) -> Shot | None:
    """The first picture of the first finding that has one."""
    shots = (shot for entry in entries for shot in entry.gallery.shots)
    return next((shot for shot in shots if (shot.file, shot.finding) in drawn), None)


def _leading(findings: Sequence[Record]) -> list[int]:
    """Numbers of the findings for the summary: those that say something, unexpected ones first."""
    telling = [at for at, one in enumerate(findings) if one["verdict"] != "no evidence"]
    return sorted(telling, key=lambda at: (bool(findings[at]["expected"]), at))[:LEADING]


def _entry(number: int, one: Record) -> Entry:
    files = one["files"]
    shots = tuple(Shot(file, number, (brief(file),)) for file in files[:PICTURES])
    return Entry(
        number=number,
        verdict=words.verdict(one),
        heading=words.heading(one),
        sentence=one["sentence"],
        step=one["next"],
        counts=words.counts(one),
        gallery=Gallery(shots, len(files)),
    )


def _others(findings: Sequence[Record]) -> Table:
    rest = findings[DETAILED:]
    rows = tuple(
        (
            words.verdict(one),
            words.heading(one),
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


def _averages(record: Record) -> tuple[Average, ...]:
    chosen = [one for one in _by_size(record["classes"]) if _has_map(one)][:AVERAGES]
    return tuple(
        Average(
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
        given = tuple(_shortened(reason, one["guess"], one["label"]) for reason in one["reasons"])
        shots.append(Shot(one["file"], marked.get(one["file"], -1), (brief(one["file"]), guess, *given)))
    return Gallery(tuple(shots), len(listed))


def _shortened(sentence: str, *names: str | None) -> str:
    """A sentence with the names in it made brief."""
    for name in names:
        if name and len(name) > LONGEST:
            sentence = sentence.replace(name, brief(name))
    return sentence


def _left_out(left: Sequence[Record]) -> Table:
    rows = tuple((one["file"], one["problem"]) for one in left[:LISTED])
    return Table(("Photo", "Reason"), rows, len(left))
