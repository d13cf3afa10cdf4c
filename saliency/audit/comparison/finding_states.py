"""What became of a finding, as counts with two models tell."""

from __future__ import annotations

from enum import StrEnum

from saliency.audit.comparison.paired import CHANCE, Paired
from saliency.audit.evidence.verdicts import FEWEST, MATERIAL


class FindingState(StrEnum):
    """What became of a finding; the order is that in which a person should look."""

    NEW = "new"
    MORE = "more often"
    STILL = "still there"
    LESS = "less often"
    GONE = "gone"
    UNCLEAR = "cannot be told"
    NOT_TESTED = "not tested"
    NO_ANSWER = "no such answer"
    NOT_GIVEN = "answer not given"


OF_BOTH = FindingState.STILL, FindingState.MORE, FindingState.LESS
UNMOVED = (
    FindingState.UNCLEAR,
    FindingState.NOT_TESTED,
    FindingState.STILL,
    FindingState.NO_ANSWER,
    FindingState.NOT_GIVEN,
)


def told(answers: Paired, q_value: float) -> FindingState:
    """What became of a finding, as its counts tell."""
    if not answers.photos:
        return FindingState.NOT_TESTED
    old, new = (_matters(hits, answers.photos) for hits in (answers.old, answers.new))
    shown = q_value <= CHANCE
    if old and new:
        return (
            (FindingState.LESS if answers.lost > answers.won else FindingState.MORE)
            if shown
            else FindingState.STILL
        )
    if shown and old:
        return FindingState.GONE
    if shown and new:
        return FindingState.NEW
    return FindingState.UNCLEAR


def _matters(hits: int, photos: int) -> bool:
    """Whether an audit would say so of so many photos."""
    return hits >= FEWEST and hits >= MATERIAL * photos
