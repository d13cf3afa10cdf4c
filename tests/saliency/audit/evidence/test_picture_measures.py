"""Properties of a whole picture: planted ones are measured, and others are not moved by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from saliency.audit.evidence import picture_measures as measures
from saliency.audit.evidence.look import photo_look


def scene(size: tuple[int, int] = (160, 120), seed: int = 0) -> np.ndarray:
    """A picture with large and small shapes, ``(h, w, 3)`` uint8."""
    r = np.random.default_rng(seed)
    layers = [
        np.asarray(
            Image.fromarray(r.integers(0, 256, (n, n, 3), dtype=np.uint8)).resize(
                size, Image.Resampling.BICUBIC
            ),
            float,
        )
        for n in (4, 40)
    ]
    return np.uint8(0.6 * layers[0] + 0.4 * layers[1])


def as_floats(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float32) / 255


def test_a_tint_and_grey_are_told() -> None:
    pixels = as_floats(scene())
    red_blue, green_magenta = measures.tint(pixels)
    warm = measures.tint(pixels + np.float32([0.1, 0.0, -0.1]))
    green = measures.tint(pixels + np.float32([0.0, 0.1, 0.0]))
    assert warm == pytest.approx((red_blue + 0.2, green_magenta), abs=1e-4)
    assert green == pytest.approx((red_blue, green_magenta + 0.1), abs=1e-4)
    grey = np.repeat(measures.luma(pixels)[..., None], 3, 2)
    assert measures.saturation(grey) == pytest.approx(0, abs=1e-6)
    assert measures.saturation(pixels) > 0.1


def test_exposure_tells_a_dark_thing_with_burnt_out_lights_from_a_dark_photo() -> None:
    dark = np.full((100, 100, 3), 0.1, np.float32)
    lit = dark.copy()
    lit[:10, :50] = 1  # 5 % of it
    bright = np.full((100, 100, 3), 0.6, np.float32)
    assert measures.exposure(dark) == pytest.approx(0.1, abs=1e-4)
    assert measures.exposure(lit) == pytest.approx(1.05, abs=1e-4)
    assert measures.exposure(dark) < measures.exposure(bright) < measures.exposure(lit)
    assert measures.brightness(lit) < measures.brightness(bright)


@pytest.mark.parametrize("colour", [(200, 30, 30), (0, 0, 0), (255, 255, 255)])
@pytest.mark.parametrize("share", [0.03, 0.08, 0.2])
def test_a_frame_is_found_with_its_width_and_colour(colour: tuple[int, int, int], share: float) -> None:
    pixels = scene()
    height, width = pixels.shape[:2]
    side = round(share * height)
    framed = np.full_like(pixels, colour)
    framed[side : height - side, side : width - side] = pixels[side : height - side, side : width - side]
    found = measures.frame(as_floats(framed))
    assert found is not None
    assert found[0] == pytest.approx([side / width, side / height] * 2, abs=0.01)
    assert found[1] == pytest.approx(np.array(colour) / 255, abs=0.01)


def test_bars_are_a_frame_and_even_grounds_are_none() -> None:
    pixels = scene()
    assert measures.frame(as_floats(pixels)) is None
    bars = pixels.copy()
    bars[:12] = bars[-12:] = 0
    found = measures.frame(as_floats(bars))
    assert found is not None
    assert found[0] == pytest.approx((0, 0.1, 0, 0.1), abs=0.01)
    sky = pixels.copy()
    sky[:40] = (120, 160, 240)  # at one edge only
    assert measures.frame(as_floats(sky)) is None
    rows, columns = np.mgrid[:120, :160]
    disc = (rows - 60) ** 2 + (columns - 80) ** 2 < 40**2
    studio = np.where(disc[..., None], pixels, np.uint8(250))  # it goes over into the thing bit by bit
    assert measures.frame(as_floats(studio)) is None
    assert measures.frame(np.zeros((32, 32, 3), np.float32)) is None


def test_blocks_and_quality_of_a_jpeg(tmp_path: Path) -> None:
    photo = Image.fromarray(scene((400, 304)))
    visible = [measures.blocks(np.asarray(photo))]
    for quality in (90, 50, 10):
        path = tmp_path / f"{quality}.jpg"
        photo.save(path, quality=quality)
        assert measures.jpeg_quality(path) == quality
        visible.append(measures.blocks(np.asarray(Image.open(path))))
    assert visible == sorted(visible)
    assert visible[-1] > visible[0] + 0.5
    photo.save(tmp_path / "a.png")
    assert measures.jpeg_quality(tmp_path / "a.png") is None
    assert measures.jpeg_quality(tmp_path / "missing.jpg") is None
    for cut in (0, 1, 2, 3, 5, 40):
        (tmp_path / "cut.jpg").write_bytes((tmp_path / "50.jpg").read_bytes()[:cut])
        assert measures.jpeg_quality(tmp_path / "cut.jpg") is None


def test_a_look_has_what_the_model_received_only_where_that_is_known() -> None:
    photo = Image.fromarray(scene())
    soft = np.asarray(photo.filter(ImageFilter.GaussianBlur(2)))
    assert photo_look(photo).saturation is None
    sharp_look, soft_look = photo_look(photo, np.asarray(photo), 80), photo_look(photo, soft)
    assert sharp_look.detail > 3 * soft_look.detail
    assert (sharp_look.jpeg_quality, sharp_look.frame, sharp_look.frame_colour) == (80, (0, 0, 0, 0), None)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 2), (16, 240), (240, 16)])
def test_any_picture_has_measures(size: tuple[int, int]) -> None:
    for value in (0, 255):
        pixels = np.full((*size, 3), value, np.uint8)
        look = photo_look(Image.fromarray(pixels), pixels)
        assert (look.saturation, look.detail, look.frame_colour) == (0, 0, None)
        assert np.isfinite(look.blocks)
