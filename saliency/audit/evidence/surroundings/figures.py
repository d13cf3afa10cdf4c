"""What exchanging the surroundings of products shows of each class, as figures; made in ``record.py``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from saliency.audit.evidence.statistics import Interval
from saliency.audit.evidence.verdicts import RATE
from saliency.audit.json_types import optional, significant


class SurroundingsVerdict(StrEnum):
    """What exchanging surroundings shows of a class."""

    DEPENDS = "depends"
    """Its kind of surroundings carries the answer."""
    ANY_CHANGE = "any change"
    """Others' surroundings cost answers, those of the same class about as many."""
    NO_EVIDENCE = "no evidence"


@dataclass(frozen=True, slots=True)
class SurroundCount:
    """The answers with one kind of surroundings.

    Attributes:
        photos: How many photos were shown so.
        hits: In how many the class is given: the true one, where it is known; else the answer stays.
        share: The share of these, and its exact interval.
        stays: In how many the answer is that to the photo as it is.
    """

    photos: int
    hits: int
    share: Interval
    stays: int


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Two kinds of surroundings in the same photos.

    Attributes:
        photos: How many were shown with both.
        lost: In how many the first is a hit and the second is not.
        gained: In how many it is the other way round.
        p_value: The exact test's, two-sided.
        q_value: The same, adjusted for all that were made.
    """

    photos: int
    lost: int
    gained: int
    p_value: float = significant(3)
    q_value: float = significant(3)

    @property
    def clear(self) -> bool:
        """Whether the second kind costs more than chance explains."""
        return self.q_value <= RATE and self.lost > self.gained


@dataclass(frozen=True, slots=True)
class SurroundingsExample:
    """A photo to be shown with other surroundings, and the answers.

    Attributes:
        file: The photo.
        same: The other photo of its class.
        other: The photo of another class.
        guesses: The answers, by the name of a :class:`~saliency.audit.evidence.surround.Surround`.
    """

    file: str
    guesses: dict[str, str]
    same: str | None = optional()
    other: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class SurroundingsGroup:
    """The photos of one class with other surroundings; the fields are keys of ``findings.json``.

    Attributes:
        label: The class; ``None``: all photos.
        verdict: What it shows.
        sentence: What was counted, where a report has put it into words.
        next: What to do next, likewise.
        photos: How many photos were shown with other surroundings.
        own: Cut out and put back into its own.
        greyed: With its own without colours.
        blurred: With its own under a heavy blur.
        same: With those of another photo of the class.
        other: With those of a photo of another class.
        alone: With even grey around it.
        without: Its surroundings, without the product. Of the last three and ``greyed`` fewer photos are
            asked, as nothing follows from them; ``None`` where none could be.
        own_or_elsewhere: Own surroundings beside those of other classes; of one class, of its other photos.
        same_or_other: Those of the class's photos beside those of other classes.
        example: A photo that lost its class elsewhere, if there is one; else any.
    """

    label: str | None
    verdict: SurroundingsVerdict = SurroundingsVerdict.NO_EVIDENCE
    sentence: str = ""
    next: str = ""
    photos: int
    own: SurroundCount
    greyed: SurroundCount | None
    blurred: SurroundCount | None
    same: SurroundCount | None
    other: SurroundCount | None
    alone: SurroundCount | None
    without: SurroundCount | None
    own_or_elsewhere: PairedTest
    same_or_other: PairedTest | None
    example: SurroundingsExample | None = None

    @property
    def tests(self) -> list[PairedTest]:
        """Both comparisons, or the one that there is."""
        return [test for test in (self.own_or_elsewhere, self.same_or_other) if test is not None]

    @property
    def elsewhere(self) -> SurroundCount:
        """With the surroundings that are compared with its own."""
        count = self.other or self.same
        assert count is not None
        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class SurroundingsRecord:
    """What exchanging the surroundings of products shows.

    Attributes:
        judged: Whether the classes are what the photos show; else they are what the model answers.
        photos: How many photos were shown with other surroundings.
        boxed: How many of these have their product marked by a box, whose corners show surroundings too.
        left_out: How many more were drawn, but could not be used.
        marked: Of how many photos with a marked product these were drawn; ``None``: all were.
        groups: The classes, those with a verdict first; all photos together first of all.
    """

    judged: bool
    photos: int
    boxed: int
    left_out: int
    groups: tuple[SurroundingsGroup, ...]
    marked: int | None = optional()

    @property
    def p_values(self) -> list[float]:
        """Those of all comparisons, to be adjusted together with others."""
        return [test.p_value for group in self.groups for test in group.tests]

    @property
    def untelling(self) -> list[SurroundingsGroup]:
        """The classes that are no findings: their kind of surroundings was not seen to carry the answer."""
        return [group for group in self.groups if group not in self.depends]

    @property
    def depends(self) -> list[SurroundingsGroup]:
        """The classes whose kind of surroundings carries the answer; all together, if that is all."""
        groups = [group for group in self.groups if group.verdict is SurroundingsVerdict.DEPENDS]
        return [group for group in groups if group.label is not None] or groups
