"""Resizing along one axis in all the ways of ONNX, as a matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
_POSITIONS: Mapping[str, Callable[[Numbers, float, int, float], Numbers]] = {
    "half_pixel": lambda i, scale, length, count: (i + 0.5) / scale - 0.5,
    "half_pixel_symmetric": lambda i, scale, length, count: (
        length / 2 * (1 - len(i) / count) + (i + 0.5) / scale - 0.5
    ),
    "pytorch_half_pixel": lambda i, scale, length, count: (
        (i + 0.5) / scale - 0.5 if count != 1 else np.full(len(i), -0.5)
    ),
    "asymmetric": lambda i, scale, length, count: i / scale,
    "align_corners": lambda i, scale, length, count: (
        i * (length - 1) / (count - 1) if count != 1 else 0.0 * i
    ),
    "tf_half_pixel_for_nn": lambda i, scale, length, count: (i + 0.5) / scale,
}
"""Where on the old axis the cells of the new one lie; ``count`` is its length before it is rounded down."""

_NEAREST: Mapping[str, Callable[[Numbers], Numbers]] = {
    "round_prefer_floor": lambda place: np.ceil(place - 0.5),
    "round_prefer_ceil": lambda place: np.floor(place + 0.5),
    "floor": np.floor,
    "ceil": np.ceil,
}


@dataclass(frozen=True)
class Resampling:
    """A way of resizing, in ONNX's words.

    Attributes:
        mode: ``nearest``, ``linear`` or ``cubic``.
        grid: How positions correspond.
        rounding: Which cell is the nearest.
        slope: The cubic curve's.
        antialias: Whether the curve is widened where there are fewer cells than before.
        exclude_outside: Whether what lies outside counts for nothing; otherwise the edge goes on.
    """

    mode: str
    grid: str
    rounding: str = "round_prefer_floor"
    slope: float = -0.75
    antialias: bool = False
    exclude_outside: bool = False

    @property
    def known(self) -> bool:
        """Whether it is one of those that are computed here."""
        return self.mode in ("nearest", "linear", "cubic") and self.grid in _POSITIONS

    def matrix(self, length: int, scale: float, count: int | None = None) -> Numbers:
        """What each old cell counts for each new one, ``(length, count)``.

        Args:
            length: Cells of the old axis.
            scale: How many times as many the new one has.
            count: How many it has, where that is stated and not the scale.
        """
        cells = int(np.floor(scale * length)) if count is None else count
        places = _POSITIONS[self.grid](np.arange(cells, dtype=float), scale, length, scale * length)
        matrix = np.zeros((length, cells))
        if self.mode == "nearest":
            nearest = np.clip(_NEAREST[self.rounding](places), 0, length - 1).astype(int)
            matrix[nearest, np.arange(cells)] = 1
            return matrix
        narrow = min(1.0, scale) if self.antialias else 1.0
        reach = (1 if self.mode == "linear" else 2) / narrow
        for offset in range(-int(np.ceil(reach)), int(np.ceil(reach)) + 2):
            at = np.floor(places) + offset
            weights = self._curve(np.abs(at - places) * narrow)
            if self.exclude_outside:
                weights = weights * ((at >= 0) & (at < length))
            np.add.at(matrix, (np.clip(at, 0, length - 1).astype(int), np.arange(cells)), weights)
        shares: Numbers = matrix / matrix.sum(0)
        return shares

    def _curve(self, distance: Numbers) -> Numbers:
        if self.mode == "linear":
            return np.maximum(0.0, 1 - distance)
        a, d = self.slope, distance
        near = ((a + 2) * d - (a + 3)) * d * d + 1
        far = ((d - 5) * d + 8) * d * a - 4 * a
        return np.where(d <= 1, near, np.where(d < 2, far, 0.0))
