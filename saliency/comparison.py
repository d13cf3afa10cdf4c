"""Two explanations of one photo on one scale, and where they differ.

What a shared scale can mean depends on what is compared:

* *Two classes, one model and one view*: both maps are in the unit of the same score, so they are compared as
  they are. A map that is dark on this scale had less influence to show.
* *Anything else*: scores of two models, and maps of two views, have no common unit. Each map is taken as a
  density instead, the share of its influence in a place over that place's share of the photo: 1 is what an
  even map would have everywhere. Both then hold the same influence in all; only where it lies is compared.

Maps differ in grain. Both are averaged over the cells of the coarser one, at most 32 along the long side and
where these look, as a fine map would else win everywhere by its single strong points. If one map knows no
influence against the class, what the other has of it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from saliency.agreement import Agreement, agreement
from saliency.classifier import OutputKind
from saliency.explanation import Explanation, Size
from saliency.grids.cells import CellGrid, averaged
from saliency.heat import heatmap
from saliency.heat.contour import FAINTEST, contour, draw_contour
from saliency.heat.scale import robust_maximum, shown_values
from saliency.photo.framing import on_input

Map = npt.NDArray[np.float32]

CELLS = 32  # along the long side, at most
_SMALL = (96, 96)  # a frame fine enough to look for the largest difference
_PALE = 0.6  # share of white over the photo under a difference map


_GIVES = {OutputKind.LABELS: "tags, of which several may be true", OutputKind.SCORE: "a number on a scale"}


class Unit(StrEnum):
    """What one step of the shared scale is."""

    SCORE = "score"
    DENSITY = "density"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two explanations of one photo, made comparable.

    Attributes:
        left: One explanation.
        right: The other.
        unit: What the shared scale measures.
        signed: Whether influence against the class is compared too.
        values: Both maps ``(h, w)``, each over what its model received, in the shared unit and grain; zeros
            where there is nothing to show.
        maximum: The value that becomes full colour in both; positive.
        agreement: Whether both point to the same places.
        grids: Where the cells of ``values`` look.
    """

    left: Explanation
    right: Explanation
    unit: Unit
    signed: bool
    values: tuple[Map, Map]
    maximum: float
    agreement: Agreement
    grids: tuple[CellGrid | None, CellGrid | None] = (None, None)

    @property
    def sides(self) -> tuple[Explanation, Explanation]:
        """Left and right."""
        return self.left, self.right

    @cached_property
    def ratio(self) -> float | None:
        """How many times as much influence the right map has in all; ``None`` if that cannot be said.

        It can be where both are in the unit of one score and neither is empty.
        """
        left, right = (float(np.abs(each).mean()) for each in self._placed(_SMALL))
        return right / left if self.unit is Unit.SCORE and left > 0 and right > 0 else None

    @cached_property
    def outlined(self) -> bool:
        """Whether any difference is large enough, a quarter of the scale, to be given an outline."""
        return bool(np.abs(self.difference(_SMALL)).max() >= FAINTEST)

    @cached_property
    def caution(self) -> str:
        """What has to be said where the models give numbers of different kinds; empty where they do not."""
        left, right = (side.outputs for side in self.sides)
        if left.exclusive and right.exclusive:
            return ""
        if left.kind is right.kind:
            scale = left.is_score and left.usual_range != right.usual_range
            usual = f"{left.usual} and {right.usual}"
            return f"The two numbers are on different scales, usually {usual}." if scale else ""
        what = [_GIVES.get(outputs.kind, "one answer") for outputs in (left, right)]
        return (
            f"The left model gives {what[0]}; the right model gives {what[1]}. The maps show what each "
            "responds to, but their scores cannot be compared."
        )

    def faint(self, side: Explanation) -> bool:
        """Whether a map stays below a quarter of the scale, which in the unit of a score means little of it.

        Args:
            side: Left or right.
        """
        values = self.values[self.sides.index(side)]
        return self.unit is Unit.SCORE and bool(np.abs(values).max() < FAINTEST * self.maximum)

    def heat_maps(self, size: Size | None = None) -> tuple[Map, Map]:
        """Both maps ``(H, W)`` on the photo, on one scale: in [0, 1], or [-1, 1] if signed.

        Args:
            size: Width and height of a smaller frame; the photo's own if ``None``.
        """
        left, right = self._placed(size)
        lowest = -1.0 if self.signed else 0.0
        return np.clip(left, lowest, 1.0), np.clip(right, lowest, 1.0)

    def difference(self, size: Size | None = None) -> Map:
        """Right minus left ``(H, W)`` in [-1, 1], on the same scale; 0 where a model received nothing.

        Args:
            size: As in :meth:`heat_maps`.
        """
        left, right = self._placed(size)
        difference: Map = np.clip(right - left, -1.0, 1.0)
        for explanation in self.sides:
            received = explanation.placement.to_photo(np.ones((2, 2), np.float32), size)
            difference[received == 0] = 0.0
        return difference

    def overlays(self, strength: float = 0.6, size: Size | None = None) -> tuple[Image.Image, Image.Image]:
        """Photo and heat map together for both, RGB, on one scale.

        A map that stays below a quarter of the scale gets no line in the unit of the score, where that means
        little influence; as a density it does, where it means influence spread wide.

        Args:
            strength: Opacity in [0, 1] of the strongest heat.
            size: As in :meth:`heat_maps`.
        """
        pixels = np.asarray(_framed(self.left, size))

        def overlay(side: Explanation, heat: Map) -> Image.Image:
            line = bool(heat.any()) and not self.faint(side)
            both = heatmap.overlay(pixels, heat, signed=self.signed, strength=strength, contour=line)
            return heatmap.cut_edges_faded(both, side.placement) if side.placement.cut_share else both

        left, right = map(overlay, self.sides, self.heat_maps(size))
        return left, right

    def difference_image(self, size: Size | None = None) -> Image.Image:
        """Where the maps differ, RGB, over the photo in pale grey: blue more left, orange more right.

        A line surrounds the largest differences, dashed where there is more on the left; none where every
        difference is less than a quarter of the scale.

        Args:
            size: As in :meth:`heat_maps`.
        """
        grey = _framed(self.left, size).convert("L").convert("RGB")
        pale = Image.blend(grey, Image.new("RGB", grey.size, (255, 255, 255)), _PALE)
        difference = self.difference(size)
        overlay = heatmap.overlay(np.asarray(pale), difference, signed=True, strength=0.9, contour=False)
        pixels = np.array(overlay)
        if self.outlined:
            large = np.where(np.abs(difference) >= FAINTEST, difference, np.float32(0))
            draw_contour(pixels, slice(0, len(pixels)), contour(large))
        return Image.fromarray(pixels)

    def record(self) -> dict[str, Any]:
        """All that is needed to repeat and to judge this comparison, as JSON types."""
        return {
            "unit": str(self.unit),
            "signed": self.signed,
            "full_colour": round(self.maximum, 6),
            "influence_right_over_left": None if self.ratio is None else round(self.ratio, 4),
            "agreement": self.agreement.record(),
            "caution": self.caution,
            "left": self.left.record(),
            "right": self.right.record(),
        }

    def _placed(self, size: Size | None) -> tuple[Map, Map]:
        left, right = (
            side.placement.to_photo(values / np.float32(self.maximum), size, cells)
            for side, values, cells in zip(self.sides, self.values, self.grids, strict=True)
        )
        return left, right


def compare(left: Explanation, right: Explanation) -> Comparison:
    """Two explanations of one photo on one scale.

    Args:
        left: One explanation.
        right: The other, of another model, method or class.

    Raises:
        SaliencyError: They are of different photos.
    """
    sides = (left, right)
    level = agreement(left, right)  # refuses different photos
    first, second = ((side.weights, side.model, side.method, side.settings, side.framing) for side in sides)
    unit = Unit.SCORE if first == second else Unit.DENSITY
    signed = left.signed and right.signed
    grids = _shared_grain(left, right)
    values = (_comparable(left, unit, signed, grids[0]), _comparable(right, unit, signed, grids[1]))
    maximum = max(robust_maximum(each, signed=signed) for each in values) or 1.0
    return Comparison(left, right, unit, signed, values, maximum, level, grids)


def _shared_grain(left: Explanation, right: Explanation) -> tuple[CellGrid, CellGrid]:
    """The cells over which two maps are averaged: those of the coarser one, or no more than there are."""
    own = [_cells(side) for side in (left, right)]
    cells = min(CELLS, *(max(grid.shape) for grid in own))
    shrunk = []
    for grid in own:
        factor = min(1.0, cells / max(grid.shape))
        rows, columns = (max(1, round(count * factor)) for count in grid.shape)
        shrunk.append(grid.resampled((rows, columns)))
    finer = 0 if max(own[0].shape) > max(own[1].shape) else 1
    if left.placement.box == right.placement.box and shrunk[finer] != own[finer]:
        sizes = [side.placement.input_size for side in (left, right)]
        shrunk[finer] = shrunk[1 - finer].scaled(sizes[1 - finer], sizes[finer])
    return shrunk[0], shrunk[1]


def _cells(explanation: Explanation) -> CellGrid:
    even = CellGrid.even(explanation.attribution.shape, explanation.placement.input_size)
    return explanation.cells or even


def _comparable(explanation: Explanation, unit: Unit, signed: bool, onto: CellGrid) -> Map:
    """A map ``(h, w)`` in the shared unit and grain; zeros if it has nothing to show."""
    values = shown_values(explanation.attribution, signed=signed)
    size = explanation.placement.input_size  # cells at the edge stand for more of the input or less
    total = float(on_input(np.abs(values), size, size, explanation.cells).mean())
    total *= 1 - explanation.placement.cut_share
    if explanation.empty or total <= 0:
        values, total = np.zeros_like(values), 1.0
    if unit is Unit.DENSITY:
        values = values / total
    if onto != _cells(explanation):
        values = averaged(values, _cells(explanation), onto, size)
    return values.astype(np.float32)


def _framed(explanation: Explanation, size: Size | None) -> Image.Image:
    """The photo in a frame."""
    picture = explanation.photo.image
    return picture if size is None else picture.resize(size, reducing_gap=2.0)
