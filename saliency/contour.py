"""The strongest part of a picture and the line around it, which carries the finding without any colour.

The line is double, light inside and dark outside, so that it shows on any background; solid where influence
speaks for the class and dashed where it speaks against it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from saliency.errors import SaliencyError
from saliency.palette import Bytes
from saliency.scale import Floats

FAINTEST = 0.05  # heat below this is never inside the contour
CELLS = 64  # along the long side: how finely the contour follows a map
DRAWN_AT = 1024  # pixels along the long side at which the line is made, then enlarged


def strongest(heat: Floats, share: float = 0.2) -> npt.NDArray[np.bool_]:
    """The strongest part of a picture by area.

    Never where the heat is below 0.05, so the part may be smaller, or nothing. Values equal to the threshold
    are in, unless that overshoots the share by more than a quarter (a flat background).

    Args:
        heat: (H, W) in [-1, 1]; its sign is ignored.
        share: Of the picture's area, in (0, 1].

    Returns:
        (H, W) mask.

    Raises:
        SaliencyError: The share is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise SaliencyError(f"The share of the picture must be above 0 and at most 1, not {share}.")
    magnitude = np.abs(heat)
    step = max(1, int((magnitude.size / 2e6) ** 0.5))  # two million samples fix the threshold closely enough
    threshold = max(float(np.quantile(magnitude[::step, ::step], 1 - share)), FAINTEST)
    mask: npt.NDArray[np.bool_] = magnitude >= threshold
    if mask.mean() > 1.25 * share:
        above = magnitude > threshold
        return above if above.any() else mask
    return mask


def soft_border(heat: Floats) -> Bytes:
    """A soft step that passes 128 at the border of the strongest fifth, 255 inside and 0 outside.

    The heat is first averaged over cells of 1/64 of the long side: the border of a smooth map stays where
    it is, and that of a pixel-level map goes around where its strong pixels gather, not around every one of
    them.

    Args:
        heat: (H, W) in [-1, 1]; its sign is ignored.

    Returns:
        (H, W), from which `draw_contour` cuts a line of about 1/250 of the long side.
    """
    height, width = heat.shape
    step = max(1, max(height, width) // (DRAWN_AT + DRAWN_AT // 4))
    fine = Image.fromarray(np.abs(heat[::step, ::step]).astype(np.float32))
    cells = fine.resize(_within(width, height, CELLS), Image.Resampling.BOX)
    field = np.asarray(cells.resize(_within(width, height, DRAWN_AT), Image.Resampling.BICUBIC))
    peak = float(field.max())
    inside = strongest(field / peak) if peak > 0 else np.zeros(field.shape, bool)
    step_edge = Image.fromarray(inside.astype(np.uint8) * np.uint8(255))
    soft = step_edge.filter(ImageFilter.GaussianBlur(max(0.8, 0.0016 * max(field.shape))))
    return np.asarray(soft.resize((width, height), Image.Resampling.BICUBIC))


def draw_contour(painted: Bytes, rows: slice, border: Bytes, heat: Floats) -> None:
    """Draw the line into some rows of a picture, in place.

    Args:
        painted: (H, W, 3) the picture.
        rows: Which rows, with start and stop.
        border: (H, W) from `soft_border`.
        heat: (H, W); the line is dashed where it is negative.
    """
    opacity, grey = _double_line()
    y, x = np.nonzero(opacity[border[rows]])
    y += rows.start
    dash = max(2, max(border.shape) // 100)
    keep = (heat[y, x] >= 0) | (
        (x // dash + 5 * y // (8 * dash)) % 2 == 0
    )  # uneven cells: no direction is solid
    y, x = y[keep], x[keep]
    level = border[y, x]
    alpha = opacity[level][:, None]
    mixed = painted[y, x] * (256 - alpha) + grey[level][:, None] * alpha
    painted[y, x] = (mixed + 128) >> 8


@cache
def _double_line() -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """Opacity in 0..256 and grey in 0..255 of the line at each of the 256 levels of the soft step."""
    level = np.arange(256) / 255
    light = np.clip((0.28 - np.abs(level - 0.68)) / 0.08, 0, 1)
    dark = np.clip((0.28 - np.abs(level - 0.32)) / 0.08, 0, 1)
    opacity = np.round(256 * np.maximum(light, dark)).astype(np.uint16)
    grey = np.round(255 * light / np.maximum(light + dark, 1e-9)).astype(np.uint16)
    return opacity, grey


def _within(width: int, height: int, long: int) -> tuple[int, int]:
    """(width, height) shrunk, never grown, to a long side of at most `long`."""
    factor = min(1.0, long / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))
