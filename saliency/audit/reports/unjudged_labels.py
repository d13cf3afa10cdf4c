"""Labels that are not the name of one class of a model, so that nothing can be said to be right or wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from saliency.audit.json_types import OPTIONAL
from saliency.audit.run import Audit
from saliency.names import folded, positions
from saliency.near_names import near

EXAMPLES = 5
"""So many classes of the model are named where there are labels that it lacks."""

_ALIKE = 0.75  # of two names that may be one with slips of the pen; “fish” and “starfish” are less
_COMPARED = 100  # characters of a label that are compared with the classes' names


@dataclass(frozen=True, slots=True)
class UnjudgedLabel:
    """A label of photos whose guesses can be said to be neither right nor wrong.

    Attributes:
        photos: How many photos have it.
        ambiguous: Whether it can mean more than one class; else it is none.
        classes: Classes that it can mean, or those whose names are nearest, if any are near.
        answer: The answer that at least half of these photos get; empty where there is none, or before the
            model was asked.
        answered: How many get it.
    """

    label: str
    photos: int
    ambiguous: bool
    classes: tuple[str, ...]
    answer: str = field(default="", metadata=OPTIONAL)
    answered: int = field(default=0, metadata=OPTIONAL)


def unjudged_labels(audit: Audit) -> tuple[UnjudgedLabel, ...]:
    """The labels that are not the name of one class of the model, those of most photos first."""
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    for group in audit.groups:
        for row in group.rows.values():
            if row.label is not None and row.right is None:
                answers[row.label][row.guess] += 1
    labels = unknown_labels({label: counts.total() for label, counts in answers.items()}, audit.classes)
    if audit.settings.question is not None:
        return labels  # what is answered is then no name of what the photo shows
    return tuple(_with_answer(label, *answers[label.label].most_common(1)[0]) for label in labels)


def _with_answer(label: UnjudgedLabel, answer: str, photos: int) -> UnjudgedLabel:
    """A label with the answer that its photos get most, if half of them do: of names as near, that one."""
    if 2 * photos < label.photos:
        return label
    classes = (answer,) if not label.ambiguous and near(label.label, (answer,)) else label.classes
    return replace(label, answer=answer, answered=photos, classes=classes)


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
            close = get_close_matches(folded(label)[:_COMPARED], by_name, n=1, cutoff=_ALIKE)
            classes = meant or [known[index] for index in near(label, known, 1)]
            classes = classes or [by_name[name] for name in close]
            labels.append(UnjudgedLabel(label, count, len(meant) > 1, tuple(classes)))
    return tuple(labels)
