"""Products one pours from: mug, bottle, teapot, and the pot of the potted plant."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering import sdf
from models.showroom.rendering.materials import (
    Material,
    Paint,
    any_material,
    any_paint,
    edge,
    hsv,
    metal,
    mix,
    noise,
    pick_colour,
    plain,
    turbulence,
)
from models.showroom.rendering.sdf import Points, Profile
from models.showroom.rendering.thing import Thing


def labelled(base: Paint, rng: np.random.Generator, low: float, high: float) -> Paint:
    """A paint with a printed band or badge between two heights."""
    ground, ink = pick_colour(rng), pick_colour(rng)
    width, lines, phase = rng.uniform(0.7, 3.2), rng.uniform(18, 40), rng.uniform(-math.pi, math.pi)

    def paint(p: Points) -> Tensor:
        angle = torch.atan2(p[2], p[0]) - phase
        angle = angle - 2 * math.pi * torch.round(angle / (2 * math.pi))
        inside = edge(-angle.abs(), -width, 0.03) * edge(p[1], low, 0.015) * edge(-p[1], -high, 0.015)
        height = (p[1] - low) / (high - low)
        word = noise((angle * 3, torch.floor(p[1] * lines), angle), 3.0, phase + 9)[0]
        text = edge(word, 0.5, 0.1) * edge(-(torch.frac(p[1] * lines) - 0.5).abs(), -0.28, 0.1)
        text = text * edge(-(angle.abs()), -width * 0.8) * edge(-(height - 0.3).abs(), -0.2)
        badge = edge(-((height - 0.72) ** 2 * 0.35 + (angle / width) ** 2).sqrt(), -0.11, 0.02)
        label = mix(mix(ground, ink, text), ink, badge)
        return mix(base(p), label, inside)

    return paint


def mug(rng: np.random.Generator) -> Thing:
    """A mug: hollow, a handle at its side, perhaps something to drink in it."""
    r, h = rng.uniform(0.36, 0.5), rng.uniform(0.78, 1.15)
    foot, belly, lip = (r * rng.uniform(a, b) for a, b in ((0.72, 1.0), (0.95, 1.08), (0.92, 1.12)))
    body = Profile([0, 0.06 * h, 0.5 * h, h], [foot, foot * 1.03, belly, lip], smooth=rng.uniform(0.03, 0.2))
    reach, thick = rng.uniform(0.17, 0.25), rng.uniform(0.038, 0.062)
    tall, middle = rng.uniform(0.0, 0.14), h * rng.uniform(0.46, 0.56)
    broad = rng.uniform(0.55, 1.0)
    fill = h * rng.uniform(0.6, 0.9)
    wall = rng.uniform(0.03, 0.05)

    def parts(p: Points) -> list[Tensor]:
        shell = body.shell(p, wall, 0.05)
        x, y, z = sdf.shift(p, (belly * 0.97, middle, 0.0))
        y = y.abs().sub(tall).clamp_min(0.0)
        ring = sdf.length(sdf.length(x, y) - reach, z * broad) - thick
        ring = torch.maximum(ring, -(sdf.length(p[0], p[2]) - belly + wall * 0.6))
        drink = sdf.disc(p, belly - wall * 0.7, 0.02, c=(0.0, fill, 0.0))
        return [sdf.smooth_union(shell, ring, 0.05), drink]

    outside = any_paint(rng, 0.45)
    if rng.random() < 0.45:
        outside = labelled(outside, rng, 0.2 * h, 0.85 * h)
    inside = pick_colour(rng) if rng.random() < 0.4 else hsv(0.1, 0.05, 0.93)

    def paint(p: Points) -> Tensor:
        depth = sdf.length(p[0], p[2]) - body.radius(p[1]) + wall * 0.5
        return mix(outside(p), inside, edge(-depth, 0.0, 0.01) * edge(p[1], 0.04))

    drink = plain(hsv(rng.choice([0.06, 0.09, 0.3]), 0.7, rng.uniform(0.15, 0.5)))
    gloss = float(rng.choice([0.25, 0.6, 0.85]))
    steel = rng.random() < 0.08
    return Thing(parts, [Material(paint, gloss, metal=steel), Material(drink, 0.7)])


def bottle(rng: np.random.Generator) -> Thing:
    """A bottle: body, shoulder, neck and cap; glass, plastic or metal."""
    r, h = rng.uniform(0.2, 0.36), rng.uniform(1.3, 1.85)
    neck = r * rng.uniform(0.26, 0.45)
    shoulder, start = h * rng.uniform(0.5, 0.68), h * rng.uniform(0.7, 0.8)
    waist = r * rng.uniform(0.85, 1.0)
    body = Profile(
        [0, 0.03 * h, 0.3 * h, shoulder, start, h],
        [r * 0.93, r, waist, r, neck * 1.15, neck],
        smooth=rng.uniform(0.03, 0.07),
    )
    cap, wide = rng.uniform(0.05, 0.11), neck * rng.uniform(1.1, 1.4)

    def parts(p: Points) -> list[Tensor]:
        lid = sdf.disc(p, wide, cap, 0.02, c=(0.0, h + cap * 0.7, 0.0))
        return [body.solid(p, 0.04), lid]

    kind = rng.choice(["glass", "plastic", "metal"], p=[0.45, 0.4, 0.15])
    if kind == "glass":
        tint = hsv(
            *[(0.33, 0.75, 0.35), (0.08, 0.85, 0.3), (0.55, 0.2, 0.85), (0.6, 0.75, 0.5), (0.4, 0.2, 0.9)][
                rng.integers(5)
            ]
        )
        base, gloss, clear = plain(tint), 0.95, rng.uniform(0.3, 0.75)
    else:
        base, gloss, clear = any_paint(rng, 0.7), rng.uniform(0.3, 0.8), 0.0
    if rng.random() < 0.75:
        base = labelled(base, rng, h * rng.uniform(0.1, 0.2), shoulder * rng.uniform(0.8, 0.98))
    lid = metal(rng) if rng.random() < 0.3 else Material(plain(pick_colour(rng)), 0.5)
    return Thing(
        parts, [Material(base, gloss, metal=kind == "metal", clear=clear), lid], lies=rng.random() < 0.1
    )


def teapot(rng: np.random.Generator) -> Thing:
    """A teapot: round body, spout, handle, lid with a knob."""
    r, h = rng.uniform(0.42, 0.52), rng.uniform(0.6, 0.95)
    top = r * rng.uniform(0.42, 0.62)
    body = Profile(
        [0, 0.06 * h, 0.42 * h, 0.8 * h, h],
        [r * 0.6, r * 0.7, r, r * rng.uniform(0.75, 0.95), top],
        smooth=rng.uniform(0.1, 0.2),
    )
    tip, rise = r + rng.uniform(0.28, 0.42), h * rng.uniform(0.88, 1.1)
    over = rng.random() < 0.25
    reach, thick, knob = rng.uniform(0.22, 0.3), rng.uniform(0.035, 0.055), rng.uniform(0.05, 0.085)
    dome = rng.uniform(0.05, 0.14)

    def parts(p: Points) -> list[Tensor]:
        pot = body.solid(p, 0.04)
        low = sdf.rod(p, (r * 0.7, h * 0.3, 0.0), (r + 0.16, h * 0.55, 0.0), 0.13, 0.08)
        high = sdf.rod(p, (r + 0.16, h * 0.55, 0.0), (tip, rise, 0.0), 0.08, 0.05)
        pot = sdf.smooth_union(pot, sdf.smooth_union(low, high, 0.06), 0.08)
        pot = sdf.smooth_cut(pot, sdf.sphere(p, 0.038, (tip + 0.02, rise + 0.04, 0.0)), 0.02)
        if over:
            x, y, z = sdf.shift(p, (0.0, h * 0.9, 0.0))
            grip = sdf.length(sdf.length(x, y) - r * 0.92, z) - thick
            grip = torch.maximum(grip, -y)
        else:
            x, y, z = sdf.shift(p, (-r * 0.93, h * 0.52, 0.0))
            grip = sdf.length(sdf.length(x, y * 0.85) - reach, z * 0.8) - thick
            grip = torch.maximum(grip, x - 0.08)
        lid = sdf.ellipsoid(p, (top * 1.05, dome, top * 1.05), (0.0, h, 0.0))
        ball = sdf.sphere(p, knob, (0.0, h + dome + knob * 0.7, 0.0))
        return [pot, grip, sdf.smooth_union(lid, ball, 0.04)]

    main = any_material(rng, 0.5)
    other = main if rng.random() < 0.6 else any_material(rng, 0.9)
    return Thing(parts, [main, other, main if rng.random() < 0.6 else other], step=0.85)


def potted_plant(rng: np.random.Generator) -> Thing:
    """A plant in a pot: leaves in rings, upright blades, a bush or a cactus."""
    r, h = rng.uniform(0.26, 0.4), rng.uniform(0.4, 0.7)
    foot = r * rng.uniform(0.6, 0.95)
    rim = rng.uniform(1.0, 1.1)
    pot = Profile([0, h * 0.8, h * 0.82, h], [foot, r, r * rim, r * rim], smooth=0.02)
    kind = rng.choice(["rings", "blades", "bush", "cactus"], p=[0.42, 0.22, 0.22, 0.14])
    grow = {"rings": _rings, "blades": _blades, "bush": _bush, "cactus": _cactus}[kind](rng, r, h)

    def parts(p: Points) -> list[Tensor]:
        soil = sdf.disc(p, r * 0.95, 0.02, c=(0.0, h * 0.9, 0.0))
        return [pot.shell(p, 0.04, 0.05), soil, grow(p)]

    hue, value = rng.uniform(0.22, 0.4), rng.uniform(0.25, 0.65)
    light, dark = hsv(hue - 0.04, 0.6, value * 1.25), hsv(hue, 0.75, value * 0.6)
    offset = rng.uniform(0, 20)

    def green(p: Points) -> Tensor:
        return mix(light, dark, (turbulence(p, 5.0, offset) * 1.4 - 0.2).clamp(0, 1))

    clay = (
        any_material(rng)
        if rng.random() < 0.6
        else Material(plain(hsv(0.045, 0.6, rng.uniform(0.5, 0.8))), 0.1)
    )
    return Thing(parts, [clay, Material(plain(hsv(0.07, 0.5, 0.2)), 0.05), Material(green, 0.35)], step=0.75)


def _rings(rng: np.random.Generator, r: float, h: float):  # type: ignore[no-untyped-def]
    rings = [
        (int(rng.integers(5, 9)), rng.uniform(0, 3), tilt + rng.uniform(-0.12, 0.12), rng.uniform(0.3, 0.42))
        for tilt in (0.35, 0.85, 1.25)
    ]
    slim = rng.uniform(0.25, 0.5)

    def grow(p: Points) -> Tensor:
        leaves = sdf.rod(p, (0, h * 0.85, 0), (0, h + 0.1, 0), 0.05)
        for count, phase, tilt, size in rings:
            q = sdf.shift(sdf.sectors(p, count, phase), (0.02, h * 0.95, 0.0))
            q = sdf.turn(q, tilt, "z")
            x, y, z = q
            y = y + 0.55 * x * x
            leaf = sdf.ellipsoid((x, y, z), (size, 0.022, size * slim), (size * 0.98, 0.0, 0.0))
            leaves = torch.minimum(leaves, leaf * 0.8)
        return leaves

    return grow


def _blades(rng: np.random.Generator, r: float, h: float):  # type: ignore[no-untyped-def]
    rings = [
        (int(rng.integers(4, 7)), rng.uniform(0, 3), lean, rng.uniform(0.35, 0.55))
        for lean in (1.5, 1.32, 1.12)
    ]

    def grow(p: Points) -> Tensor:
        leaves = sdf.rod(p, (0, h * 0.85, 0), (0, h, 0), 0.06)
        for count, phase, lean, size in rings:
            q = sdf.shift(sdf.sectors(p, count, phase), (0.06, h * 0.85, 0.0))
            q = sdf.turn(q, lean, "z")
            leaf = sdf.ellipsoid(q, (size, 0.025, 0.08), (size * 0.95, 0.0, 0.0))
            leaves = torch.minimum(leaves, leaf)
        return leaves

    return grow


def _bush(rng: np.random.Generator, r: float, h: float):  # type: ignore[no-untyped-def]
    size, offset, rough = rng.uniform(0.35, 0.5), rng.uniform(0, 20), rng.uniform(9, 16)
    tall = rng.uniform(0.9, 1.25)
    stem = rng.uniform(0.0, 0.35)

    def grow(p: Points) -> Tensor:
        ball = sdf.ellipsoid(p, (size, size * tall, size), (0, h + size * 0.75 + stem, 0))
        ball = ball - 0.14 * (noise(p, rough, offset)[0] - 0.5)
        return sdf.union(ball * 0.7, sdf.rod(p, (0, h * 0.8, 0), (0, h + stem, 0), 0.04))

    return grow


def _cactus(rng: np.random.Generator, r: float, h: float):  # type: ignore[no-untyped-def]
    size, tall, ribs = rng.uniform(0.16, 0.24), rng.uniform(0.3, 0.65), int(rng.integers(8, 14))
    arm = rng.uniform(0.15, 0.3)

    def grow(p: Points) -> Tensor:
        trunk = sdf.rod(p, (0, h, 0), (0, h + tall, 0), size)
        ridge = 0.025 * torch.cos(torch.atan2(p[2], p[0]) * ribs)
        one = sdf.rod(p, (0, h + tall * 0.4, 0), (size + arm, h + tall * 0.6, 0.0), size * 0.4)
        two = sdf.rod(p, (size + arm, h + tall * 0.6, 0.0), (size + arm, h + tall, 0.0), size * 0.45)
        return sdf.union((trunk - ridge) * 0.8, sdf.smooth_union(one, two, 0.05))

    return grow
