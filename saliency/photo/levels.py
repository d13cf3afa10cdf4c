"""Brightness values of any range as 0 to 255."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STRETCHED = "The brightness values of this file were scaled to fit a screen."
_PEAKS = (1.0, 255.0, 65535.0)


def value_range(low: float, high: float, *, whole: bool = False) -> tuple[float, float, bool]:
    """The values that are black and white, where a file does not say.

    Args:
        low: Smallest value.
        high: Largest value.
        whole: Whether values are whole numbers, whose white is never 1.

    Returns:
        Black, white, and whether those are the picture's own extremes for want of a usual range.
    """
    peak = next((peak for peak in _PEAKS[whole:] if high <= peak), 0.0)
    return (0.0, peak, False) if low >= 0 and peak else (low, high, True)


def scaled(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Values between ``low`` and ``high`` as 0 to 255, rounded; what is not a number becomes 0."""
    if values.dtype == np.uint16 and (low, high) == (0, 65535):
        return np.asarray((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    share = (values.astype(np.float64) - low) / ((high - low) or 1.0)
    return np.rint(np.clip(np.nan_to_num(share), 0.0, 1.0) * 255).astype(np.uint8)


def extremes(values: NDArray[Any]) -> tuple[float, float]:
    """Smallest and largest finite value; infinite the other way round where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (np.inf, -np.inf)
