"""Photos by what they show, where that is known: how many are recognised, what the others are taken for.

Counted by guess alone, a class whose photos are missed looks perfect: all that are called mugs are mugs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.evidence.statistics import Interval, exact_interval
from saliency.names import positions


@dataclass(frozen=True, slots=True)
class TakenFor:
    """How many photos of a class were taken for another one."""

    guess: str
    photos: int


@dataclass(frozen=True, slots=True)
class TrueClassRecord:
    """The photos that show one thing, in numbers; the fields are keys of ``findings.json``.

    Attributes:
        label: The model's name of it.
        photos: How many photos show it.
        right: How many of them are recognised.
        missed: How many are not.
        share_right: The share that is recognised, with its exact interval.
        taken_for: What the missed ones were taken for, most often first.
    """

    label: str
    photos: int
    right: int
    missed: int
    share_right: Interval
    taken_for: tuple[TakenFor, ...]


RowsByNumber = dict[int, PhotoRow]


def judged_rows(groups: Sequence[GuessGroup], classes: Sequence[str]) -> dict[str, RowsByNumber]:
    """The rows whose guess is right or wrong, by the class that they show, by the photo's number.

    Args:
        groups: The photos by their guess.
        classes: The model's.
    """
    by_class: dict[str, RowsByNumber] = defaultdict(dict)
    for group in groups:
        for number, row in group.rows.items():
            if row.right is not None and row.label is not None:
                by_class[_true_class(row, classes)][number] = row
    return {label: dict(sorted(rows.items())) for label, rows in sorted(by_class.items())}


def true_class_records(by_class: dict[str, RowsByNumber]) -> tuple[TrueClassRecord, ...]:
    """Each class in numbers, those with most missed photos first."""
    records = []
    for label, rows in by_class.items():
        taken = Counter(row.guess for row in rows.values() if not row.right)
        ordered = sorted(taken.items(), key=lambda pair: (-pair[1], pair[0]))
        missed = sum(taken.values())
        records.append(
            TrueClassRecord(
                label=label,
                photos=len(rows),
                right=len(rows) - missed,
                missed=missed,
                share_right=exact_interval(len(rows) - missed, len(rows)),
                taken_for=tuple(TakenFor(*pair) for pair in ordered),
            )
        )
    return tuple(sorted(records, key=lambda record: (-record.missed, -record.photos, record.label)))


def _true_class(row: PhotoRow, classes: Sequence[str]) -> str:
    """The model's name of what a judged photo shows."""
    if row.right:
        return row.guess
    label = row.label or ""
    meant = positions(label, classes)
    return classes[meant[0]] if meant else label
