"""What a report is made of, as data: texts ready to be set, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from saliency.audit.reports import words
from saliency.audit.reports.words import Pairs


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
class GalleryEntry:
    """A finding in words.

    Attributes:
        number: Its place in the record, from 0.
        verdict: With its sign.
        heading: Of which pictures, and which place.
        sentence: What was counted.
        step: What to do next.
        brief_step: The same for the summary, in fewer words where the finding before has the same step.
        counts: What was counted, and how many.
        gallery: Pictures that depend on it.
    """

    number: int
    verdict: str
    heading: str
    sentence: str
    step: str
    brief_step: str
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
class AverageMap:
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
    leading: tuple[GalleryEntry, ...]
    more: str
    entries: tuple[GalleryEntry, ...]
    others: Table
    classes: Table
    averages: tuple[AverageMap, ...]
    averages_note: str
    eyes: Gallery
    left_out: Table
    method: Pairs
    provenance: Pairs
    limits: str

    @property
    def names(self) -> Iterator[str]:
        """Texts from outside."""
        yield self.title
        yield from (row[0] for table in (self.classes, self.left_out) for row in table.rows)
        yield from (
            shot.file for some in (self.eyes, *(e.gallery for e in self.entries)) for shot in some.shots
        )


def first_picture(said: Content, drawn: Container[tuple[str, int]]) -> Shot | None:
    """The first picture of the first finding that has one; else the first that is worth a look."""
    shots = (shot for some in (*(e.gallery for e in said.leading), said.eyes) for shot in some.shots)
    return next((shot for shot in shots if (shot.file, shot.finding) in drawn), None)
