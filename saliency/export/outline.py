"""A line around an area of a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import maximum_filter, minimum_filter

from saliency.photo.area import Area

_LINE, _HALO = (31, 95, 168), (255, 255, 255)
ELSEWHERE = (214, 106, 0)  # of lines around other places


def outlined(picture: Image.Image, area: Area) -> Image.Image:
    """A picture in the photo's frame with a line around an area."""
    return line_around(picture, area.on_photo(picture.size))


def line_around(
    picture: Image.Image, inside: NDArray[np.bool_], colour: tuple[int, int, int] = _LINE
) -> Image.Image:
    """A picture with a line around what is ``True`` in a mask ``(H, W)`` of its size."""
    step = max(1, max(picture.size) // 240)
    painted = picture.convert("RGB")
    for outside, within, ink in ((3, 2, _HALO), (2, 1, colour)):
        wider = maximum_filter(inside, 2 * outside * step + 1, mode="nearest")
        narrower = minimum_filter(inside, 2 * within * step + 1, mode="nearest")
        painted.paste(ink, mask=Image.fromarray(wider & ~narrower))
    return painted
