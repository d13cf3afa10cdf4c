"""What a report is made of, as data: texts ready to be set, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal, TypeVar

from saliency.audit.evidence.hot_spots import AverageMap
from saliency.audit.evidence.surround import Surround
from saliency.audit.reports import words
from saliency.audit.reports.words import Pair

T = TypeVar("T")

CROPS = ""
"""Stands for a photo's file where a sheet of crops from several is meant."""

LISTED = 60
"""Rows of a table that are shown."""

TWIN = -100
"""Stands for the number of a finding where a photo beside its twin of a rehearsal is meant."""

Style = Literal["text", "quiet", "small"]


@dataclass(frozen=True)
class Text:
    """A paragraph, with a heading of its own or none."""

    text: str
    style: Style = "text"
    heading: str = ""


@dataclass(frozen=True)
class Legend:
    """The colour bar between its words."""

    ends: Pair


@dataclass(frozen=True)
class Pairs:
    """Names and their values."""

    rows: tuple[Pair, ...]


@dataclass(frozen=True)
class Table:
    """Rows of texts.

    Attributes:
        head: The names of the columns.
        rows: As many as are shown, of so many as there are.
        widths: The columns' shares of the width.
        numbers: Whether all but the first column are numbers.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    widths: tuple[float, ...]
    numbers: bool = False

    @property
    def note(self) -> str:
        """How many of how many rows are shown; empty if all are."""
        return "" if len(self.rows) == self.count else words.rows_shown(len(self.rows), self.count)


@dataclass(frozen=True)
class Shot:
    """A photo in a gallery and what is said below it.

    Attributes:
        finding: Number of the finding whose place is marked on it; -1: none; below that, its product with
            other surroundings, by :func:`surround_number`.
        wrong: Whether it is shown for its guess, which is wrong.
    """

    file: str
    finding: int
    lines: tuple[str, ...]
    wrong: bool = False

    @property
    def exchanged(self) -> bool:
        """Whether its product is shown with other surroundings, without a map."""
        return TWIN < self.finding < -1


def surround_number(surround: str) -> int:
    """What stands in a shot for the number of a finding, where its product has these surroundings."""
    return -2 - [str(one) for one in Surround].index(surround)


@dataclass(frozen=True)
class Gallery:
    """Some pictures, and how many there are in all."""

    shots: tuple[Shot, ...]
    count: int

    @property
    def note(self) -> str:
        """How many of how many are shown."""
        return words.pictures_shown(len(self.shots), self.count)


@dataclass(frozen=True)
class ClassAverage:
    """A class's average heat map, and what is said of it."""

    guess: str
    sentence: str
    average: AverageMap


@dataclass(frozen=True)
class Averages:
    """Average heat maps of several classes."""

    classes: tuple[ClassAverage, ...]


@dataclass(frozen=True)
class FindingText:
    """A finding in words: what was counted, what to do next, and the pictures that depend on it.

    Attributes:
        number: Its place in the record, from 0.
        shown: What its pictures show, a caption.
        crops: What is said of its sheet of crops; empty where there is none.
        judged: What a person said of it; empty where nobody has said.
    """

    number: int
    verdict: str
    heading: str
    sentence: str
    step: str
    counts: tuple[Pair, ...]
    gallery: Gallery
    shown: str
    crops: str = ""
    judged: str = ""


Block = Text | Legend | Pairs | Table | Gallery | Averages | FindingText


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it.

    Attributes:
        page: Whether it is a page of its own on paper, which can be handed on alone.
    """

    heading: str
    blocks: tuple[Block, ...]
    page: bool = False


def parts(whole: object, kind: type[T]) -> Iterator[T]:
    """Everything of a kind in a report or a part of one, in the order in which it is read."""
    if isinstance(whole, kind):
        yield whole
    elif isinstance(whole, tuple):
        for part in whole:
            yield from parts(part, kind)
    elif is_dataclass(whole):
        for field in fields(whole):
            yield from parts(getattr(whole, field.name), kind)
