"""How much of a map's influence lies inside an area, and how much would by chance.

Only influence *for* the class counts: of a signed map, the positive part. What lowers a number on a scale
counts as much as what raises it. Two figures:

* *share*: of the influence, beside the area's share of what the model received; their ratio is the *lift*;
* *rank AUC*: the chance that a point inside outranks one outside, ties counting half (Mann and Whitney 1947).

Chance is the same map, shifted around and mirrored: that keeps the shape, the grain and the peaks of the map,
which shuffled points would not, and only takes away where it lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from saliency.checks.permutation_test import exceedances, p_value
from saliency.errors import SaliencyError
from saliency.explanation import Explanation
from saliency.grids.cells import CellGrid, laid_out
from saliency.grids.likeness import displacements, ranks


@dataclass(frozen=True, slots=True)
class ChanceFigure:
    """A figure beside what it is by chance.

    Attributes:
        value: The figure.
        chance: Its mean over the map shifted around and mirrored.
        p_value: The p-value for "chance gives as much".
    """

    value: float
    chance: float
    p_value: float

    @classmethod
    def of(cls, value: float, by_chance: Sequence[float]) -> ChanceFigure:
        """A figure beside those that chance gives."""
        p = p_value(exceedances(value, by_chance), len(by_chance))
        return cls(value, sum(by_chance) / len(by_chance), p)

    def record(self) -> dict[str, float]:
        """As JSON types."""
        return {
            "value": round(self.value, 4),
            "chance": round(self.chance, 4),
            "p_value": round(self.p_value, 4),
        }


@dataclass(frozen=True)
class Influence:
    """How much of a map's influence for a class lies inside an area.

    Attributes:
        area: Share of what the model received, in (0, 1).
        share: Share of the influence, in [0, 1].
        rank: Chance that a point inside outranks one outside, in [0, 1].
        signed: Whether the map also has influence against the class, which is not counted.
    """

    area: float
    share: ChanceFigure
    rank: ChanceFigure
    signed: bool

    @property
    def lift(self) -> float:
        """How many times more influence than its size would give it."""
        return self.share.value / self.area

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "share_of_area": round(self.area, 4),
            "share_of_influence": self.share.record(),
            "lift": round(self.lift, 3),
            "rank_auc": self.rank.record(),
            "only_influence_for_the_class": self.signed,
        }


def influence(explanation: Explanation, mask: Tensor) -> Influence | None:
    """How much of an explanation's influence lies inside an area; ``None`` if its map is empty or even.

    Args:
        explanation: The explanation.
        mask: The area on what the model received, ``(h, w)`` bool.
    """
    if explanation.empty:
        return None
    values = torch.from_numpy(explanation.counted)
    one_sided = explanation.signed and not explanation.outputs.is_score
    return influence_inside(values, mask, signed=one_sided, cells=explanation.cells)


def influence_inside(
    attribution: Tensor, mask: Tensor, *, signed: bool = False, cells: CellGrid | None = None
) -> Influence | None:
    """How much of a map's positive values ``(h', w')`` lies inside a mask ``(h, w)``; ``None`` without any.

    The cells of the map look at ``cells``, or are spread evenly.

    Raises:
        SaliencyError: The mask is empty, or everything.
    """
    inside = mask.cpu()
    if not 0 < int(inside.sum()) < inside.numel():
        raise SaliencyError("The area has to be a part of what the model received, and not all of it.")
    values = laid_out(attribution.detach().cpu().double().clamp(min=0), inside.shape, cells)
    total = float(values.sum())
    if total <= 0:
        return None
    ranking = ranks(values)
    within, without = int(inside.sum()), int((~inside).sum())
    lowest = within * (within + 1) / 2
    figures = [
        (float(values[place].sum()) / total, (float(ranking[place].sum()) - lowest) / (within * without))
        for place in displacements(inside)
    ]
    share, rank = (ChanceFigure.of(value, by_chance) for value, *by_chance in zip(*figures, strict=True))
    return Influence(within / inside.numel(), share, rank, signed)
