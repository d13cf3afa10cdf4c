"""Products one carries: headphones, laptop, umbrella."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering import sdf
from models.showroom.rendering.materials import (
    Material,
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
    wood,
)
from models.showroom.rendering.sdf import Points
from models.showroom.rendering.thing import Thing


def headphones(rng: np.random.Generator) -> Thing:
    """Headphones: two cups with cushions, joined by a band."""
    span, cup, deep = rng.uniform(0.46, 0.56), rng.uniform(0.24, 0.33), rng.uniform(0.07, 0.12)
    oval = rng.uniform(1.0, 1.3)
    band, thick = rng.uniform(0.07, 0.13), rng.uniform(0.028, 0.05)
    high = cup * oval + 0.02
    lift, squash = rng.uniform(0.15, 0.35), rng.uniform(0.85, 1.05)
    padded = rng.random() < 0.6

    def parts(p: Points) -> list[Tensor]:
        x, y, z = p
        ax = x.abs()
        q = (ax - span, (y - high) / oval, z)
        shell = sdf.disc(q, cup, deep, 0.05, (deep * 0.6, 0, 0), "x")
        cushion = sdf.torus(q, cup * 0.72, cup * 0.29, (-deep * 0.5, 0, 0), "x")
        v = (y - high - lift).clamp_min(0.0)
        ring = sdf.length(ax, v * squash) - (span + deep * 0.6)
        arc = (
            sdf.length((ring.abs() - thick * 0.4).clamp_min(0.0), (z.abs() - band * 0.8).clamp_min(0.0))
            - thick * 0.6
        )
        arc = torch.maximum(arc, high - 0.04 - y)
        pad = sdf.length(ring + thick * 1.6, (z.abs() - band * 0.5).clamp_min(0.0)) - thick * 1.4
        pad = torch.maximum(pad, high + lift + 0.22 - y)
        return [shell, sdf.union(cushion, pad) if padded else cushion, arc]

    main = any_material(rng, 0.9)
    soft = Material(
        plain(pick_colour(rng) if rng.random() < 0.4 else hsv(0.6, 0.1, rng.uniform(0.08, 0.3))), 0.15
    )
    arc = main if rng.random() < 0.5 else (metal(rng) if rng.random() < 0.5 else any_material(rng, 0.95))
    return Thing(parts, [main, soft, arc], step=0.8, lies=rng.random() < 0.6)


def _screen(rng: np.random.Generator):  # type: ignore[no-untyped-def]
    a, b, ink = pick_colour(rng), pick_colour(rng), pick_colour(rng)
    offset, kind = rng.uniform(0, 20), rng.choice(["picture", "page", "off"], p=[0.45, 0.4, 0.15])
    windows = [
        (rng.uniform(-0.5, 0.5), rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.4), rng.uniform(0.08, 0.3))
        for _ in range(3)
    ]

    def paint(u: Tensor, v: Tensor) -> Tensor:
        """Colours at u in [-1, 1], v in [0, 1]."""
        p = (u, v, torch.full_like(u, offset))
        if kind == "off":
            return plain((0.01, 0.01, 0.012))(p)
        if kind == "picture":
            return mix(a, b, edge(turbulence(p, 2.0, offset), 0.5, 0.3)) * 0.9
        colour = mix((0.85, 0.86, 0.88), a, edge(v, 0.9, 0.01))
        word = noise((u, torch.floor(v * 24) * 3.1, u), 7.0, offset)[0]
        text = (
            edge(word, 0.5, 0.1) * edge(-(torch.frac(v * 24) - 0.5).abs(), -0.25, 0.1) * edge(-u.abs(), -0.7)
        )
        colour = mix(colour, (0.1, 0.1, 0.12), text * 0.8 * edge(-v, -0.85))
        for cx, cy, w, h in windows:
            inside = edge(-torch.maximum((u - cx).abs() - w, (v - cy).abs() - h), 0.0, 0.01)
            colour = mix(colour, ink if w > 0.25 else b, inside)
        return colour

    return paint


def laptop(rng: np.random.Generator) -> Thing:
    """A laptop, open: a keyboard and a screen."""
    wide, deep = rng.uniform(0.62, 0.72), rng.uniform(0.42, 0.5)
    tall, thick = deep * rng.uniform(1.75, 1.95), rng.uniform(0.018, 0.03)
    opening = math.radians(rng.uniform(2, 32))
    hinge = (0.0, thick * 2, -deep)
    screen = _screen(rng)

    def lid_frame(p: Points) -> Points:
        return sdf.turn(sdf.shift(p, hinge), -opening, "x")

    def parts(p: Points) -> list[Tensor]:
        base = sdf.box(p, (wide, thick, deep), thick * 0.8, (0.0, thick, 0.0))
        lid = sdf.box(lid_frame(p), (wide, tall / 2, thick * 0.6), thick * 0.55, (0.0, tall / 2, 0.0))
        return [base, lid]

    body = (
        hsv(rng.uniform(0.5, 0.7), rng.uniform(0, 0.1), rng.uniform(0.5, 0.85))
        if rng.random() < 0.6
        else pick_colour(rng)
    )
    keys = hsv(0.6, 0.1, rng.uniform(0.05, 0.2)) if rng.random() < 0.75 else hsv(0.1, 0.03, 0.9)

    def base_paint(p: Points) -> Tensor:
        u, v = p[0] / wide, p[2] / deep
        area = edge(-torch.maximum(u.abs() - 0.88, (v + 0.3).abs() - 0.48), 0.0, 0.02)
        key = edge(
            -torch.maximum((torch.frac(u * 7) - 0.5).abs(), (torch.frac(v * 5.2 + 0.1) - 0.5).abs()),
            -0.4,
            0.06,
        )
        pad = edge(-torch.maximum(u.abs() - 0.26, (v - 0.58).abs() - 0.26), 0.0, 0.015)
        top = edge(p[1], thick * 1.9, 0.004)
        colour = mix(body, keys, area * key * top)
        return mix(colour, tuple(0.75 * c for c in body), pad * top)  # type: ignore[arg-type]

    def lid_paint(p: Points) -> Tensor:
        q = lid_frame(p)
        u, v = q[0] / (wide * 0.94), (q[1] - tall * 0.06) / (tall * 0.88)
        inside = edge(-torch.maximum(u.abs() - 1.0, (v - 0.5).abs() - 0.5), 0.0, 0.008) * edge(
            q[2], thick * 0.3, 0.01
        )
        bezel = edge(q[2], thick * 0.4, 0.01)
        return mix(mix(body, (0.015, 0.015, 0.018), bezel), screen(u, v), inside)

    return Thing(
        parts,
        [Material(base_paint, 0.45), Material(lid_paint, 0.55, glow=rng.uniform(0.15, 0.5))],
        facing=True,
    )


def umbrella(rng: np.random.Generator) -> Thing:
    """An open umbrella: canopy in panels, shaft, crook."""
    panels, radius = int(rng.integers(6, 10)), rng.uniform(0.9, 1.15)
    reach = rng.uniform(0.78, 0.92)
    top, crook = 1.72, rng.uniform(0.09, 0.13)
    drop = math.sqrt(max(radius**2 - reach**2, 0.01))
    scallop, thick = rng.uniform(0.05, 0.12), rng.uniform(0.014, 0.02)
    straight, sag = rng.random() < 0.3, rng.uniform(0.03, 0.09)

    def parts(p: Points) -> list[Tensor]:
        _, y, _ = p
        q = sdf.sectors(p, panels)
        ball = sdf.sphere(p, radius, (0.0, top - radius, 0.0))
        between = (q[2].abs() * panels / (math.pi * (q[0].abs() + 0.05))).clamp(0, 1)
        cut = (top - radius + drop) - y - scallop * (1 - between)
        ball = ball + sag * between * (q[0] * q[0] + q[2] * q[2])
        canopy = torch.maximum(ball.abs() - thick, cut)
        spoke = torch.maximum(sdf.length(ball + 0.02, q[2]) - 0.013, cut)
        shaft = sdf.rod(p, (0, crook + 0.02, 0), (0, top + 0.09, 0), 0.02)
        hook = sdf.torus(p, crook, 0.034, (crook, crook + 0.035, 0.0), "z")
        hook = torch.maximum(hook, y - crook - 0.035)
        grip = sdf.rod(p, (0, crook, 0), (0, crook + 0.18, 0), 0.034)
        if straight:
            hook = sdf.rod(p, (0, 0.04, 0), (0, 0.3, 0), 0.045)
        return [canopy, sdf.union(spoke, shaft), sdf.union(hook, grip)]

    first, second = any_paint(rng, 0.75), plain(pick_colour(rng))
    alternate = rng.random() < 0.5

    def paint(p: Points) -> Tensor:
        angle = torch.atan2(p[2], p[0]) * (panels / (2 * math.pi))
        cloth = mix(first(p), second(p), torch.remainder(torch.floor(angle), 2.0)) if alternate else first(p)
        seam = edge(-(torch.frac(angle) - 0.5).abs(), -0.02, 0.02)
        return cloth * (1 - 0.4 * seam[:, None])

    handle = Material(wood(rng, 1), 0.5) if rng.random() < 0.5 else any_material(rng, 0.95)
    return Thing(parts, [Material(paint, 0.25), metal(rng), handle], step=0.8, lies=True)
