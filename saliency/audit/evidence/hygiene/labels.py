"""Labels that may be wrong: the model and the photo's nearest others agree on another one.

A photo's nearest others are looked up by what the model sees in them, and asked what their labels say; its
own label and its near copies are left out, so that it is judged by others (after Cover and Hart 1967, and the
margin of Northcutt et al. 2021, Confident Learning). The list is one of suggestions: it holds right labels of
unusual photos, and where a model answers by a shortcut, what it sees as near shares the shortcut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from saliency.audit.evidence.hygiene.neighbours import COUNT, Neighbours
from saliency.audit.evidence.hygiene.set_photos import SetPhoto
from saliency.audit.json_types import rounded

FEWEST = 3
"""Other photos with a label that there have to be, for it to be doubted."""

ALIKE = 3
"""Photos that are named to compare one with."""

AGREEING, ALONE = 0.5, 0.7
"""Share of the nearest others that have to agree on another label, with the model, and where it cannot say.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulLabel:
    """A label to check; the fields are keys of ``findings.json``.

    Attributes:
        label: What the label says.
        other: What the nearest others say, and the model too where it can.
        model: Whether the model's answer is that; ``None`` where it cannot say: the label is no class of it,
            or its answer is none of the labels.
        agreeing: How many of the ``nearest`` others have that label.
        own: How many of them have this one.
        alike: Files of the nearest of those that agree, for a person to compare.
        doubt: How much speaks against the label, in [-1, 1]; the list is in its order.
        sentence: The question, where a report has put it into words.
    """

    file: str
    label: str
    other: str
    model: bool | None
    agreeing: int
    own: int
    nearest: int
    alike: tuple[str, ...] = ()
    doubt: float = rounded(4)
    sentence: str = ""


def doubtful_labels(
    photos: Sequence[SetPhoto], near: Neighbours, copies: NDArray[np.intp]
) -> tuple[DoubtfulLabel, ...]:
    """Labels that may be wrong, those with the most against them first.

    Args:
        photos: Labelled photos whose vectors are known.
        near: Their nearest others.
        copies: ``(N,)``, a number that is the same for photos that are nearly the same.
    """
    labels = [photo.shows for photo in photos]
    counts = Counter(labels)
    among_copies = Counter(zip(copies.tolist(), labels, strict=True))
    doubted = []
    for place, photo in enumerate(photos):
        others = counts[photo.shows] - among_copies[int(copies[place]), photo.shows]
        nearest = [labels[other] for other in near.places[place, : min(COUNT, others)].tolist() if other >= 0]
        if photo.shows is not None and len(nearest) >= FEWEST:
            can_say = photo.label_score is not None and photo.guess in counts
            doubt = _doubt(photo, photo.shows, Counter(nearest), len(nearest), can_say=can_say)
            if doubt is not None:
                agreeing = (photos[other] for other in near.places[place] if labels[other] == doubt.other)
                alike = tuple(other.file for other in islice(agreeing, ALIKE))
                doubted.append(replace(doubt, alike=alike))
    return tuple(sorted(doubted, key=lambda doubt: (-doubt.doubt, doubt.file)))


def _doubt(
    photo: SetPhoto, label: str, votes: Counter[str | None], nearest: int, *, can_say: bool
) -> DoubtfulLabel | None:
    """What speaks against a label; ``None`` if not enough does.

    Args:
        photo: The photo.
        label: What its label says.
        votes: What those of its nearest others say.
        nearest: How many these are.
        can_say: Whether the label is a class of the model, and its answer one of the labels.
    """
    if can_say and photo.label_score is not None:
        other: str | None = photo.guess
        needed, margins = AGREEING, [photo.score - photo.label_score]
    else:
        other, _ = max(votes.items(), key=lambda vote: (vote[1], vote[0] or ""))
        needed, margins = ALONE, []
    agreeing = votes[other]
    if other is None or other == label or agreeing < needed * nearest or agreeing <= votes[label]:
        return None
    margins.append((agreeing - votes[label]) / nearest)
    return DoubtfulLabel(
        file=photo.file,
        label=photo.label or label,
        other=other,
        model=can_say or None,
        agreeing=agreeing,
        own=votes[label],
        nearest=nearest,
        doubt=float(np.mean(margins)),
    )
