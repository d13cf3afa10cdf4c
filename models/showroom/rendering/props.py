"""Things that are no product: boxes, books, balls, cones, rocks, tins, rings, bowls, crates, blocks."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering import sdf
from models.showroom.rendering.materials import Material, any_material, any_paint, hsv, mix, noise, wood
from models.showroom.rendering.sdf import Points, Profile
from models.showroom.rendering.thing import Thing


def carton(rng: np.random.Generator) -> Thing:
    """A box or a block."""
    w, h, d = rng.uniform(0.25, 0.75), rng.uniform(0.15, 0.7), rng.uniform(0.2, 0.6)
    rounding = rng.uniform(0.01, 0.1)

    def parts(p: Points) -> list[Tensor]:
        return [sdf.box(p, (w, h, d), rounding, (0.0, h, 0.0))]

    return Thing(parts, [Material(wood(rng, 0), 0.3) if rng.random() < 0.25 else any_material(rng, 0.45)])


def books(rng: np.random.Generator) -> Thing:
    """A pile of one to four books."""
    count = int(rng.integers(1, 5))
    sizes = [
        (rng.uniform(0.4, 0.6), rng.uniform(0.035, 0.09), rng.uniform(0.3, 0.42), rng.uniform(-0.4, 0.4))
        for _ in range(count)
    ]

    def parts(p: Points) -> list[Tensor]:
        parts, y = [], 0.0
        for w, h, d, angle in sizes:
            q = sdf.turn(sdf.shift(p, (0.0, y + h, 0.0)), angle)
            solid = sdf.box(q, (w, h, d), 0.008)
            groove = sdf.box(q, (w, h - 0.016, d), 0.0, (0.02, 0.0, 0.02))
            parts.append(torch.maximum(solid, -torch.maximum(groove, -sdf.box(q, (w - 0.03, h, d - 0.03)))))
            y += 2 * h
        return parts

    covers = [any_paint(rng, 0.85) for _ in sizes]
    return Thing(parts, [Material(cover, rng.uniform(0.1, 0.6)) for cover in covers])


def ball(rng: np.random.Generator) -> Thing:
    """A ball, or something egg-shaped."""
    r, squash = rng.uniform(0.2, 0.6), rng.uniform(0.7, 1.2) if rng.random() < 0.4 else 1.0

    def parts(p: Points) -> list[Tensor]:
        return [sdf.ellipsoid(p, (r, r * squash, r), (0.0, r * squash, 0.0))]

    return Thing(parts, [any_material(rng, 0.45)], lies=True)


def cone(rng: np.random.Generator) -> Thing:
    """A cone, pyramid or cut-off cone."""
    r, h, top = rng.uniform(0.25, 0.6), rng.uniform(0.5, 1.5), rng.uniform(0.0, 0.6)
    body = Profile([0, h], [r, r * top], smooth=0.01)
    square = rng.random() < 0.35

    def parts(p: Points) -> list[Tensor]:
        if square:
            side = (torch.maximum(p[0].abs(), p[2].abs()) - body.radius(p[1])) * body.step
            return [torch.maximum(side, (p[1] - h / 2).abs() - h / 2)]
        return [body.solid(p, 0.02)]

    return Thing(parts, [any_material(rng, 0.5)], lies=rng.random() < 0.2)


def rock(rng: np.random.Generator) -> Thing:
    """A stone."""
    size, offset = [rng.uniform(0.25, 0.6) for _ in range(3)], rng.uniform(0, 30)
    value = rng.uniform(0.25, 0.75)
    grey, dark = hsv(rng.uniform(0.05, 0.6), rng.uniform(0, 0.15), value), hsv(0.08, 0.1, value * 0.6)

    def parts(p: Points) -> list[Tensor]:
        lump = sdf.ellipsoid(p, (size[0], size[1], size[2]), (0.0, size[1] * 0.85, 0.0))
        return [torch.maximum(lump + 0.25 * (noise(p, 3.0, offset)[0] - 0.5), -p[1])]

    def paint(p: Points) -> Tensor:
        return mix(grey, dark, noise(p, 14.0, offset)[1])

    return Thing(parts, [Material(paint, rng.uniform(0.05, 0.4))], step=0.7)


def tin(rng: np.random.Generator) -> Thing:
    """A tin, jar or candle: a cylinder with a lid."""
    r, h = rng.uniform(0.2, 0.5), rng.uniform(0.15, 0.6)
    lid = rng.random() < 0.6

    def parts(p: Points) -> list[Tensor]:
        body = sdf.disc(p, r, h, 0.02, (0.0, h, 0.0))
        cap = sdf.disc(p, r * 1.03, 0.05, 0.02, (0.0, 2 * h, 0.0)) if lid else body + 0.01
        return [body, cap]

    return Thing(parts, [any_material(rng, 0.4), any_material(rng, 0.9)], lies=rng.random() < 0.3)


def ring(rng: np.random.Generator) -> Thing:
    """A ring or a roll of tape."""
    big, small = rng.uniform(0.3, 0.55), rng.uniform(0.06, 0.16)
    flat = rng.random() < 0.5

    def parts(p: Points) -> list[Tensor]:
        if flat:
            roll = sdf.disc(p, big, small * 1.5, 0.01, (0.0, small * 1.5, 0.0))
            return [torch.maximum(roll, small - 0.95 * big + (big - sdf.length(p[0], p[2])))]
        return [sdf.torus(p, big, small, (0.0, small, 0.0))]

    return Thing(parts, [any_material(rng, 0.5)], lies=True)


def bowl(rng: np.random.Generator) -> Thing:
    """A bowl or plate."""
    r, h = rng.uniform(0.5, 0.8), rng.uniform(0.12, 0.5)
    body = Profile([0, 0.05, h * 0.5, h], [r * 0.4, r * 0.42, r * 0.85, r], smooth=0.12)

    def parts(p: Points) -> list[Tensor]:
        return [body.shell(p, 0.04, 0.05)]

    return Thing(parts, [any_material(rng, 0.5)], step=0.8)


def blocks(rng: np.random.Generator) -> Thing:
    """A small heap of toy blocks."""
    cubes = [
        (rng.uniform(-0.4, 0.4), rng.uniform(-0.4, 0.4), rng.uniform(0.12, 0.22), rng.uniform(0, 1.5))
        for _ in range(3)
    ]

    def parts(p: Points) -> list[Tensor]:
        parts = []
        for x, z, half, angle in cubes:
            q = sdf.turn(sdf.shift(p, (x, half, z)), angle)
            parts.append(sdf.box(q, (half, half, half), 0.02))
        return parts

    return Thing(parts, [any_material(rng, 0.7) for _ in cubes])


def frame(rng: np.random.Generator) -> Thing:
    """A picture frame leaning backwards, or a small board."""
    w, h, border = rng.uniform(0.4, 0.7), rng.uniform(0.4, 0.8), rng.uniform(0.05, 0.1)
    lean = rng.uniform(0.1, 0.3)

    def parts(p: Points) -> list[Tensor]:
        q = sdf.turn(sdf.shift(p, (0.0, 0.0, 0.0)), -lean, "x")
        edges = sdf.box(q, (w, h, 0.04), 0.01, (0.0, h, 0.0))
        hole = sdf.box(q, (w - border, h - border, 0.1), 0.0, (0.0, h, 0.1))
        sheet = sdf.box(q, (w - border, h - border, 0.01), 0.0, (0.0, h, 0.0))
        return [torch.maximum(edges, -hole), sheet]

    picture = any_paint(rng, 0.1)
    return Thing(parts, [any_material(rng, 0.9), Material(picture, 0.4)])


PROPS = (carton, books, ball, cone, rock, tin, ring, bowl, blocks, frame, carton, ball)


def prop(rng: np.random.Generator) -> Thing:
    """One of them at random."""
    return PROPS[int(rng.integers(len(PROPS)))](rng)
