"""A photo's rotation, beside Pillow's own way to turn a picture upright."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from saliency.photo.orientation import as_stored, empty_upright, orientation


@pytest.mark.parametrize("direction", range(1, 9))
def test_what_is_written_as_stored_stands_upright(direction: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    picture.getexif()[274] = direction
    assert orientation(picture) == direction
    upright = empty_upright(picture.size, direction)
    as_stored(upright, direction)[:] = pixels
    assert np.array_equal(upright, np.asarray(ImageOps.exif_transpose(picture)))


@pytest.mark.parametrize("value", [0, 9, "6", None])
def test_an_orientation_there_is_not_is_upright(value: object) -> None:
    picture = Image.new("RGB", (2, 3))
    if value is not None:
        picture.getexif()[274] = value
    assert orientation(picture) == 1
