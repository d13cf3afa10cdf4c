"""A photo's rotation: how it lies in its file, and how it is turned upright (EXIF 2.32, tag 274).

Orientation 1 is upright; 3, 6 and 8 are turned by 180, 90 and 270 degrees; 2, 4, 5 and 7 are mirrored too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image


def orientation(picture: Image.Image) -> int:
    """The orientation of a loaded picture, 1 to 8; 1, upright, where its EXIF is broken."""
    try:
        value = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # whatever is wrong with the EXIF block, the picture itself has been decoded
        return 1
    return int(value) if value in range(1, 9) else 1


def empty_upright(size: tuple[int, int], orientation: int) -> NDArray[np.uint8]:
    """Room ``(H, W, 3)`` for an upright photo whose file has ``size`` (width, height)."""
    width, height = size
    return np.empty((width, height, 3) if orientation > 4 else (height, width, 3), np.uint8)


def as_stored(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """A view of the upright photo whose rows and columns run as in the file; writing to it turns a photo."""
    view = upright.swapaxes(0, 1) if orientation > 4 else upright
    if orientation in (3, 4, 6, 7):
        view = view[::-1]
    return view[:, ::-1] if orientation in (2, 3, 7, 8) else view
