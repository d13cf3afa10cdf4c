"""The two colour maps, as tables of 256 colours, so that nothing at full size is ever a float colour.

Both are readable by colour-blind people. The sequential one rises evenly in lightness, so it is also
readable in greyscale: *inferno* by van der Walt & Smith (https://bids.github.io/colormap/). The two arms of
the diverging one (blue against, orange for) have equal lightness, after Moreland, "Diverging Color Maps for
Scientific Visualization" (ISVC 2009); which arm it is, the contour says without colour.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from saliency.heat.scale import Floats

Bytes = npt.NDArray[np.uint8]

RISE = 0.7  # opacity, and the colour of signed heat, follow |heat| to this power
# CIELAB (lightness 0..100, a, b): full influence against, none, full influence for.
AGAINST, NEUTRAL, FAVOUR = np.array([[42.0, -2.0, -46.0], [97.0, 0.0, 0.0], [42.0, 36.0, 54.0]])


def table_rows(heat: Floats, *, signed: bool) -> Bytes:
    """The row of the colour table for each value.

    Args:
        heat: Any shape, in [0, 1], or [-1, 1] if signed.
        signed: Which table; the signed one has zero at row 128.
    """
    scaled = heat * np.float32(127 if signed else 255)
    scaled += np.float32(128.5 if signed else 0.5)
    rows: Bytes = scaled.astype(np.uint8)
    return rows


@cache
def colour_table(*, signed: bool) -> Bytes:
    """(256, 3) sRGB."""
    if not signed:
        import matplotlib  # takes a while, and only drawing needs it

        return _bytes(matplotlib.colormaps["inferno"](np.arange(256))[:, :3])
    value = np.clip((np.arange(256) - 128) / 127, -1, 1)[:, None]
    return _srgb(NEUTRAL + np.abs(value) ** RISE * np.where(value < 0, AGAINST - NEUTRAL, FAVOUR - NEUTRAL))


@cache
def tint_table(*, signed: bool) -> Bytes:
    """(256, 3) sRGB colours to lay over a photo at the opacity of `opacity_table`.

    Those of the colour table, but that a signed tint is the full colour of its arm: where there is little
    heat, it is the photo that shows through, not white.
    """
    if not signed:
        return colour_table(signed=False)
    arms = _srgb(np.stack([AGAINST, FAVOUR]))
    tints: Bytes = arms[(np.arange(256) >= 128).astype(np.intp)]
    return tints


def opacity_table(*, signed: bool, strength: float) -> npt.NDArray[np.uint16]:
    """(256,) opacity in 0..256 of each row of the colour table.

    Rises from exactly 0, faster than the heat itself, so that half the heat is seen well and a map of
    scattered pixels does not vanish on a busy photo.
    """
    rows = np.arange(256)
    magnitude = np.clip(np.abs(rows - 128) / 127, 0, 1) if signed else rows / 255
    return np.round(256 * strength * magnitude**RISE).astype(np.uint16)


def _srgb(lab: npt.NDArray[np.float64]) -> Bytes:
    """CIELAB with white point D65 to 8-bit sRGB (IEC 61966-2-1); colours outside sRGB are clipped."""
    from skimage.color import lab2rgb

    return _bytes(lab2rgb(lab))


def _bytes(unit: Floats) -> Bytes:
    """[0, 1] to 0..255."""
    rounded: Bytes = np.round(np.asarray(unit) * 255).astype(np.uint8)
    return rounded
