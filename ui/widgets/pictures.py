"""Small pictures, and what is marked on them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from saliency.photo.area import Area
from saliency.photo.reading import Photo

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


def small_size(photo: Photo) -> tuple[int, int]:
    """Width and height of a small picture of a photo."""
    scale = _SIDE / max(photo.width, photo.height)
    return max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
