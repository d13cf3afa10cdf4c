"""Properties of a whole picture, each a number, as far as that can be told without knowing what it shows.

Pictures are float arrays ``(h, w, 3)``, sRGB in [0, 1], unless said otherwise.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]
"""A picture, ``(h, w, 3)`` in [0, 1]."""

Frame = tuple[float, float, float, float]
"""Widths at the left, upper, right and lower edge, as shares of the picture's width and height."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
LOSSLESS = 100  # quality of what is no JPEG
_WHITE = 0.98  # luma from which a point is white
_LEAST = 1e-6  # variance from which a picture is not even
_WIDEST = 0.3  # of a side: what is even further in is no frame
_SAME = 0.09  # distance in a channel up to which two points of a frame have one colour
_EVEN, _ENDED = 0.95, 0.6  # share of a line that has the frame's colour, within it and behind its edge
_SOFT = 3  # lines at most in which a frame ends
_BLOCK = 8  # points of a JPEG block
_CROP = 512  # points of a side that are looked at for blocks
# Sum of the first of JPEG's luma table (ITU T.81, K.1), in zigzag order, which libjpeg scales by the quality;
# the larger ones further on are cut off at 255 already at a quality of 20.
_FIRST, _TABLE = 14, 202
_TABLES, _SCAN = b"\xdb", b"\xda"  # markers of a JPEG
_HEAD = 2**19  # bytes of a file in which its tables are


def luma(pixels: Pixels) -> Pixels:
    """The luma, ``(h, w)``."""
    return np.asarray(pixels @ LUMA)


def brightness(pixels: Pixels) -> float:
    """Mean luma, in [0, 1]."""
    return float(luma(pixels).mean())


def exposure(pixels: Pixels) -> float:
    """How bright the brightest hundredth of a picture is, and how much of it is white, in [0, 2].

    The luma below which 99 % of the picture lie, plus the share of it that is white: more light on the same
    scene raises the first until lights are burnt out, and then the second. Unlike the mean luma, it hardly
    tells a dark thing from a bright one.
    """
    light = luma(pixels)
    return float(np.quantile(light, 0.99) + (light >= _WHITE).mean())


def contrast(pixels: Pixels) -> float:
    """Standard deviation of the luma, in [0, 0.5]."""
    return float(luma(pixels).std())


def saturation(pixels: Pixels) -> float:
    """Mean distance between the largest and the smallest channel, in [0, 1]."""
    red, green, blue = np.moveaxis(pixels, 2, 0)  # one by one, which is several times as quick
    high, low = (extreme(extreme(red, green), blue) for extreme in (np.maximum, np.minimum))
    return float((high - low).mean())


def tint(pixels: Pixels) -> tuple[float, float]:
    """Mean of red less blue, and of green less the mean of both, each in [-1, 1]."""
    red, green, blue = (float(value) for value in pixels.mean((0, 1)))
    return red - blue, green - (red + blue) / 2


def sharpness(light: NDArray[np.floating]) -> float:
    """Variance of the Laplacian of a luma ``(h, w)`` as a share of its own; 0 of an even picture.

    After Pech-Pacheco et al. 2000, at least 0.
    """
    variance = float(light.var())
    if min(light.shape) < 3 or variance <= _LEAST:
        return 0.0
    middle = light[1:-1, 1:-1]
    laplacian = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:] - 4 * middle
    return float(laplacian.var()) / variance


def blocks(pixels: NDArray[np.uint8]) -> float:
    """How much larger steps between the 8 × 8 blocks of a JPEG are than those within, as a logarithm.

    Args:
        pixels: A photo ``(H, W, 3)`` uint8, in its own resolution: resized, it has no blocks any more.
    """
    top, left = (max(0, side - _CROP) // 2 // _BLOCK * _BLOCK for side in pixels.shape[:2])
    part = pixels[top : top + _CROP, left : left + _CROP, 1].astype(np.int16)  # green, most of the luma
    at, within = [], []
    for light in (part, part.T):
        steps = np.abs(np.diff(light, axis=0)).mean(1)
        edge = np.arange(len(steps)) % _BLOCK == _BLOCK - 1
        at.append(steps[edge].mean() if edge.any() else 0.0)
        within.append(steps[~edge].mean() if len(steps) else 0.0)
    return float(np.log((sum(at) + 0.1) / (sum(within) + 0.1)))


def jpeg_quality(path: Path) -> int | None:
    """The quality, 1 to 100, that a JPEG was saved with last, from its table; ``None`` of other files."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    at = 2 if head[:2] == b"\xff\xd8" else len(head)
    while head[at : at + 1] == b"\xff" and head[at + 1 : at + 2] != _SCAN:
        marker, length = head[at + 1 : at + 2], int.from_bytes(head[at + 2 : at + 4])
        if marker == _TABLES and len(head) >= at + 5 + 128:
            kind = np.dtype(">u2" if head[at + 4] >> 4 else "u1")  # luma's is the first
            table = int(np.frombuffer(head, kind, _FIRST, at + 5).sum(dtype=int))
            scale = 100 * table / _TABLE
            quality = (200 - scale) / 2 if scale <= 100 else 5000 / scale
            return int(min(LOSSLESS, max(1, round(quality))))
        at += 2 + max(2, length)
    return None


def frame(pixels: Pixels) -> tuple[Frame, tuple[float, float, float]] | None:
    """A frame or bars in one colour at the edges that end abruptly, and the colour; ``None`` without any.

    What reaches further than 30 % into the picture, or goes over into it bit by bit, as an even ground behind
    a thing does, is none. It has to be at two edges that face each other.
    """
    sides = (np.swapaxes(pixels, 0, 1), pixels, np.swapaxes(pixels, 0, 1)[::-1], pixels[::-1])
    found = [_side(side) for side in sides]  # left, upper, right, lower
    widths = [width for width, _ in found]
    if not (min(widths[0], widths[2]) or min(widths[1], widths[3])):
        return None
    colours = [colour for width, colour in found if width]
    if np.ptp(colours, axis=0).max() > _SAME:
        return None
    left, top, right, bottom = widths
    red, green, blue = (round(float(value), 4) for value in np.mean(colours, axis=0))
    return (left, top, right, bottom), (red, green, blue)


def _side(lines: Pixels) -> tuple[float, NDArray[np.float32]]:
    """How wide a frame is at the first of some lines, as a share of all, and its colour."""
    most = int(_WIDEST * len(lines)) + _SOFT
    colour = np.median(lines[0], axis=0)
    same = [np.abs(lines[:most, :, channel] - colour[channel]) <= _SAME for channel in range(3)]
    even = (same[0] & same[1] & same[2]).mean(1)
    broken = np.flatnonzero(even < _EVEN)
    width = int(broken[0]) if len(broken) else 0
    ended = width > 0 and bool((even[width : width + _SOFT] <= _ENDED).any())
    return (round(width / len(lines), 4) if ended else 0.0), colour
