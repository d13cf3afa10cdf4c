"""Small pictures of what is marked and of what the model received with it covered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from saliency.area import Area
from saliency.photo import Placement

_LINE, _HALO = (31, 95, 168), (255, 255, 255)
_SIDE = 360  # pixels along the long side of a small picture


def outlined(picture: Image.Image, area: Area) -> Image.Image:
    """A picture in the photo's frame with a line around an area."""
    inside = Image.fromarray(area.on_photo(picture.size).astype(np.uint8) * np.uint8(255))
    step = max(1, max(picture.size) // 240)
    painted = picture.convert("RGB")
    for outside, within, colour in ((3, 2, _HALO), (2, 1, _LINE)):
        wider = inside.filter(ImageFilter.MaxFilter(2 * outside * step + 1))
        narrower = inside.filter(ImageFilter.MinFilter(2 * within * step + 1))
        painted.paste(colour, mask=ImageChops.subtract(wider, narrower))
    return painted


def small_size(width: float, height: float) -> tuple[int, int]:
    """Width and height of a small picture of these proportions."""
    scale = _SIDE / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def as_received(pixels: NDArray[np.uint8], placement: Placement) -> Image.Image:
    """What the model received in the proportions of the photo, where it received it squeezed.

    Args:
        pixels: ``(h, w, 3)`` uint8.
        placement: Where it lies in the photo.
    """
    left, top, right, bottom = placement.box
    size = small_size(right - left, bottom - top)
    return Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)
