"""Pictures of one height beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image


def side_by_side(pictures: Sequence[Image.Image], gap: int, between: str | None) -> Image.Image:
    """Pictures in one, RGB, or RGBA where what is between them is transparent.

    Args:
        pictures: All as high as the first one.
        gap: Pixels between two.
        between: Colour of what is between them; ``None``: it is transparent, for pages that may be dark.
    """
    size = sum(picture.width + gap for picture in pictures) - gap, pictures[0].height
    sheet = Image.new("RGB", size, between) if between else Image.new("RGBA", size, (0, 0, 0, 0))
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + gap
    return sheet
