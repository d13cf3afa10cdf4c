"""A rehearsal in numbers, as ``findings.json`` keeps it (``remedy``); the fields' names are its keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from saliency.audit.evidence.statistics import Interval, exact_interval
from saliency.audit.json_types import OPTIONAL, optional


class RemedyVerdict(StrEnum):
    """What a rehearsal shows of a finding, or as a whole."""

    HELPS = "helps"
    NO_HELP = "no help"
    UNCLEAR = "unclear"
    NOTHING = "nothing to mend"


@dataclass(frozen=True, slots=True)
class Course:
    """Of so many photos that were not learned from, how many have something: before, after, in the control.

    Attributes:
        photos: How many were asked about.
        before: How many have it with the model as it is.
        after: How many have it with the last step trained again.
        control: How many have it where as many plain copies were learned from; ``None``: not tried.
    """

    photos: int
    before: int
    after: int
    control: int | None = optional()

    def interval(self, count: int) -> Interval:
        """A count as a share, with its exact interval."""
        return exact_interval(count, max(1, self.photos))


@dataclass(frozen=True, slots=True)
class FindingRemedy:
    """What a rehearsal did to one finding.

    Attributes:
        finding: The finding's key.
        guess: The answer that it is about; ``None``: any.
        where: What answers depend on, as it stands in a sentence.
        kind: A place, a thing or a property.
        depends: How many answers depend on it.
        without: How many photos are answered right without it; ``None``: not asked.
    """

    finding: str
    verdict: RemedyVerdict
    guess: str | None
    where: str
    kind: str
    depends: Course
    without: Course | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True, slots=True)
class TwinExample:
    """A photo and its twin, as files beside the record.

    Attributes:
        photo: The photo of the audit.
        twin: The twin, a file of the pack.
        label: What both show.
        made: How the twin was made, in words.
        before: What the model as it is answers to the twin.
        after: What it answers after the rehearsal.
    """

    photo: str
    twin: str
    label: str
    made: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyRecord:
    """A rehearsal of what to add.

    Attributes:
        verdict: What it shows as a whole.
        learned: Photos that were learned from.
        twins: Twins of them that were learned from, too.
        judged: Photos that were judged by.
        findings: Each finding that was rehearsed, worst first.
        ordinary: How many photos as they are get a right answer.
        worse: Classes of which clearly fewer photos get a right answer than before.
        examples: Photos with their twins.
    """

    verdict: RemedyVerdict
    learned: int
    twins: int
    judged: int
    findings: tuple[FindingRemedy, ...]
    ordinary: Course | None = field(default=None, metadata=OPTIONAL)
    worse: tuple[str, ...] = ()
    examples: tuple[TwinExample, ...] = ()
