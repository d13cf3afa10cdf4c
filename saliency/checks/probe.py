"""One area under one question, with what all tests of it share: its mask, its soft edge and its controls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from saliency.checks.controls import COUNT, Controls, controls
from saliency.checks.fills import Filling, edge_of
from saliency.checks.question import ScoreQuestion
from saliency.photo.area import Area


@dataclass(frozen=True, eq=False)
class AreaProbe:
    """An area of a photo, ready to be tested.

    Attributes:
        question: What is asked with the area changed.
        area: The area.
        mask: The area on what the model received, ``(h, w)`` bool.
        edge: Width in points of its soft edge.
        count: How many equal areas elsewhere it is compared with.
        seed: Where those lie; the same seed gives the same places.
    """

    question: ScoreQuestion
    area: Area
    mask: Tensor
    edge: int
    count: int = COUNT
    seed: int = 0

    @classmethod
    def of(cls, question: ScoreQuestion, area: Area, *, count: int = COUNT, seed: int = 0) -> AreaProbe:
        """Find the area on what the model received.

        Raises:
            SaliencyError: The model received nothing of it, too little, or little else.
        """
        prepared = question.prepared
        mask = area.on_input(prepared.placement).to(prepared.x.device)
        return cls(question, area, mask, edge_of(prepared.x, outline=area.mask is not None), count, seed)

    @cached_property
    def controls(self) -> Controls:
        """The equal areas elsewhere; looking for them takes as long as a few forward passes."""
        return controls(self.mask, self.edge, count=self.count, seed=self.seed)

    @cached_property
    def filling(self) -> Filling:
        """The photo as the model received it, parts of which are filled in."""
        return Filling(self.question.prepared.x)
