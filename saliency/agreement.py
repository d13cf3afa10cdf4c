"""Do two explanations of one photo point to the same places?

The maps may come from two views, two models or two classes. Both are compared on at most 16 × 16 cells of the
part of the photo that both models received, and only where they speak for the class. Two maps that have
nothing to do with each other are not wholly apart. What they share by chance is found by shifting and
mirroring one of them.

A view that covers places has nothing to measure where the score hardly moves whatever is covered. Its map is
then drawn from what is left over, and that it points elsewhere is no disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import torch
from torch import Tensor

from saliency.errors import SaliencyError
from saliency.explanation import Explanation
from saliency.grids.likeness import displacements, in_cells, likeness, overlap, strongest_cells
from saliency.methods.registry import find

AGREE, DISAGREE = 0.55, 0.15
"""Overlap beyond chance, as a share of what is possible: from here on maps agree; up to here they do not.

On 30 of Showroom's pictures, Grad-CAM and LayerCAM overlap by 0.65 to 0.92 (lowest to highest tenth),
Grad-CAM of the two best guesses by -0.14 to 0.09. Maps of two different pictures, both with a thing in the
middle, still overlap by 0.11 to 0.55: less than that says little.
"""

UNMOVED = 0.1
"""A score that loses less than this share of itself, whatever is covered, leaves covering nothing to find.

So does a number that moves by less than this share of its usual range.
"""

_FRAME = 128  # points along the long side of the frame in which the maps are laid over each other


class AgreementLevel(StrEnum):
    """What comparing two maps shows."""

    AGREE = "agree"
    PARTLY = "partly"
    DISAGREE = "disagree"
    EMPTY = "empty"
    UNMOVED = "nothing to measure"


@dataclass(frozen=True)
class Agreement:
    """How alike two maps are.

    Attributes:
        overlap: What is in the strongest fifths of both, as a share of what is in either, in [0, 1].
        chance: The same with one map shifted around and mirrored, on average.
        correlation: Spearman's rank correlation, in [-1, 1].
        verdict: What this shows; ``empty`` if one of the maps has nothing to show, ``nothing to measure`` if
            they do not agree and one of them is of covering, to which the score hardly responds at all.
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
        """All of it as JSON types."""
        return {
            "verdict": str(self.verdict),
            "overlap_of_strongest_fifth": round(self.overlap, 4),
            "overlap_by_chance": round(self.chance, 4),
            "rank_correlation": round(self.correlation, 4),
        }


def agreement(first: Explanation, second: Explanation) -> Agreement:
    """Whether two explanations of the same photo point to the same places.

    Raises:
        SaliencyError: They are of different photos.
    """
    if first.photo.digest != second.photo.digest:
        raise SaliencyError("These two results are of different photos. Compare two results of one photo.")
    maps = _shared_parts(first, second)
    if first.empty or second.empty or not all(values.any() for values in maps):
        return Agreement(0.0, 0.0, 0.0, AgreementLevel.EMPTY)
    found = agreement_of_maps(*maps)
    if found.verdict is not AgreementLevel.AGREE and (unmoved(first) or unmoved(second)):
        return replace(found, verdict=AgreementLevel.UNMOVED)
    return found


def agreement_of_maps(first: Tensor, second: Tensor) -> Agreement:
    """How alike two maps ``(h, w)`` of at least 0 are, on at most 16 × 16 cells."""
    left, right = (in_cells(values[None].cpu().double())[0] for values in (first, second))
    strongest = strongest_cells(left)
    shared, *by_chance = (overlap(strongest, strongest_cells(cells)) for cells in displacements(right))
    result = Agreement(shared, float(np.mean(by_chance)), likeness(first, second), AgreementLevel.PARTLY)
    if result.beyond_chance >= AGREE:
        return replace(result, verdict=AgreementLevel.AGREE)
    if result.beyond_chance <= DISAGREE:
        return replace(result, verdict=AgreementLevel.DISAGREE)
    return result


def unmoved(explanation: Explanation) -> bool:
    """Whether a view that covers places had nothing to measure: the score hardly fell, whatever was covered.

    Always false for views that do not state falls of the logit.
    """
    if not find(explanation.method).states_falls:
        return False
    outputs = explanation.outputs
    if outputs.is_score:
        return float(np.abs(explanation.attribution).max()) < UNMOVED * outputs.width
    before = _log_odds(explanation)
    fall = float(explanation.attribution.max()) / explanation.temperature
    return 1 - _share(before - fall) / _share(before) < UNMOVED


def _log_odds(explanation: Explanation) -> float:
    """The target's, against all other classes, the one it is compared with, or not being so."""
    target, rival = explanation.target, explanation.rather_than
    if not explanation.outputs.exclusive:
        return target.logit / explanation.temperature
    if rival is not None:
        others = [rival.logit]
    else:
        others = [score.logit for score in explanation.scores if score.index != target.index] or [0.0]
    rest = (torch.tensor(others, dtype=torch.float64) / explanation.temperature).logsumexp(0)
    return target.logit / explanation.temperature - float(rest)


def _share(log_odds: float) -> float:
    return float(torch.tensor(log_odds, dtype=torch.float64).sigmoid())


def _shared_parts(first: Explanation, second: Explanation) -> list[Tensor]:
    """What is for the class in both maps, on the part of the photo that both models received."""
    width, height = first.photo.width, first.photo.height
    scale = min(1.0, _FRAME / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    boxes = np.array([explanation.placement.box for explanation in (first, second)])
    across, down = size[0] / width, size[1] / height
    left, top = (int(np.ceil(v - 0.5)) for v in boxes[:, :2].max(0) * (across, down))
    right, bottom = (int(np.ceil(v - 0.5)) for v in boxes[:, 2:].min(0) * (across, down))
    shared = slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1))
    positive = [np.maximum(explanation.attribution, 0) for explanation in (first, second)]
    return [
        torch.from_numpy(explanation.placement.to_photo(values, size, explanation.cells)[shared])
        for explanation, values in zip((first, second), positive, strict=True)
    ]
