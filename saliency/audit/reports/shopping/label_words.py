"""Names of classes and labels, as the list of what to add has them."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.reports.sentences import counted
from saliency.classifier import YesNoQuestion

_NAMED = 5  # names in a sentence


def unjudged_reason(photos: int, question: YesNoQuestion | None = None) -> str:
    """Why some photos could not be judged."""
    why = "their labels do not answer the question"
    if question is None:
        why = "their labels are not the name of one class of the model"
    return f"{counted(photos, 'photo')} could not be judged, as {why}."


def taken_for(record: TrueClassRecord) -> str:
    """What the missed photos of a class were taken for, and how often."""
    several = len(record.taken_for) > 1
    return name_list([f"“{t.guess}”{f' ({t.photos})' if several else ''}" for t in record.taken_for])


def name_list(names: Sequence[str]) -> str:
    """Some names in a sentence, and how many more there are."""
    first = list(names[:_NAMED])
    if len(names) > _NAMED:
        first.append(f"{len(names) - _NAMED} more")
    return first[0] if len(first) == 1 else f"{', '.join(first[:-1])} and {first[-1]}"
