"""Where a picture is taken: floors, walls, studio sweeps, and the light in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering.materials import (
    Colour,
    Paint,
    any_paint,
    calm_colour,
    edge,
    hsv,
    mix,
    noise,
    plain,
    turbulence,
    wood,
)
from models.showroom.rendering.sdf import Points, Vector


@dataclass(frozen=True, eq=False)
class Light:
    """A key light that casts shadows, light from all around, and bright windows seen in reflections.

    Args:
        towards: unit vector to the key light.
        key: its colour times strength.
        sky: light from above.
        bounce: light from below.
        hard: how hard shadow edges are (5 soft, 40 hard).
        windows: direction, half width, half height, brightness of soft boxes.
    """

    towards: Vector
    key: Colour
    sky: Colour
    bounce: Colour
    hard: float
    windows: tuple[tuple[Vector, float, float, float], ...]

    def reflection(self, d: Points) -> Tensor:
        """What a mirror would show in direction ``d``, ``(N, 3)``."""
        colour = mix(self.bounce, self.sky, (d[1] * 0.5 + 0.5).clamp(0, 1)) * 1.3
        for direction, wide, high, bright in self.windows:
            forward = np.array(direction)
            right = np.cross((0, 1, 0), forward)
            right = right / max(float(np.linalg.norm(right)), 1e-6)
            up = np.cross(forward, right)
            f, r, u = (
                d[0] * float(v[0]) + d[1] * float(v[1]) + d[2] * float(v[2]) for v in (forward, right, up)
            )
            ahead = f.clamp_min(1e-3)
            inside = edge(-(r / ahead).abs(), -wide, 0.12) * edge(-(u / ahead).abs(), -high, 0.12) * (f > 0)
            colour = colour + bright * inside[:, None]
        return colour


@dataclass(frozen=True, eq=False)
class Backdrop:
    """A floor at y = 0 and a wall behind.

    Args:
        floor: paint of the floor.
        wall: paint of the wall, in the wall's own frame (x along, y up).
        away: distance from the origin to the wall.
        yaw: the wall's turn about y (radians).
        sweep: True for a studio sweep, where wall and floor are one paper.
        depth: how far a table reaches behind the origin (inf: it is a floor).
        gloss: how much the floor mirrors.
        blur: blur of what is far behind, in shares of the picture's side.
    """

    floor: Paint
    wall: Paint
    away: float
    yaw: float
    sweep: bool
    depth: float
    gloss: float
    blur: float


def _boards(rng: np.random.Generator) -> Paint:
    grain, size, dark = wood(rng, 0), rng.uniform(1.2, 4.0), rng.uniform(0.1, 0.45)

    def paint(p: Points) -> Tensor:
        row = torch.floor(p[2] * size)
        shade = torch.frac(torch.sin(row * 12.9898) * 43758.5).abs() * 0.35 + 0.8
        gap = edge(-(torch.frac(p[2] * size).remainder(1.0) - 0.5).abs(), -0.47, 0.03)
        return grain((p[0] + row * 3.3, p[1], p[2])) * (shade * (1 - dark + dark * gap))[:, None]

    return paint


def _tiles(rng: np.random.Generator, vertical: bool) -> Paint:
    first, grout = calm_colour(rng), hsv(0.1, 0.05, rng.uniform(0.3, 0.9))
    size, long = rng.uniform(1.0, 4.0), rng.uniform(1.0, 2.5)
    shift, offset = float(rng.random() < 0.5) * 0.5, rng.uniform(0, 20)
    second = calm_colour(rng) if rng.random() < 0.25 else first

    def paint(p: Points) -> Tensor:
        u, v = p[0] * size / long, (p[1] if vertical else p[2]) * size
        row = torch.floor(v)
        u = u + shift * row
        gap = torch.maximum(
            (u.remainder(1.0) - 0.5).abs() * long - long * 0.5, (v.remainder(1.0) - 0.5).abs() - 0.5
        )
        colour = mix(first, second, (torch.floor(u) + row).remainder(2.0))
        tone = noise((torch.floor(u) * 3.7, row * 5.3, torch.zeros_like(u)), 1.0, offset)[0] * 0.3 + 0.85
        return mix(grout, colour * tone[:, None], edge(-gap, 0.03, 0.02))

    return paint


def _cloudy(rng: np.random.Generator, strength: float) -> Paint:
    base, offset, scale = calm_colour(rng), rng.uniform(0, 30), rng.uniform(0.7, 12)
    factor = rng.uniform(0.5, 1.3)

    def paint(p: Points) -> Tensor:
        cloud = turbulence(p, scale, offset, 4)
        return (
            mix(base, (0.5, 0.48, 0.45), (cloud - 0.5) * strength * 0.5)
            * (1 + strength * factor * (cloud - 0.5))[:, None]
        )

    return paint


def _lights_far_away(rng: np.random.Generator) -> Paint:
    base, other = calm_colour(rng), calm_colour(rng)
    count = int(rng.integers(4, 16))
    spots = [
        (
            rng.uniform(-6, 6),
            rng.uniform(-1, 6),
            rng.uniform(0.1, 0.7),
            calm_colour(rng),
            rng.uniform(0.3, 1.4),
        )
        for _ in range(count)
    ]
    offset = rng.uniform(0, 20)

    def paint(p: Points) -> Tensor:
        colour = mix(base, other, edge(noise(p, 0.35, offset)[0], 0.5, 0.5)) * 0.7
        for x, y, r, tint, bright in spots:
            inside = edge(-((p[0] - x) ** 2 + (p[1] - y) ** 2).sqrt(), -r, 0.12)
            colour = colour + inside[:, None] * torch.tensor(tint, dtype=torch.float32) * bright
        return colour

    return paint


def _room(rng: np.random.Generator) -> Paint:
    """A far room out of focus: upright and level slabs of colour."""
    slabs = [
        (rng.uniform(-7, 7), rng.uniform(-2, 5), rng.uniform(0.2, 2), rng.uniform(0.2, 3), calm_colour(rng))
        for _ in range(int(rng.integers(3, 12)))
    ]
    base = calm_colour(rng)

    def paint(p: Points) -> Tensor:
        colour = plain(base)(p)
        for x, y, w, h, tint in slabs:
            colour = mix(
                colour, tint, edge(-torch.maximum((p[0] - x).abs() - w, (p[1] - y).abs() - h), 0.0, 0.1)
            )
        return colour

    return paint


def _scaled(paint: Paint, size: float) -> Paint:
    return lambda p: paint((p[0] * size, p[1] * size, p[2] * size))


def any_backdrop(rng: np.random.Generator) -> Backdrop:
    """A studio sweep, a table before a blurred room, or a corner of a room."""
    kind = rng.choice(["studio", "table", "room"], p=[0.3, 0.33, 0.37])
    away, yaw = rng.uniform(1.6, 5.0), rng.normal(0, 0.25)
    gloss = rng.uniform(0.1, 0.45) if rng.random() < 0.3 else 0.0
    if kind == "studio":
        colour = calm_colour(rng) if rng.random() < 0.6 else hsv(0.1, 0.03, rng.uniform(0.75, 0.97))
        paint = plain(colour)
        return Backdrop(paint, paint, rng.uniform(2.0, 4.0), 0.0, True, math.inf, gloss, 0.0)
    floors = [
        _boards(rng),
        _tiles(rng, False),
        _cloudy(rng, rng.uniform(0.2, 1.2)),
        wood(rng, 0),
        _scaled(any_paint(rng, 0.3, calm_colour), rng.uniform(0.3, 1.2)),
        plain(calm_colour(rng)),
    ]
    floor = floors[rng.choice(len(floors), p=[0.25, 0.15, 0.2, 0.15, 0.15, 0.1])]
    if kind == "table":
        far = _lights_far_away(rng) if rng.random() < 0.5 else _room(rng)
        return Backdrop(
            floor, far, rng.uniform(5, 9), yaw, False, rng.uniform(0.9, 2.5), gloss, rng.uniform(0.02, 0.07)
        )
    walls = [
        plain(calm_colour(rng)),
        _tiles(rng, True),
        _cloudy(rng, rng.uniform(0.1, 0.8)),
        _scaled(any_paint(rng, 0.0, calm_colour), rng.uniform(0.3, 1.2)),
        _boards_upright(rng),
    ]
    wall = walls[rng.choice(len(walls), p=[0.4, 0.18, 0.2, 0.12, 0.1])]
    return Backdrop(floor, wall, away, yaw, False, math.inf, gloss, rng.uniform(0, 0.02))


def _boards_upright(rng: np.random.Generator) -> Paint:
    boards = _boards(rng)
    return lambda p: boards((p[1], p[2], p[0]))


def any_light(rng: np.random.Generator) -> Light:
    """A key light from above and the side, with soft boxes for the reflections."""
    side, up = rng.uniform(-1.35, 1.35), rng.uniform(0.45, 1.25)
    towards = (math.sin(side) * math.cos(up), math.sin(up), math.cos(side) * math.cos(up))
    warm = rng.normal(0, 0.12)
    strength, fill = rng.uniform(0.7, 1.5), rng.uniform(0.35, 0.8)
    key = (strength * (1 + warm), strength, strength * (1 - warm))
    cool = rng.normal(0, 0.08)
    sky = (fill * (1 - cool), fill, fill * (1 + cool))
    low = fill * rng.uniform(0.35, 0.7)
    windows = [(towards, rng.uniform(0.3, 0.8), rng.uniform(0.3, 0.8), rng.uniform(1.5, 5.0))]
    if rng.random() < 0.6:
        other = (-math.copysign(0.8, towards[0]), 0.45, 0.4)
        windows.append((other, rng.uniform(0.15, 0.4), rng.uniform(0.5, 1.2), rng.uniform(0.7, 2.5)))
    hard = float(np.exp(rng.uniform(math.log(4), math.log(30))))
    return Light(towards, key, sky, (low, low * 0.97, low * 0.93), hard, tuple(windows))
