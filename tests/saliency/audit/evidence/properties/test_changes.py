"""A change reaches its setting, leaves other properties as they are, and is undone by the change back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from saliency.audit.evidence import picture_measures as measures
from saliency.audit.evidence.properties.changes import (
    CHANGES,
    framed,
    saved,
    saved_as_coarsely,
    unframed,
)
from saliency.audit.evidence.properties.trial import own_setting, smooth_field
from saliency.errors import SaliencyError


def scene(seed: int = 0) -> np.ndarray:
    """A picture ``(h, w, 3)`` in [0, 1] with large and small shapes, away from black and white."""
    r = np.random.default_rng(seed)
    layers = [
        np.asarray(
            Image.fromarray(r.integers(0, 256, (n, n, 3), dtype=np.uint8)).resize(
                (96, 72), Image.Resampling.BICUBIC
            ),
            np.float32,
        )
        / 255
        for n in (4, 24)
    ]
    return 0.3 + 0.3 * layers[0] + 0.1 * layers[1]


SETTINGS = {
    "brightness": [(0.2,), (0.7,)],
    "exposure": [(0.4,), (0.9,), (1.2,)],
    "contrast": [(0.02,), (0.12,)],
    "saturation": [(0.0,), (0.3,)],
    "tint": [(0.15, 0.0), (-0.1, 0.08)],
}


@pytest.mark.parametrize("change", list(SETTINGS))
def test_a_change_reaches_its_setting(change: str) -> None:
    pixels = scene()
    for setting in SETTINGS[change]:
        out = CHANGES[change](pixels, setting)
        assert own_setting(change, out) == pytest.approx(setting, abs=0.015)
        assert (out.shape, out.dtype) == (pixels.shape, np.float32)
        assert out.min() >= 0
        assert out.max() <= 1
        if change in ("contrast", "saturation", "tint"):
            assert measures.brightness(out) == pytest.approx(measures.brightness(pixels), abs=0.01)
        back = CHANGES[change](out, own_setting(change, pixels))
        if setting not in (
            (0.0,),
            (1.2,),
        ):  # no colours come back to grey, nor to white
            assert np.abs(back - pixels).mean() < 0.03


@pytest.mark.parametrize("factor", [0.3, 1.6])
def test_focus_reaches_its_sharpness(factor: float) -> None:
    pixels = scene()
    (now,) = own_setting("focus", pixels)
    (after,) = own_setting("focus", CHANGES["focus"](pixels, (factor * now,)))
    assert after == pytest.approx(factor * now, rel=0.1)


@pytest.mark.parametrize("change", list(CHANGES))
def test_no_picture_breaks_a_change(change: str) -> None:
    for value in (0.0, 0.5, 1.0):
        even = np.full((20, 30, 3), value, np.float32)
        for setting in ((0.0, 0.0), (0.4, -0.4)):
            out = CHANGES[change](even, setting[: 2 if change == "tint" else 1])
            assert np.isfinite(out).all()


def test_a_frame_is_put_around_and_taken_away() -> None:
    pixels = scene()
    setting = (0.1, 0.125, 0.1, 0.125, 0.8, 0.1, 0.1)
    with_frame = framed(pixels, setting)
    assert own_setting("frame", with_frame) == pytest.approx(setting, abs=0.01)
    without = unframed(with_frame, own_setting("frame", with_frame))
    assert without.shape == pixels.shape
    assert measures.frame(without) is None
    assert np.array_equal(without[12:-12, 12:-12], pixels[12:-12, 12:-12])


def test_saving_as_coarsely_reaches_what_is_visible() -> None:
    photo = np.uint8(255 * scene()).repeat(4, 0).repeat(4, 1)
    coarse = saved(photo, 8)
    again = saved_as_coarsely(photo, measures.blocks(coarse))
    assert measures.blocks(again) == pytest.approx(measures.blocks(coarse), rel=0.1)
    with pytest.raises(SaliencyError, match="already"):
        saved_as_coarsely(coarse, measures.blocks(photo))


def test_a_smooth_field_has_the_size_one_and_changes_no_mean() -> None:
    inside = np.ones((40, 60, 1), np.float32)
    inside[:10] = 0
    field = smooth_field(np.random.default_rng(0), inside)
    assert np.sqrt(np.mean(field**2)) == pytest.approx(1, rel=1e-4)
    assert field.mean((0, 1)) == pytest.approx((0, 0, 0), abs=1e-4)
    assert not field[:10].any()
