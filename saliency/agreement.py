"""Do two explanations of one photo point to the same places? Does a view depend on what was learned?

The maps may come from two views, two models or two classes. Both are compared on at most 16 × 16 cells of the
part of the photo that both models received, and only where they speak for the class. Two maps that have
nothing to do with each other are not wholly apart. What they share by chance is found by shifting and
mirroring one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import torch
from torch import Tensor

from saliency.checks.sanity import LIKE, likeness_when_forgotten
from saliency.errors import SaliencyError
from saliency.explanation import Explanation
from saliency.grids import displacements, in_cells, likeness, overlap, strongest_cells
from saliency.methods.registry import LearningDependence
from saliency.prepared_photo import PreparedPhoto
from saliency.progress import Progress

AGREE, DISAGREE = 0.55, 0.15
"""Overlap beyond chance, as a share of what is possible: from here on maps agree; up to here they do not.

On 30 of Showroom's pictures, Grad-CAM and LayerCAM overlap by 0.65 to 0.92 (lowest to highest tenth),
Grad-CAM of the two best guesses by -0.14 to 0.09. Maps of two different pictures, both with a thing in the
middle, still overlap by 0.11 to 0.55: less than that says little.
"""

_FRAME = 128  # points along the long side of the frame in which the maps are laid over each other


class AgreementLevel(StrEnum):
    """What comparing two maps shows."""

    AGREE = "agree"
    PARTLY = "partly"
    DISAGREE = "disagree"
    EMPTY = "empty"


@dataclass(frozen=True)
class Agreement:
    """How alike two maps are.

    Attributes:
        overlap: Of the strongest fifths: what is in both, as a share of what is in either, in [0, 1].
        chance: The same with one map shifted around and mirrored, on average.
        correlation: Spearman's rank correlation, in [-1, 1].
        verdict: What this shows; ``empty`` if one of the maps has nothing to show.
    """

    overlap: float
    chance: float
    correlation: float
    verdict: AgreementLevel

    @property
    def beyond_chance(self) -> float:
        """The overlap from 0 (chance) to 1 (the same places); below 0 if maps avoid each other."""
        return (self.overlap - self.chance) / max(1e-9, 1 - self.chance)

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "verdict": str(self.verdict),
            "overlap_of_strongest_fifth": round(self.overlap, 4),
            "overlap_by_chance": round(self.chance, 4),
            "rank_correlation": round(self.correlation, 4),
        }


@dataclass(frozen=True)
class RandomisationTest:
    """How alike a map stays when the model forgets what it learned.

    Attributes:
        head: Rank correlation with the map once the last layer is shuffled.
        everything: The same once all weights are.
    """

    head: float
    everything: float

    @property
    def verdict(self) -> LearningDependence:
        """What this shows."""
        if self.everything > LIKE:
            return LearningDependence.DOES_NOT
        return LearningDependence.HARDLY_ON_THE_GUESS if self.head > LIKE else LearningDependence.DEPENDS

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "depends_on_what_was_learned": str(self.verdict),
            "likeness_with_last_layer_shuffled": round(self.head, 4),
            "likeness_with_all_shuffled": round(self.everything, 4),
        }


def agreement(first: Explanation, second: Explanation) -> Agreement:
    """Whether two explanations of the same photo point to the same places.

    Raises:
        SaliencyError: They are of different photos.
    """
    if first.photo.digest != second.photo.digest:
        raise SaliencyError("These two results are of different photos. Compare two results of one photo.")
    one, other = _together(first, second)
    if first.empty or second.empty or not one.any() or not other.any():
        return Agreement(0.0, 0.0, 0.0, AgreementLevel.EMPTY)
    return compared(one, other)


def compared(first: Tensor, second: Tensor) -> Agreement:
    """How alike two maps ``(h, w)`` of at least 0 are, on at most 16 × 16 cells."""
    one, other = (in_cells(m[None].double())[0] for m in (first, second))
    strongest = strongest_cells(one)
    shared, *by_chance = (overlap(strongest, strongest_cells(cells)) for cells in displacements(other))
    found = Agreement(shared, float(np.mean(by_chance)), likeness(first, second), AgreementLevel.PARTLY)
    verdict = found.verdict
    if found.beyond_chance >= AGREE:
        verdict = AgreementLevel.AGREE
    elif found.beyond_chance <= DISAGREE:
        verdict = AgreementLevel.DISAGREE
    return Agreement(found.overlap, found.chance, found.correlation, verdict)


def randomisation_test(
    prepared: PreparedPhoto, explanation: Explanation, *, on_progress: Progress | None = None
) -> RandomisationTest:
    """How alike an explanation's map stays when the model forgets what it learned (Adebayo 2018).

    Costs the method three times, each time anew.

    Args:
        prepared: The photo as prepared for the model.
        explanation: The explanation.
        on_progress: Told how much is done; what it raises stops the work.

    Raises:
        SaliencyError: The explanation is of another photo.
    """
    if prepared.photo.digest != explanation.photo.digest:
        raise SaliencyError("What is known is of another photo. Ask about that one, or start anew.")
    found = likeness_when_forgotten(
        prepared.classifier.graph,
        prepared.x,
        explanation.target.index,
        explanation.method,
        size=prepared.classifier.preprocessing.crop_size,
        seed=explanation.seed,
        on_progress=on_progress,
        rather_than=explanation.rather_than.index if explanation.rather_than else None,
        **explanation.settings,
    )
    return RandomisationTest(found["head"], found["all"])


def _together(first: Explanation, second: Explanation) -> tuple[Tensor, Tensor]:
    """Both maps, what is for the class in them, on the part of the photo that both models received."""
    width, height = first.photo.width, first.photo.height
    scale = min(1.0, _FRAME / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    boxes = np.array([e.placement.box for e in (first, second)])
    across, down = size[0] / width, size[1] / height
    left, top = (int(np.ceil(v - 0.5)) for v in boxes[:, :2].max(0) * (across, down))
    right, bottom = (int(np.ceil(v - 0.5)) for v in boxes[:, 2:].min(0) * (across, down))
    found = []
    for explanation in (first, second):
        positive = np.maximum(explanation.attribution, 0)
        placed = explanation.placement.to_photo(positive, size)
        found.append(torch.from_numpy(placed[top : max(bottom, top + 1), left : max(right, left + 1)]))
    return found[0], found[1]
