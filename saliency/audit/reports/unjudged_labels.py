"""Labels that are not the name of one class of a model, so that nothing can be said to be right or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from saliency.audit.run import Audit
from saliency.names import folded, positions

EXAMPLES = 5
"""So many classes of the model are named where there are labels that it lacks."""

_COMPARED = 100  # characters of a label that are compared with the classes' names


@dataclass(frozen=True, slots=True)
class UnjudgedLabel:
    """A label of photos whose guesses can be said to be neither right nor wrong.

    Attributes:
        photos: How many photos have it.
        ambiguous: Whether it can mean more than one class; else it is none.
        classes: Classes that it can mean, or those whose names are nearest, if any are near.
    """

    label: str
    photos: int
    ambiguous: bool
    classes: tuple[str, ...]


def unjudged_labels(audit: Audit) -> tuple[UnjudgedLabel, ...]:
    """The labels that are not the name of one class of the model, those of most photos first."""
    rows = (row for group in audit.groups for row in group.rows.values())
    return unknown_labels(
        Counter(row.label for row in rows if row.label is not None and row.right is None), audit.classes
    )


def unknown_labels(counts: Mapping[str, int], known: Sequence[str]) -> tuple[UnjudgedLabel, ...]:
    """Those of some labels that are not the name of one class, those of most photos first.

    Args:
        counts: How many photos have each label.
        known: The model's classes.
    """
    by_name = {folded(name): name for name in reversed(known)}
    labels = []
    for label, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        meant = [known[index] for index in positions(label, known)]
        if len(meant) != 1:
            near = get_close_matches(folded(label)[:_COMPARED], by_name, n=1, cutoff=0.6)
            classes = meant or [by_name[name] for name in near]
            labels.append(UnjudgedLabel(label, count, len(meant) > 1, tuple(classes)))
    return tuple(labels)
