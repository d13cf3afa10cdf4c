"""What places of a photo look like to the model: its own features there, averaged over a box.

Read from the last layer that still has ten cells a side: later ones say which class a place speaks for more
than what is there, and a logo is smaller than one of their cells. A model that is asked from outside has no
features; then colours and edges stand for them, which tell logos apart, and one hand from another less well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from skimage.color import rgb2lab

from saliency.grids.cells import CellAxis, CellGrid
from saliency.grids.likeness import in_cells
from saliency.network.graph import Graph
from saliency.photo.area import Box
from saliency.photo.framing import Placement
from saliency.prepared_photo import PreparedPhoto

_SIDE = 10  # cells a side, at least, where a model has such a layer
_DIRECTIONS = 4  # of edges

Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Appearance:
    """What every cell of a photo looks like.

    Attributes:
        values: Features ``(c, h, w)``.
        cells: Where their cells look, on what the model received.
        placement: Where that lies in the photo.
    """

    values: NDArray[np.float32]
    cells: CellGrid
    placement: Placement

    @classmethod
    def of(cls, prepared: PreparedPhoto) -> Appearance:
        """Look at a photo; costs a pass up to the layer, unless the photo's map has been there."""
        graph, size = prepared.graph, prepared.placement.input_size
        name = described_at(graph)
        if name is None:
            values = surface(prepared.received)
            return cls(values, CellGrid.even(values.shape[1:], size), prepared.placement)
        features = graph.features(prepared.x, name).values[0].float().cpu().numpy()
        shape = features.shape[1:]
        cells = graph.cells(shape, size, name) or CellGrid.even(shape, size)
        return cls(features, cells, prepared.placement)

    @property
    def whole(self) -> Vector:
        """What the photo looks like on average, ``(c,)``."""
        return np.asarray(self.values.mean((1, 2)))

    def at(self, box: Box) -> Vector:
        """What a box looks like, ``(c,)``: the mean over its cells, each by how much of it is inside."""
        left, top, right, bottom = self.placement.box
        width, height = self.placement.photo_size
        rows, columns = self.placement.input_size
        down, across = rows / (bottom - top), columns / (right - left)
        by_row = _inside(self.cells.rows, rows, (box[1] * height - top) * down, box[3] * height * down)
        by_column = _inside(
            self.cells.columns, columns, (box[0] * width - left) * across, box[2] * width * across
        )
        total = by_row.sum() * by_column.sum()
        if not total:  # the model did not receive it
            return self.whole
        return np.asarray(np.einsum("chw,h,w->c", self.values, by_row, by_column) / total)


def described_at(graph: Graph) -> str | None:
    """The layer whose features describe a place; ``None`` of a model without any.

    The last one with ten cells a side; where all are coarser, the first of the finest.
    """
    if not graph.layers:
        return None
    fine = [layer for layer in graph.layers if min(layer.height, layer.width) >= _SIDE]
    layer = fine[-1] if fine else max(graph.layers, key=lambda layer: layer.height * layer.width)
    return layer.name


def surface(received: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Colours and edges of a picture ``(h, w, 3)`` in cells, ``(10, r, c)``.

    Means of lightness, red to green and yellow to blue, and of edges of four directions; then
    how far the first three spread.
    """
    lab = rgb2lab(received).astype(np.float32) / 100
    down, across = np.gradient(lab[..., 0])
    strength, angle = np.hypot(down, across), np.arctan2(down, across) % np.pi
    nearest = np.rint(angle / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    edges = [np.where(nearest == direction, strength, 0) for direction in range(_DIRECTIONS)]
    channels = torch.from_numpy(np.stack([*lab.transpose(2, 0, 1), *edges]).astype(np.float32))
    means, squares = in_cells(channels), in_cells(channels[:3] ** 2)
    spread = (squares - means[:3] ** 2).clamp(min=0).sqrt()
    return np.asarray(torch.cat([means, spread]))


def _inside(axis: CellAxis, side: int, start: float, length: float) -> NDArray[np.float32]:
    """How much of each cell's part of a side lies in a span, ``(count,)``."""
    borders = axis.borders(side)
    inside = np.minimum(borders[1:], start + length) - np.maximum(borders[:-1], start)
    return np.asarray(inside.clip(min=0), np.float32)
