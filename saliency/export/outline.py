"""A line around an area of a picture."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from saliency.photo.area import Area

_LINE, _HALO = (31, 95, 168), (255, 255, 255)


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
