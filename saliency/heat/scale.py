"""The scale of a heat map: whether there is a finding at all, and which value becomes full colour."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from saliency.errors import SaliencyError

Floats = npt.NDArray[np.floating]

EMPTY_BELOW = 1e-6  # of max(1, |reference|): float32 noise of a forward pass is about 1e-7 of the score
EVEN_BELOW = 0.05  # contrast of a map in which nothing stands out
HOTTEST = 0.005  # share of a map's values that may saturate
COARSE = 32 * 32  # values: in maps of up to so many, each is a place in the photo and none a speck
INVISIBLE = 1 / 512  # of the largest value: less than half a step of the 256 colours, on the map's own scale


class MapKind(StrEnum):
    """What a map has to say: nothing (empty), the same everywhere (even), or something (spots)."""

    EMPTY = "empty"
    EVEN = "even"
    SPOTS = "spots"


def kind_of_map(attribution: Floats, *, signed: bool, reference: float = 1.0) -> MapKind:
    """Whether there is anything to show.

    Empty: no magnitude above ``1e-6 * max(1, |reference|)``, which is the noise of a float32 forward pass;
    in an unsigned map only positive values count. Even: the values shown span less than 5 % of the largest,
    so that no place stands out from the others.

    Args:
        attribution: (h, w), raw, any finite values.
        signed: Whether negative values mean something (influence against the class) or are left out.
        reference: The size of the score that is explained, in the attribution's unit.

    Returns:
        The kind; compares equal to ``"empty"``, ``"even"`` or ``"spots"``.

    Raises:
        SaliencyError: The map is not two-dimensional, has no pixel, or holds a value that is not finite.
    """
    values = shown_values(attribution, signed=signed)
    largest = float(np.abs(values).max())
    if largest <= EMPTY_BELOW * max(1.0, abs(reference)):
        return MapKind.EMPTY
    contrast = float(values.max()) / largest - float(values.min()) / largest
    return MapKind.EVEN if contrast < EVEN_BELOW else MapKind.SPOTS


def robust_maximum(attribution: Floats, *, signed: bool) -> float:
    """The value that becomes full colour; above 0 wherever the map is not all zeros.

    The largest value once the hottest 0.5 % are set aside, so that single hot pixels in a pixel-level map
    do not black out all else; but never below the largest median of a 3×3 neighbourhood, so that a smooth
    peak keeps its top. Where that would be a ground of zeros or rounding noise, below 1/512 of the largest,
    a few isolated values are the finding itself: the hottest 0.5 % of those above the ground are set aside.
    Maps of up to 32 × 32 values have nothing to set aside: there it is the maximum.

    Args:
        attribution: (h, w), raw.
        signed: As in `kind_of_map`.

    Raises:
        SaliencyError: As in `kind_of_map`.
    """
    magnitude = np.abs(shown_values(attribution, signed=signed))
    largest = float(magnitude.max())
    if magnitude.size <= COARSE:
        return largest
    from scipy.ndimage import median_filter  # takes a while, and coarse maps do not need it

    robust = max(_without_hottest(magnitude), float(median_filter(magnitude, size=3, mode="nearest").max()))
    if robust >= INVISIBLE * largest:
        return robust
    return _without_hottest(magnitude[magnitude >= INVISIBLE * largest])


def _without_hottest(magnitude: npt.NDArray[np.float64]) -> float:
    """The largest value once the hottest 0.5 % are set aside."""
    rank = magnitude.size - 1 - int(HOTTEST * magnitude.size)
    return float(np.partition(magnitude, rank, axis=None)[rank])


def shown_values(attribution: Floats, *, signed: bool) -> npt.NDArray[np.float64]:
    """The (h, w) values that may be shown: all of a signed map, else the positive part.

    Double precision, so that sums of large float32 values stay finite.

    Raises:
        SaliencyError: As in `kind_of_map`.
    """
    if attribution.ndim != 2 or attribution.size == 0:
        raise SaliencyError(f"A map must have a height and a width; this one has shape {attribution.shape}.")
    values = attribution.astype(np.float64)
    if not np.isfinite(values).all():
        raise SaliencyError(
            "This view gave values that are not numbers. Please choose another view or model."
        )
    return values if signed else np.maximum(values, 0.0)
