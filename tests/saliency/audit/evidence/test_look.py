"""How a photo looks, without knowing what it shows."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from saliency.audit.evidence.look import photo_look


def test_darker_flatter_and_blurred_copies_say_so() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    photo = Image.fromarray(pixels).resize((400, 300), Image.Resampling.BICUBIC)
    look = photo_look(photo)
    dark = photo_look(photo.point(lambda value: value // 2))
    blurred = photo_look(photo.filter(ImageFilter.GaussianBlur(12)))
    assert dark.brightness == pytest.approx(look.brightness / 2, rel=0.02)
    assert dark.contrast == pytest.approx(look.contrast / 2, rel=0.1)
    assert dark.sharpness == pytest.approx(look.sharpness, rel=0.1)  # light is none of its business
    assert blurred.sharpness < look.sharpness / 3
    assert blurred.brightness == pytest.approx(look.brightness, rel=0.01)


@pytest.mark.parametrize("size", [(1, 1), (2, 5000), (3, 3), (97, 2)])
def test_any_photo_has_one(size: tuple[int, int]) -> None:
    for colour in ("black", "white"):
        look = photo_look(Image.new("RGB", size, colour))
        assert (look.contrast, look.sharpness) == (0, 0)
        assert look.brightness == (colour == "white")
