"""Where the cells of a map look on what the model received, and maps laid out there.

A cell of a feature map need not look at the middle of its even share of the picture: with stride 2 and
padding 1, cell ``j`` looks at ``2j``, at every stage anew. Coordinates are continuous: point ``i`` covers
``[i, i + 1)`` and has its centre at ``i + 0.5``, as in :mod:`saliency.photo.framing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class CellAxis:
    """Cells along one side: cell ``j`` looks at ``start + step · j``, in points of the model's input.

    Attributes:
        start: Centre of what the first cell looks at; outside the picture where padding reaches that far.
        step: From one cell's centre to the next; positive.
        count: How many cells there are.
        view: Width of what one cell looks at.
    """

    start: float
    step: float
    count: int
    view: float

    @classmethod
    def even(cls, count: int, side: int) -> CellAxis:
        """Cells spread evenly over a side of so many points."""
        step = side / count
        return cls(step / 2, step, count, step)

    def resampled(self, count: int) -> CellAxis:
        """As many cells as ``count``, which lie among these as a resized picture's points do."""
        ratio = self.count / count
        start = self.start + self.step * (ratio - 1) / 2
        view = self.view + self.step * max(0.0, ratio - 1)
        return replace(self, start=start, step=self.step * ratio, count=count, view=view)

    def scaled(self, ratio: float) -> CellAxis:
        """The same cells on an input that is so many times as large."""
        return CellAxis(self.start * ratio, self.step * ratio, self.count, self.view * ratio)

    def borders(self, side: int) -> NDArray[np.float64]:
        """Where one cell's part of a side of so many points ends and the next one's begins, ``(count + 1,)``.

        Half-way between centres; the outermost parts reach to the edges.
        """
        between = self.start + self.step * (np.arange(1, self.count) - 0.5)
        return np.concatenate([[0.0], between.clip(0, side), [float(side)]])

    def positions(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the input lie among the cells: ``j`` at the centre of cell ``j``."""
        return (points - self.start) / self.step

    @property
    def centres(self) -> NDArray[np.float64]:
        """Centre of every cell, ``(count,)``."""
        return self.start + self.step * np.arange(self.count, dtype=np.float64)


@dataclass(frozen=True)
class CellGrid:
    """Where the cells of a map look.

    Attributes:
        rows: Of what lies at which height.
        columns: Of what lies how far to the right.
        derived: Whether this follows from the network; else the cells are supposed to be spread evenly.
    """

    rows: CellAxis
    columns: CellAxis
    derived: bool = True

    @classmethod
    def even(cls, shape: Sequence[int], size: Sequence[int]) -> CellGrid:
        """A map ``(h, w)`` spread evenly over an input ``(H, W)``."""
        rows, columns = (CellAxis.even(*pair) for pair in zip(shape, size, strict=True))
        return cls(rows, columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        return self.rows.count, self.columns.count

    def resampled(self, shape: Sequence[int]) -> CellGrid:
        """The grid of the same map resized to ``(h, w)``."""
        rows, columns = (axis.resampled(n) for axis, n in zip((self.rows, self.columns), shape, strict=True))
        return replace(self, rows=rows, columns=columns)

    def scaled(self, before: Sequence[int], after: Sequence[int]) -> CellGrid:
        """The same cells on an input of another height and width."""
        rows, columns = (side / other for side, other in zip(after, before, strict=True))
        return replace(self, rows=self.rows.scaled(rows), columns=self.columns.scaled(columns))

    def record(self) -> dict[str, Any]:
        """As JSON types; rows before columns, in points of the model's input."""
        axes = (self.rows, self.columns)
        return {
            "first_centre": [round(axis.start, 3) for axis in axes],
            "step": [round(axis.step, 3) for axis in axes],
            "view": [round(axis.view, 3) for axis in axes],
            "derived_from_network": self.derived,
        }


def laid_out(maps: Tensor, size: Sequence[int], cells: CellGrid | None = None) -> Tensor:
    """Maps ``(…, h, w)`` at every point of the input, ``(…, H, W)``, bilinearly between the cells' centres.

    What lies beyond the outermost centres has the value of the nearest cell. An even spread is what
    ``interpolate(…, mode="bilinear", align_corners=False)`` supposes.

    Args:
        maps: Of any number.
        size: Height and width of the input.
        cells: Where the cells look; ``None``: spread evenly.
    """
    height, width = size
    return moved(maps, cells or CellGrid.even(maps.shape[-2:], size), CellGrid.even((height, width), size))


def averaged(
    values: NDArray[np.float64], cells: CellGrid, onto: CellGrid, size: Sequence[int]
) -> NDArray[np.float64]:
    """A map ``(h, w)`` as means over the parts of the input that belong to the cells of a coarser grid.

    Args:
        values: The map.
        cells: Where its cells look.
        onto: The coarser grid.
        size: Height and width of the input.
    """
    by_row = _shares(cells.rows, onto.rows, size[0])
    by_column = _shares(cells.columns, onto.columns, size[1])
    return by_row @ values @ by_column.T


def _shares(cells: CellAxis, onto: CellAxis, side: int) -> NDArray[np.float64]:
    """Which share of each coarse cell's part is which fine cell's, ``(coarse, fine)``."""
    fine, coarse = cells.borders(side), onto.borders(side)[:, None]
    shares = np.minimum(fine[1:], coarse[1:]) - np.maximum(fine[:-1], coarse[:-1])
    shares = shares.clip(min=0)
    nothing = shares.sum(1) == 0  # a cell that looks at padding alone
    nearest = cells.positions(onto.centres).round().clip(0, cells.count - 1).astype(int)
    shares[nothing, nearest[nothing]] = 1.0
    return np.asarray(shares / shares.sum(1, keepdims=True))


def moved(maps: Tensor, cells: CellGrid, onto: CellGrid) -> Tensor:
    """Maps ``(…, h, w)`` on one grid, read bilinearly at the centres of another one's cells."""
    down = _read(maps, -2, cells.rows.positions(onto.rows.centres))
    return _read(down, -1, cells.columns.positions(onto.columns.centres))


def _read(maps: Tensor, axis: int, positions: NDArray[np.float64]) -> Tensor:
    """Maps at fractional positions along an axis; each value is made alone, whatever else is in the batch."""
    last = maps.shape[axis] - 1
    place = torch.from_numpy(positions.clip(0, last))
    share, low = (place - place.floor()).to(maps), place.floor().long().to(maps.device)
    before, after = (maps.index_select(axis, cell) for cell in (low, (low + 1).clamp(max=last)))
    return torch.lerp(before, after, share[:, None] if axis == -2 else share)
