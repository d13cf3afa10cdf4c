"""What is true of a photo, as an answer to the question that is asked: its tags, or its number, say it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from saliency.audit.inputs.source import Source
from saliency.classifier import OutputKind, YesNoQuestion
from saliency.names import folded, positions

NO_TAG = "none"
"""Written where a photo has no tag at all."""

_BETWEEN = re.compile("[;|]")
_NEAR = 0.6  # likeness from which a word may be the tag, written wrong
_COMPARED = 100  # characters of it


def true_answers(source: Source, question: YesNoQuestion | None, labels: Sequence[str]) -> Source:
    """The photos, each labelled with the answer that is true of it; without a question as they are.

    Args:
        source: The photos, labelled with their tags or numbers.
        question: What is asked of each.
        labels: The model's own tags.
    """
    if question is None:
        return source
    complete = are_lists(item.label for item in source.items if item.label is not None)
    items = (
        item
        if item.label is None
        else replace(item, label=true_answer(item.label, question, labels, complete))
        for item in source.items
    )
    return replace(source, items=tuple(items))


def are_lists(labels: Iterable[str]) -> bool:
    """Whether labels are lists of tags: some photo has several."""
    return any(len(_parts(label)) > 1 for label in labels)


def true_answer(
    label: str, question: YesNoQuestion | None, labels: Sequence[str], complete: bool = False
) -> str:
    """The answer that is true of a photo with a label; the label itself where that cannot be told.

    Args:
        label: Its tags, with ``;`` or ``|`` between them, its number, or one of the answers.
        question: What is asked; the label itself is the answer without one.
        labels: The model's own tags.
        complete: Whether photos are labelled with lists of tags; one without the tag then says no, also where
            it names nothing that the model knows.
    """
    if question is None:
        return label
    if meant := positions(label, question.answers):
        return question.answers[meant[0]]
    if question.kind is OutputKind.LABELS:
        yes = _tagged(label, question, labels, complete)
    else:
        yes = _high(label, question)
    return label if yes is None else question.answers[0 if yes else 1]


def tag_counts(labels: Mapping[str, int], tags: Sequence[str]) -> Counter[int]:
    """How many photos have each tag of a model, by its position.

    Args:
        labels: How many photos have each label.
        tags: The model's.
    """
    counts: Counter[int] = Counter()
    for label, photos in labels.items():
        for index in {index for tag in _parts(label) for index in positions(tag, tags)}:
            counts[index] += photos
    return counts


def _parts(label: str) -> list[str]:
    return [tag.strip() for tag in _BETWEEN.split(label) if tag.strip()]


def _tagged(label: str, question: YesNoQuestion, labels: Sequence[str], complete: bool) -> bool | None:
    """Whether the tag is among some; ``None`` where none is known, or one may be it, written wrong."""
    tags = _parts(label)
    if any(positions(tag, [question.label]) for tag in tags):
        return True
    known = [bool(positions(tag, [*labels, NO_TAG])) for tag in tags]
    near = any(_is_near(tag, question.label) for tag, sure in zip(tags, known, strict=True) if not sure)
    return False if (any(known) or (tags and complete)) and not near else None


def _is_near(tag: str, label: str) -> bool:
    return bool(get_close_matches(folded(tag)[:_COMPARED], [folded(label)], cutoff=_NEAR))


def _high(label: str, question: YesNoQuestion) -> bool | None:
    """Whether a number is high enough; ``None`` of what is no number."""
    try:
        number = float(label.replace(",", "."))
    except ValueError:
        return None
    return number >= question.limit if math.isfinite(number) else None
