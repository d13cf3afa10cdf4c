"""One property of a picture changed to what it is in others, and nothing else.

Each change takes a picture to a setting: a brightness of 0.4, a tint, a frame of that width and colour.
Taking a property away is to change it to what is usual in photos with other guesses; giving it is to change
it to what is usual in those that have it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from saliency.audit.evidence.picture_measures import (
    LUMA,
    Pixels,
    blocks,
    exposure,
    luma,
    sharpness,
    tint,
)
from saliency.errors import SaliencyError

Setting = tuple[float, ...]
"""What a property is changed to; its numbers mean what :data:`CHANGES` and :func:`framed` say."""

_STEPS = 3  # repetitions, as what is cut off at black and white takes a part of a change back
_MOST = 8.0  # times at most by which contrast or colours are made stronger
_LARGEST_BLUR = 0.06  # standard deviation as a share of the short side
_SHARPEST = 6.0  # times the detail that is added
_SEARCH = 12  # halvings
_LOOKED_AT = 64  # rows and columns of which a picture's exposure is known well enough
_QUALITIES = (90, 80, 70, 60, 50, 40, 30, 20, 15, 10, 7, 5)


def brightened(pixels: Pixels, setting: Setting) -> Pixels:
    """As under more light or less: all channels times one factor, up to a mean luma."""
    out = pixels
    for _ in range(_STEPS):
        out = _clipped(out * (setting[0] / max(1e-3, float(luma(out).mean()))))
    return out


def exposed(pixels: Pixels, setting: Setting) -> Pixels:
    """As taken with more exposure or less: all channels times one factor, up to an exposure."""
    sample = pixels[:: max(1, len(pixels) // _LOOKED_AT), :: max(1, pixels.shape[1] // _LOOKED_AT)]
    low, high = 1 / _MOST, _MOST
    for _ in range(_SEARCH):
        middle = (low * high) ** 0.5
        brighter = exposure(_clipped(sample * middle)) < setting[0]
        low, high = (middle, high) if brighter else (low, middle)
    return _clipped(pixels * high)


def contrasted(pixels: Pixels, setting: Setting) -> Pixels:
    """With distances from the mean luma times one factor, up to a standard deviation of it."""
    out, mean = pixels, float(luma(pixels).mean())
    for _ in range(_STEPS):
        out = _clipped(mean + (out - mean) * _factor(setting[0], float(luma(out).std())))
    return out


def saturated(pixels: Pixels, setting: Setting) -> Pixels:
    """With distances from grey times one factor, up to a mean one between the channels."""
    out = pixels
    for _ in range(_STEPS):
        grey = luma(out)[..., None]
        now = float((out.max(2) - out.min(2)).mean())
        out = _clipped(grey + (out - grey) * _factor(setting[0], now))
    return out


_AXES = np.linalg.inv(np.array([LUMA, [1, 0, -1], [-0.5, 1, -0.5]], np.float64))


def tinted(pixels: Pixels, setting: Setting) -> Pixels:
    """As under light of another colour: a factor for each channel, up to a mean tint; as bright as before."""
    out = pixels
    for _ in range(_STEPS):
        now, mean = tint(out), np.maximum(out.mean((0, 1)), 0.02)
        shift = _AXES @ np.array([0.0, setting[0] - now[0], setting[1] - now[1]])
        out = _clipped(out * np.clip((mean + shift) / mean, 0.1, _MOST).astype(np.float32))
    return out


def focused(pixels: Pixels, setting: Setting) -> Pixels:
    """Blurred, or with detail added, up to a sharpness."""
    side = min(pixels.shape[:2])

    def blurred(amount: float) -> Pixels:
        return np.asarray(gaussian_filter(pixels, (amount * _LARGEST_BLUR * side,) * 2 + (0,)))

    soft = gaussian_filter(pixels, (1.0, 1.0, 0))

    def sharpened(amount: float) -> Pixels:
        return _clipped(pixels + _SHARPEST * amount * (pixels - soft))

    softer = setting[0] < sharpness(luma(pixels))
    change = blurred if softer else sharpened
    low, high = 0.0, 1.0
    for _ in range(_SEARCH):
        middle = (low + high) / 2
        beyond = (sharpness(luma(change(middle))) < setting[0]) == softer
        low, high = (low, middle) if beyond else (middle, high)
    return change(high)


CHANGES: Mapping[str, Callable[[Pixels, Setting], Pixels]] = {
    "brightness": brightened,
    "exposure": exposed,
    "contrast": contrasted,
    "saturation": saturated,
    "tint": tinted,
    "focus": focused,
}
"""Changes of what the model received."""

KEPT = ("brightness", "exposure", "contrast", "saturation", "tint")
"""Those that bring a picture back to its own setting after any other change."""


def framed(pixels: Pixels, setting: Setting) -> Pixels:
    """With a frame: widths as shares of the sides, left, upper, right, lower; red, green and blue."""
    top, bottom, left, right = _edges(pixels, setting)
    out = np.empty_like(pixels)
    out[:] = np.asarray(setting[4:7], np.float32)
    out[top:bottom, left:right] = pixels[top:bottom, left:right]
    return out


def unframed(pixels: Pixels, setting: Setting) -> Pixels:
    """With the frame of these widths, which is there, under what is inside it, mirrored."""
    top, bottom, left, right = _edges(pixels, setting, spare=1)
    height, width = pixels.shape[:2]
    inside = pixels[top:bottom, left:right]
    around = ((top, height - bottom), (left, width - right), (0, 0))
    return np.asarray(np.pad(inside, around, mode="symmetric"))


def saved(photo: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """A photo ``(H, W, 3)`` uint8 after it was saved as a JPEG of a quality."""
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=quality)
    pixels: NDArray[np.uint8] = np.asarray(Image.open(file).convert("RGB"))
    return pixels


def saved_as_coarsely(photo: NDArray[np.uint8], visible: float) -> NDArray[np.uint8]:
    """A photo after it was saved with the best quality that leaves its blocks as visible, or with the least.

    Raises:
        SaliencyError: They are as visible already.
    """
    if blocks(photo) >= visible:
        raise SaliencyError("This photo was saved as coarsely already.")
    coarse = photo
    for quality in _QUALITIES:
        coarse = saved(photo, quality)
        if blocks(coarse) >= visible:
            break
    return coarse


def _edges(pixels: Pixels, setting: Setting, spare: int = 0) -> tuple[int, int, int, int]:
    """First and last row and column inside a frame; its soft edge of so many points belongs to it."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = (
        round(share * side) + (spare if share else 0)
        for share, side in zip(setting[:4], (width, height, width, height), strict=True)
    )
    return top, height - bottom, left, width - right


def _factor(wanted: float, now: float) -> float:
    return min(_MOST, wanted / max(now, 1e-6))


def _clipped(pixels: Pixels) -> Pixels:
    return np.asarray(np.clip(pixels, 0, 1), np.float32)
