"""Which labels of a set each of two models has no class for, so that it cannot be right about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from saliency.audit.comparison.photos import PhotoPair
from saliency.names import folded

Unknowing = Literal["old", "new", "both", ""]
"""Which of two models does not know what the photos show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLabels:
    """What one of two models knows of the photos that both audits have.

    Attributes:
        lacking: Labels that it has no class for: whatever it answers to their photos is wrong.
        photos: How many photos have one of these labels.
        other_right: To how many of these the other model's answer is right.
        unfamiliar: How many photos may show something that it does not know, as its own audit says.
    """

    lacking: tuple[str, ...] = ()
    photos: int = 0
    other_right: int = 0
    unfamiliar: int = 0


def set_labels(pairs: Sequence[PhotoPair]) -> dict[str, str]:
    """The labels on which both audits agree, as the new one writes them, by their folded names."""
    return {folded(pair.label): pair.label for pair in reversed(pairs) if pair.label is not None}


def known_labels(pairs: Sequence[PhotoPair]) -> tuple[KnownLabels, KnownLabels]:
    """What the old model and the new one know of the photos that both have."""
    names = set_labels(pairs)
    unknown_old = [pair for pair in pairs if pair.old_lacks]
    unknown_new = [pair for pair in pairs if pair.new_lacks]
    return (
        KnownLabels(
            lacking=_names(unknown_old, names),
            photos=len(unknown_old),
            other_right=sum(bool(pair.new.right) for pair in unknown_old),
            unfamiliar=sum(pair.old.strange for pair in pairs),
        ),
        KnownLabels(
            lacking=_names(unknown_new, names),
            photos=len(unknown_new),
            other_right=sum(bool(pair.old.right) for pair in unknown_new),
            unfamiliar=sum(pair.new.strange for pair in pairs),
        ),
    )


def unknowing(labels: int, photos: int, old: KnownLabels, new: KnownLabels) -> Unknowing:
    """Which of two models knows fewer labels, or, where both know as many, not what most photos show.

    Args:
        labels: How many labels there are.
        photos: How many photos there are.
        old: What the old model knows of them.
        new: What the new one does.
    """
    if len(old.lacking) != len(new.lacking):
        return "new" if len(new.lacking) > len(old.lacking) else "old"
    strange = [2 * known.unfamiliar > photos for known in (old, new)]
    if (labels and len(old.lacking) == labels) or all(strange):
        return "both"
    if any(strange):
        return "old" if strange[0] else "new"
    return ""


def _names(pairs: Sequence[PhotoPair], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted({names[folded(pair.label)] for pair in pairs if pair.label is not None}))
