"""A thing: a solid of several parts, each of its own material, and where it stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering.materials import Material
from models.showroom.rendering.sdf import Points, Vector

Parts = Callable[[Points], list[Tensor]]


@dataclass(frozen=True, eq=False)
class Thing:
    """A solid in its own frame: it fits in |x|, |z| ≤ 1, 0 ≤ y ≤ 2, and stands on y = 0.

    Args:
        parts: distances ``(N,)`` to each part, in the order of ``materials``.
        materials: one a part.
        step: share of a distance that is safe to march.
        facing: True if only the side towards +z shows what it is (a clock's face).
        lies: True if it may also rest on the floor in any attitude.
    """

    parts: Parts
    materials: Sequence[Material]
    step: float = 0.9
    facing: bool = False
    lies: bool = False

    def distance(self, p: Points) -> Tensor:
        """Distance to the nearest part."""
        distances = self.parts(p)
        total = distances[0]
        for d in distances[1:]:
            total = torch.minimum(total, d)
        return total * self.step


def rotation(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> np.ndarray:
    """The matrix (3, 3) that turns own coordinates to world ones (radians)."""
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (math.cos, math.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z)


@dataclass(frozen=True, eq=False)
class Placed:
    """A thing in the world.

    Args:
        thing: what.
        turned: own to world rotation (3, 3).
        scale: world units per own unit.
        at: world position of the thing's own origin.
        low: lower corner of the box around it, own frame.
        high: upper corner.
        label: index of the product, -1 for a prop.
    """

    thing: Thing
    turned: np.ndarray
    scale: float
    at: Vector
    low: Vector
    high: Vector
    label: int = -1

    def local(self, p: Points) -> Points:
        """World points in the thing's own frame."""
        x, y, z = p[0] - self.at[0], p[1] - self.at[1], p[2] - self.at[2]
        return self.local_direction((x, y, z))

    def local_direction(self, d: Points) -> Points:
        """World directions in the thing's own frame; their length is divided by the scale."""
        m = (self.turned / self.scale).tolist()
        x, y, z = d
        return (
            x * m[0][0] + y * m[1][0] + z * m[2][0],
            x * m[0][1] + y * m[1][1] + z * m[2][1],
            x * m[0][2] + y * m[1][2] + z * m[2][2],
        )

    def world_direction(self, d: Points) -> Points:
        """Own directions in the world (rotation only)."""
        m = self.turned.tolist()
        x, y, z = d
        return tuple(x * m[i][0] + y * m[i][1] + z * m[i][2] for i in range(3))

    def corners(self) -> np.ndarray:
        """World corners (8, 3) of the box around the thing."""
        grid = np.array([[(self.low, self.high)[(i >> a) & 1][a] for a in range(3)] for i in range(8)])
        return np.asarray(grid @ self.turned.T * self.scale + np.array(self.at))


_STEPS = 25
_CELL = 2.1 / (_STEPS - 1)
_AXES = [torch.linspace(a, a + 2.1, _STEPS) for a in (-1.05, -0.03, -1.05)]
_GRID: Points = tuple(v.reshape(-1) for v in torch.meshgrid(*_AXES, indexing="ij"))  # type: ignore[assignment]


def bounds(thing: Thing) -> tuple[Vector, Vector]:
    """A box (low and high corner, own frame) that holds the thing, found on a coarse grid.

    Raises:
        ValueError: if nothing of the thing lies within the unit frame.
    """
    near = thing.distance(_GRID) < _CELL * 0.87
    if not bool(near.any()):
        raise ValueError("this thing is empty: expected something within |x|, |z| ≤ 1 and 0 ≤ y ≤ 2")
    low = tuple(float(v[near].min()) - 0.02 for v in _GRID)
    high = tuple(float(v[near].max()) + 0.02 for v in _GRID)
    return low, high  # type: ignore[return-value]


def lowest(thing: Thing, turned: np.ndarray, low: Vector, high: Vector, side: int = 28) -> float:
    """Height of the lowest point of a turned thing, found by marching upwards from below."""
    probe = Placed(thing, turned, 1.0, (0.0, 0.0, 0.0), low, high)
    c = probe.corners()
    (x0, y0, z0), (x1, y1, z1) = c.min(0), c.max(0)
    x, z = (
        v.reshape(-1)
        for v in torch.meshgrid(
            torch.linspace(float(x0), float(x1), side),
            torch.linspace(float(z0), float(z1), side),
            indexing="ij",
        )
    )
    y = torch.full_like(x, float(y0))
    for _ in range(24):
        y = y + thing.distance(probe.local((x, y, z)))
    hit = thing.distance(probe.local((x, y, z))).abs() < 0.02
    return float(y[hit].min()) if bool(hit.any()) else float(y1 - y1 + y0)


def place(
    thing: Thing,
    *,
    label: int,
    scale: float,
    at: tuple[float, float],
    yaw: float,
    pitch: float = 0.0,
    roll: float = 0.0,
) -> Placed:
    """Sets a thing on the floor (y = 0) at ``at`` (x, z), turned as asked."""
    low, high = bounds(thing)
    turned = rotation(yaw, pitch, roll)
    lift = 0.0 if pitch == 0.0 and roll == 0.0 else -lowest(thing, turned, low, high) * scale
    return Placed(thing, turned, scale, (at[0], lift, at[1]), low, high, label)
