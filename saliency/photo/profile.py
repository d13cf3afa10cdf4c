"""ICC profiles of colour spaces that a file describes in numbers of its own.

A space is three primaries, a white point and a curve. Written as an ICC profile (matrix and curves;
ICC.1:2022, sections 9.2 and 10), it takes the same way to sRGB as every other profile. White is adapted to
the profile's D50 after Bradford, as the standard asks (annex E).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

D65 = (0.3127, 0.3290)
SRGB_PRIMARIES = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
SDR_WHITE = 203.0  # candela a square metre, of paper in a picture of high dynamic range: ITU-R BT.2408
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_STEPS = 4096  # points of a curve given as a table


@dataclass(frozen=True)
class ColourSpace:
    """A space of red, green and blue.

    Attributes:
        primaries: x and y of red, green and blue (CIE 1931).
        white: x and y of white.
        curve: From stored values to light, 0 to 1: an exponent, or a table of evenly spread values; ``None``
            for the curve of sRGB.
    """

    primaries: tuple[float, ...] = SRGB_PRIMARIES
    white: tuple[float, ...] = D65
    curve: float | NDArray[np.float64] | None = None

    @property
    def is_possible(self) -> bool:
        """Whether its primaries enclose its white, and its curve is one that a screen could have."""
        points = np.array([*self.primaries, *self.white])
        if not np.isfinite(points).all() or (np.abs(points) > 2).any() or min(self.white) <= 0.01:
            return False
        if isinstance(self.curve, float) and not 0.1 <= self.curve <= 10:
            return False
        try:
            shares = np.linalg.solve(self._unscaled(), _xyz(self.white))
        except np.linalg.LinAlgError:
            return False
        return bool((shares > 0.001).all() and np.isfinite(shares).all())

    def profile(self) -> bytes:
        """The space as an ICC profile; ask :attr:`is_possible` first."""
        white = _xyz(self.white)
        unscaled = self._unscaled()
        matrix = _adapted(white) @ (unscaled * np.linalg.solve(unscaled, white))
        curve = _curve(self.curve)
        tags = {b"wtpt": _xyz_tag(_D50), b"desc": _text("stated"), b"cprt": _text("none")}
        for letter, column in zip((b"r", b"g", b"b"), matrix.T, strict=True):
            tags[letter + b"XYZ"] = _xyz_tag(column)
            tags[letter + b"TRC"] = curve
        return _icc(tags)

    def table(self) -> NDArray[np.float64]:
        """The curve at evenly spread stored values."""
        stored = np.linspace(0, 1, _STEPS)
        if self.curve is None:
            power, scale, shift, slope, limit = _SRGB_CURVE
            return np.where(stored >= limit, (scale * stored + shift) ** power, slope * stored)
        return stored**self.curve if isinstance(self.curve, float) else self.curve

    def _unscaled(self) -> NDArray[np.float64]:
        points = [self.primaries[first : first + 2] for first in (0, 2, 4)]
        return np.array([(x, y, 1 - x - y) for x, y in points], np.float64).T


def pq_curve() -> NDArray[np.float64]:
    """Light of PQ values, up to paper white and no further (SMPTE ST 2084, equation 4.1)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = np.linspace(0, 1, _STEPS) ** (1 / m2)
    light = 10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    return np.minimum(light / SDR_WHITE, 1.0)


def hlg_curve() -> NDArray[np.float64]:
    """Light of HLG values on a screen of 1,000 candela, up to paper white (ITU-R BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    stored = np.linspace(0, 1, _STEPS)
    scene = np.where(stored <= 0.5, stored**2 / 3, (np.exp((stored - c) / a) + b) / 12)
    return np.minimum(1000 * scene**1.2 / SDR_WHITE, 1.0)


def _xyz(point: Sequence[float]) -> NDArray[np.float64]:
    """XYZ of a chromaticity, of luminance 1."""
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _adapted(white: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix ``(3, 3)`` from XYZ under a white to XYZ under D50."""
    scale = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    return np.asarray(np.linalg.inv(_BRADFORD) @ (scale[:, None] * _BRADFORD))


def _curve(curve: float | NDArray[np.float64] | None) -> bytes:
    if curve is None:
        return b"para\0\0\0\0\0\3\0\0" + struct.pack(">5i", *(round(v * 65536) for v in _SRGB_CURVE))
    if isinstance(curve, float):
        return b"para\0\0\0\0\0\0\0\0" + struct.pack(">i", round(curve * 65536))
    values = np.rint(np.clip(curve, 0, 1) * 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", len(values)) + values.tobytes()


def _xyz_tag(values: NDArray[np.float64]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(float(value) * 65536) for value in values))


def _text(text: str) -> bytes:
    letters = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(letters), 28) + letters


def _icc(tags: dict[bytes, bytes]) -> bytes:
    """A display profile of version 4 with these tags."""
    places: dict[bytes, int] = {}
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        if value not in places:
            places[value] = start + len(body)
            body += value + bytes(-len(value) % 4)
        table += name + struct.pack(">II", places[value], len(value))
    head = struct.pack(">I4sI4s4s4s", start + len(body), bytes(4), 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    head += struct.pack(">3i", *(round(float(value) * 65536) for value in _D50))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
