"""The strongest part of a picture and the line around it, which carries the finding without any colour.

The line is double, light inside and dark outside, so that it shows on any background; solid where influence
speaks for the class and dashed where it speaks against it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from saliency.errors import SaliencyError
from saliency.heat.palette import Bytes
from saliency.heat.scale import Floats

FAINTEST = 0.25  # of the peak: weaker places are never inside the contour, however little else there is
CELLS = 32  # along the long side: how finely the contour follows a map
LINE_SIDE = 1024  # pixels along the long side at which the line is made, then enlarged
_QUICK = 3  # times coarser than the picture, at which a quick line is made


def strongest(heat: Floats, share: float = 0.2) -> npt.NDArray[np.bool_]:
    """The strongest part of a picture by area.

    Never where the heat is below a quarter, so the part may be smaller, or nothing. Values equal to the
    threshold are in, unless that overshoots the share by more than a quarter (a flat background).

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


class Contour(NamedTuple):
    """The line around the strongest places, ready to be drawn.

    Attributes:
        border: (H, W) a soft step that passes 128 at the border: 255 inside, 0 outside.
        against: (H, W) 0 or 1, where influence is on balance against the class; None if nowhere.
    """

    border: Bytes
    against: Bytes | None


def contour(heat: Floats) -> Contour:
    """The line around the strongest places, at most a fifth of the picture.

    The heat is first averaged over cells of 1/32 of the long side, and islands below half that width are
    left out: the border of a smooth map stays where it is, and that of a pixel-level map goes around where
    its strong pixels gather, not around every one of them.

    Args:
        heat: (H, W) in [-1, 1].
    """
    height, width = heat.shape
    sampled, inside = _inside(heat, LINE_SIDE)
    fine = max(inside.size)
    opened = inside.filter(ImageFilter.GaussianBlur(fine / (2 * CELLS)))
    opened = opened.point([255 * (level > 127) for level in range(256)])
    soft = opened.filter(ImageFilter.GaussianBlur(max(1.0, 0.0021 * fine)))
    border = np.asarray(soft.resize((width, height), Image.Resampling.BICUBIC))
    if float(sampled.min()) >= 0:
        return Contour(border, None)
    coarse = _within(width, height, CELLS)
    balance = np.asarray(Image.fromarray(sampled).resize(coarse, Image.Resampling.BOX)) < 0
    return Contour(border, np.asarray(Image.fromarray(balance.astype(np.uint8)).resize((width, height))))


def quick_contour(heat: Floats) -> Contour:
    """The line around the strongest places of a small picture, in a quarter of the time of :func:`contour`.

    It is made on a ninth of the pixels and enlarged while it is soft, so it is as smooth; a thin island may
    have a wider line. Where influence speaks against the class is not told apart.

    Args:
        heat: (H, W) in [0, 1].
    """
    height, width = heat.shape
    _, inside = _inside(heat, max(CELLS, max(height, width) // _QUICK))
    blur = max(inside.size) / (2 * CELLS)
    soft = inside.filter(ImageFilter.GaussianBlur(blur)).resize((width, height), Image.Resampling.BICUBIC)
    steeper = blur * max(height, width) / max(inside.size)  # as steep as after a blur of one pixel
    levels = np.clip(127.5 + (np.arange(256) - 127.5) * steeper, 0, 255).round().astype(int)
    return Contour(np.asarray(soft.point(levels.tolist())), None)


def _inside(heat: Floats, line_side: int) -> tuple[Floats, Image.Image]:
    """The heat sampled for a line made at so many pixels; and the strongest places at these, 0 or 255."""
    height, width = heat.shape
    step = max(1, max(height, width) // (line_side + line_side // 4))
    coarse, fine = _within(width, height, CELLS), _within(width, height, line_side)
    sampled = heat[::step, ::step].astype(np.float32)
    cells = Image.fromarray(np.abs(sampled)).resize(coarse, Image.Resampling.BOX)
    field = np.asarray(cells.resize(fine, Image.Resampling.BICUBIC))
    peak = float(field.max())
    inside = strongest(field / peak) if peak > 0 else np.zeros(field.shape, bool)
    return sampled, Image.fromarray(inside.astype(np.uint8) * np.uint8(255))


def draw_contour(painted: Bytes, rows: slice, line: Contour) -> None:
    """Draw the line into some rows of a picture, in place.

    Args:
        painted: (H, W, 3) the picture.
        rows: Which rows, with start and stop.
        line: From `contour`; dashed where influence is against the class.
    """
    opacity, grey = _double_line()
    y, x = np.nonzero(opacity[line.border[rows]])
    y += rows.start
    if line.against is not None:
        dash = max(2, max(line.border.shape) // 60)
        drawn = (x // dash + 5 * y // (8 * dash)) % 2 == 0  # uneven cells: a line breaks in any direction
        drawn |= line.against[y, x] == 0
        y, x = y[drawn], x[drawn]
    level = line.border[y, x]
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
