"""A line around an area of a picture."""

from __future__ import annotations

from PIL import Image
from scipy.ndimage import maximum_filter, minimum_filter

from saliency.photo.area import Area

_LINE, _HALO = (31, 95, 168), (255, 255, 255)


def outlined(picture: Image.Image, area: Area) -> Image.Image:
    """A picture in the photo's frame with a line around an area."""
    inside = area.on_photo(picture.size)
    step = max(1, max(picture.size) // 240)
    painted = picture.convert("RGB")
    for outside, within, colour in ((3, 2, _HALO), (2, 1, _LINE)):
        wider = maximum_filter(inside, 2 * outside * step + 1, mode="nearest")
        narrower = minimum_filter(inside, 2 * within * step + 1, mode="nearest")
        painted.paste(colour, mask=Image.fromarray(wider & ~narrower))
    return painted
