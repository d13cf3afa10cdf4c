"""Signed distances of simple solids, and the few ways in which they are combined.

A point set is a tuple of three tensors (x, y, z), each ``(N,)``; a distance is ``(N,)``, negative inside.
Formulae after Quilez, "Distance functions" (iquilezles.org/articles/distfunctions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

Points = tuple[Tensor, Tensor, Tensor]
Vector = tuple[float, float, float]


def shift(p: Points, c: Vector) -> Points:
    """The points as seen from ``c``."""
    return p[0] - c[0], p[1] - c[1], p[2] - c[2]


def turn(p: Points, angle: float, axis: str = "y") -> Points:
    """The points in a frame turned by ``angle`` (radians) about an axis."""
    c, s = math.cos(angle), math.sin(angle)
    x, y, z = p
    if axis == "x":
        return x, c * y + s * z, c * z - s * y
    if axis == "y":
        return c * x - s * z, y, s * x + c * z
    return c * x + s * y, c * y - s * x, z


def sectors(p: Points, count: int, phase: float = 0.0) -> Points:
    """Folds space about the y axis into one of ``count`` equal sectors, centred on +x."""
    width = 2 * math.pi / count
    angle = torch.atan2(p[2], p[0]) + phase
    angle = angle - width * torch.round(angle / width)
    rho = torch.sqrt(p[0] * p[0] + p[2] * p[2])
    return rho * torch.cos(angle), p[1], rho * torch.sin(angle)


def length(*parts: Tensor) -> Tensor:
    """Euclidean length of components."""
    total = parts[0] * parts[0]
    for part in parts[1:]:
        total = torch.addcmul(total, part, part)
    return total.sqrt_()


def sphere(p: Points, radius: float, c: Vector = (0.0, 0.0, 0.0)) -> Tensor:
    """A ball."""
    return length(*shift(p, c)) - radius


def ellipsoid(p: Points, radii: Vector, c: Vector = (0.0, 0.0, 0.0)) -> Tensor:
    """An ellipsoid (approximate distance, exact at the surface)."""
    x, y, z = shift(p, c)
    a, b, d = radii
    k0 = length(x / a, y / b, z / d)
    k1 = length(x / (a * a), y / (b * b), z / (d * d))
    return k0 * (k0 - 1.0) / k1.clamp_min(1e-6)


def box(p: Points, half: Vector, rounding: float = 0.0, c: Vector = (0.0, 0.0, 0.0)) -> Tensor:
    """A box with half sides ``half``, its edges rounded by ``rounding``."""
    q = [v.abs() - (h - rounding) for v, h in zip(shift(p, c), half, strict=True)]
    outside = length(*[v.clamp_min(0.0) for v in q])
    inside = torch.maximum(q[0], torch.maximum(q[1], q[2])).clamp_max(0.0)
    return outside + inside - rounding


def disc(
    p: Points, radius: float, half: float, rounding: float = 0.0, c: Vector = (0.0, 0.0, 0.0), axis: str = "y"
) -> Tensor:
    """A cylinder of half length ``half`` about an axis, its edges rounded."""
    x, y, z = shift(p, c)
    along, across = {"y": (y, (x, z)), "x": (x, (y, z)), "z": (z, (x, y))}[axis]
    r = length(*across) - (radius - rounding)
    h = along.abs() - (half - rounding)
    outside = length(r.clamp_min(0.0), h.clamp_min(0.0))
    return outside + torch.maximum(r, h).clamp_max(0.0) - rounding


def torus(p: Points, big: float, small: float, c: Vector = (0.0, 0.0, 0.0), axis: str = "y") -> Tensor:
    """A ring of radius ``big`` and thickness ``small`` about an axis."""
    x, y, z = shift(p, c)
    along, across = {"y": (y, (x, z)), "x": (x, (y, z)), "z": (z, (x, y))}[axis]
    return length(length(*across) - big, along) - small


def rod(p: Points, a: Vector, b: Vector, r0: float, r1: float | None = None) -> Tensor:
    """A rounded rod from ``a`` to ``b``, its radius going from ``r0`` to ``r1``."""
    ab = [j - i for i, j in zip(a, b, strict=True)]
    q = shift(p, a)
    h = (q[0] * ab[0] + q[1] * ab[1] + q[2] * ab[2]) / sum(v * v for v in ab)
    h = h.clamp(0.0, 1.0)
    d = length(q[0] - h * ab[0], q[1] - h * ab[1], q[2] - h * ab[2])
    return d - r0 if r1 is None or r1 == r0 else d - (r0 + (r1 - r0) * h)


def union(*distances: Tensor) -> Tensor:
    """Either solid."""
    total = distances[0]
    for d in distances[1:]:
        total = torch.minimum(total, d)
    return total


def smooth_union(a: Tensor, b: Tensor, k: float) -> Tensor:
    """Either solid, joined by a fillet of size ``k``."""
    h = (k - (a - b).abs()).clamp_min(0.0) / k
    return torch.minimum(a, b) - h * h * (k * 0.25)


def smooth_cut(a: Tensor, b: Tensor, k: float) -> Tensor:
    """Solid ``a`` without ``b``, the edge rounded by ``k``."""
    return -smooth_union(-a, b, k)


class Profile:
    """A solid of revolution about y: radii at heights, joined smoothly.

    Args:
        heights: increasing heights.
        radii: radius at each height.
        smooth: share of the whole height over which corners are rounded.
    """

    SAMPLES = 129

    def __init__(self, heights: Sequence[float], radii: Sequence[float], smooth: float = 0.04) -> None:
        self.low, self.high = float(heights[0]), float(heights[-1])
        fine = np.linspace(self.low, self.high, self.SAMPLES)
        values = np.interp(fine, heights, radii)
        reach = max(1, int(smooth * self.SAMPLES))
        kernel = np.hanning(2 * reach + 1)
        padded = np.pad(values, reach, mode="edge")
        values = np.convolve(padded, kernel / kernel.sum(), mode="valid")
        slope = np.abs(np.gradient(values, fine)).max()
        self.step = float(1.0 / math.sqrt(1.0 + min(slope, 2.5) ** 2))
        self.table = torch.tensor(values, dtype=torch.float32)
        self.slopes = torch.cat([self.table.diff(), torch.zeros(1)])

    def radius(self, y: Tensor) -> Tensor:
        """Radius at heights ``y``."""
        place = (y - self.low) * ((self.SAMPLES - 1) / (self.high - self.low))
        place = place.clamp(0.0, self.SAMPLES - 1.001)
        below = place.to(torch.int64)
        return self.table[below] + (place - below) * self.slopes[below]

    def solid(self, p: Points, rounding: float = 0.01) -> Tensor:
        """Distance to the filled solid."""
        side = (length(p[0], p[2]) - self.radius(p[1])) * self.step
        ends = (p[1] - (self.low + self.high) / 2).abs() - (self.high - self.low) / 2
        return -smooth_union(-side, -ends, max(rounding, 1e-3))

    def shell(self, p: Points, wall: float, floor: float) -> Tensor:
        """Distance to the solid hollowed from above, leaving a wall and a floor of these thicknesses."""
        side = (length(p[0], p[2]) - self.radius(p[1])) * self.step
        ends = (p[1] - (self.low + self.high) / 2).abs() - (self.high - self.low) / 2
        outer = -smooth_union(-side, -ends, 0.02)
        inner = -smooth_union(-(side + wall), p[1] - (self.low + floor), 0.05)
        return smooth_cut(outer, inner, 0.02)
