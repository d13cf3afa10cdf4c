"""Products that furnish a room: lamp, chair, clock."""

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
    pick_colour,
    plain,
    wood,
)
from models.showroom.rendering.sdf import Points, Profile
from models.showroom.rendering.thing import Thing


def lamp(rng: np.random.Generator) -> Thing:
    """A table lamp with a shade, or a desk lamp with a jointed arm."""
    return _table_lamp(rng) if rng.random() < 0.6 else _desk_lamp(rng)


def _table_lamp(rng: np.random.Generator) -> Thing:
    base, stem = rng.uniform(0.22, 0.34), rng.uniform(0.75, 1.15)
    wide, narrow, tall = rng.uniform(0.4, 0.58), rng.uniform(0.2, 0.42), rng.uniform(0.42, 0.62)
    shade = Profile([stem, stem + tall], [wide, narrow], smooth=0.01)
    round_body = rng.random() < 0.5
    bulge = rng.uniform(0.14, 0.26)
    body = Profile(
        [0, 0.06, 0.1, stem * 0.4, stem * 0.75, stem + 0.1],
        [base, base, base * 0.6, bulge, 0.06, 0.03] if round_body else [base, base, 0.05, 0.035, 0.035, 0.03],
        smooth=0.08 if round_body else 0.02,
    )

    def parts(p: Points) -> list[Tensor]:
        side = (sdf.length(p[0], p[2]) - shade.radius(p[1])) * shade.step
        ends = (p[1] - stem - tall / 2).abs() - tall / 2
        cover = torch.maximum(side.abs() - 0.014, ends)
        return [body.solid(p, 0.03), cover, sdf.sphere(p, 0.1, (0.0, stem + tall * 0.45, 0.0))]

    lit = rng.random() < 0.6
    warm = hsv(rng.uniform(0.08, 0.13), rng.uniform(0.1, 0.35), 1.0)
    cloth = any_paint(rng, 0.75) if rng.random() < 0.5 else plain(hsv(0.11, rng.uniform(0.03, 0.25), 0.93))
    return Thing(
        parts,
        [
            any_material(rng, 0.7),
            Material(cloth, 0.05, glow=rng.uniform(0.35, 0.9) if lit else 0.0),
            Material(plain(warm), 0.2, glow=1.6 if lit else 0.3),
        ],
    )


def _desk_lamp(rng: np.random.Generator) -> Thing:
    base = rng.uniform(0.24, 0.34)
    elbow = (-rng.uniform(0.2, 0.42), rng.uniform(0.7, 0.95), 0.0)
    head = (elbow[0] + rng.uniform(0.42, 0.62), elbow[1] + rng.uniform(0.25, 0.5), 0.0)
    tilt, size = rng.uniform(-0.1, 0.7), rng.uniform(0.24, 0.32)
    cone = Profile([-size * 1.2, -0.05, 0.1], [size, 0.11, 0.07], smooth=rng.uniform(0.03, 0.2))
    thick = rng.uniform(0.022, 0.035)

    def parts(p: Points) -> list[Tensor]:
        foot = sdf.disc(p, base, 0.035, 0.02, (0.0, 0.035, 0.0))
        arm = sdf.union(sdf.rod(p, (0, 0.05, 0), elbow, thick), sdf.rod(p, elbow, head, thick))
        joints = sdf.union(
            sdf.disc(p, 0.055, 0.05, 0.01, elbow, "z"), sdf.disc(p, 0.06, 0.06, 0.01, head, "z")
        )
        q = sdf.turn(sdf.shift(p, head), tilt, "z")
        side = (sdf.length(q[0], q[2]) - cone.radius(q[1])) * cone.step
        ends = (q[1] - (cone.low + cone.high) / 2).abs() - (cone.high - cone.low) / 2
        inner = torch.maximum(side + 0.025, q[1] - 0.02)
        hood = torch.maximum(torch.maximum(side, ends), -inner)
        bulb = sdf.sphere(q, 0.1, (0.0, -size * 0.65, 0.0))
        return [sdf.union(foot, hood), sdf.union(arm, joints), bulb]

    main = any_material(rng, 0.92)
    return Thing(
        parts,
        [main, metal(rng) if rng.random() < 0.6 else main, Material(plain((1.0, 0.9, 0.7)), glow=1.5)],
        step=0.8,
    )


def chair(rng: np.random.Generator) -> Thing:
    """A chair: seat, backrest, and four legs or a column on a star."""
    swivel = rng.random() < 0.25
    wide, deep, seat = rng.uniform(0.36, 0.46), rng.uniform(0.36, 0.44), rng.uniform(0.72, 0.9)
    thick, back, lean = rng.uniform(0.03, 0.075), rng.uniform(0.62, 0.95), rng.uniform(0.05, 0.25)
    style = rng.choice(["panel", "slats", "bars", "low"])
    splay, leg = rng.uniform(0.0, 0.12), rng.uniform(0.025, 0.045)
    arms = rng.random() < 0.25

    def rest(p: Points) -> Tensor:
        x, y, z = sdf.turn(sdf.shift(p, (0.0, seat, -deep + 0.04)), -lean, "x")
        q = (x, y, z + 0.12 * (x * x) / (wide * wide) - 0.04)
        if style == "panel":
            return sdf.box(q, (wide * 0.95, back / 2, 0.035), 0.03, (0.0, back / 2 + 0.03, 0.0))
        if style == "low":
            slab = sdf.box(q, (wide * 0.95, back * 0.2, 0.035), 0.03, (0.0, back * 0.78, 0.0))
            return sdf.union(
                slab, sdf.rod((x.abs(), y, z), (wide * 0.7, 0.0, 0.0), (wide * 0.7, back * 0.8, 0.0), leg)
            )
        posts = sdf.rod((x.abs(), y, z), (wide * 0.9, 0.0, 0.0), (wide * 0.9, back, 0.0), leg)
        top = sdf.box(q, (wide * 0.95, 0.07, 0.03), 0.02, (0.0, back - 0.05, 0.0))
        if style == "bars":
            u = x - (wide * 0.36) * torch.round(x / (wide * 0.36)).clamp(-2, 2)
            return sdf.union(posts, top, sdf.rod((u, y, z), (0, 0, 0), (0, back - 0.05, 0), 0.02))
        v = y - back * 0.28 * torch.round(y / (back * 0.28)).clamp(1, 2)
        return sdf.union(posts, top, sdf.box((q[0], v, q[2]), (wide * 0.9, 0.045, 0.025), 0.02))

    def parts(p: Points) -> list[Tensor]:
        x, y, z = p
        pad = sdf.box(p, (wide, thick, deep), min(0.03, thick), (0.0, seat - thick, 0.0))
        frame = rest(p)
        if swivel:
            foot = sdf.sectors(p, 5)
            legs = sdf.union(
                sdf.rod(p, (0, 0.12, 0), (0, seat - 0.08, 0), 0.045),
                sdf.rod(foot, (0, 0.17, 0), (0.42, 0.09, 0), 0.04, 0.028),
                sdf.sphere(foot, 0.05, (0.42, 0.05, 0.0)),
            )
            frame = sdf.union(frame, sdf.box(p, (0.06, 0.2, 0.02), 0.01, (0.0, seat + 0.1, -deep)))
        else:
            q = (x.abs(), y, z.abs())
            legs = sdf.rod(
                q,
                (wide + splay - 0.05, 0.02, deep + splay - 0.05),
                (wide - 0.06, seat - 0.05, deep - 0.06),
                leg * 0.8,
                leg,
            )
        if arms:
            q = (x.abs(), y, z)
            legs = sdf.union(
                legs,
                sdf.box(q, (0.035, 0.025, deep * 0.8), 0.02, (wide + 0.02, seat + 0.33, -0.04)),
                sdf.rod(
                    q,
                    (wide + 0.02, seat - 0.05, deep * 0.5),
                    (wide + 0.02, seat + 0.33, deep * 0.5),
                    leg * 0.8,
                ),
            )
        return [pad, frame, legs]

    timber = Material(wood(rng, 1), rng.uniform(0.2, 0.5))
    main = timber if rng.random() < 0.4 else any_material(rng, 0.8)
    limbs = metal(rng) if swivel or rng.random() < 0.3 else (main if rng.random() < 0.6 else timber)
    cushion = main if rng.random() < 0.5 else any_material(rng, 0.6)
    return Thing(parts, [cushion, main, limbs], step=0.85)


def _clock_face(rng: np.random.Generator, radius: float, high: float):  # type: ignore[no-untyped-def]
    ground = (
        hsv(rng.random(), rng.uniform(0, 0.15), rng.uniform(0.85, 1.0))
        if rng.random() < 0.75
        else pick_colour(rng)
    )
    ink = hsv(rng.random(), 0.3, 0.12) if sum(ground) > 0.7 else hsv(0.1, 0.05, 0.95)
    hour, minute = rng.uniform(0, 2 * math.pi), rng.uniform(0, 2 * math.pi)
    second = pick_colour(rng)
    count = int(rng.choice([12, 12, 4]))

    def hand(x: Tensor, y: Tensor, angle: float, reach: float, wide: float) -> Tensor:
        along, across = x * math.sin(angle) + y * math.cos(angle), x * math.cos(angle) - y * math.sin(angle)
        inside = torch.maximum(across.abs() - wide, (along - reach / 2 + 0.03).abs() - reach / 2 - 0.03)
        return edge(-inside, 0.0, 0.012)

    def paint(p: Points) -> Tensor:
        x, y = p[0] / radius, (p[1] - high) / radius
        rho = sdf.length(x, y)
        step = 2 * math.pi / count
        angle = torch.atan2(x, y)
        off = (angle - step * torch.round(angle / step)).abs() * rho
        marks = edge(-off, -0.035, 0.015) * edge(-(rho - 0.78).abs(), -0.09, 0.015)
        colour = mix(ground, ink, marks)
        colour = mix(colour, ink, hand(x, y, hour, 0.48, 0.04))
        colour = mix(colour, ink, hand(x, y, minute, 0.72, 0.028))
        colour = mix(colour, second, hand(x, y, minute * 3.1, 0.78, 0.01))
        return mix(colour, ink, edge(-rho, -0.06, 0.015))

    return paint


def clock(rng: np.random.Generator) -> Thing:
    """A clock with a face: an alarm clock on feet, with or without bells, or a mantel clock."""
    r, deep = rng.uniform(0.5, 0.62), rng.uniform(0.1, 0.22)
    kind = rng.choice(["bells", "plain", "square"], p=[0.4, 0.35, 0.25])
    high, rim = r + rng.uniform(0.1, 0.2), rng.uniform(0.045, 0.08)
    square = kind == "square"

    def parts(p: Points) -> list[Tensor]:
        q = sdf.shift(p, (0.0, high, 0.0))
        if square:
            case = sdf.box(q, (r + rim, r + rim, deep), 0.06)
            case = torch.maximum(case, -sdf.disc(q, r * 0.96, 0.05, c=(0, 0, deep), axis="z"))
        else:
            case = sdf.disc(q, r, deep, 0.03, axis="z")
            case = torch.maximum(case, -sdf.disc(q, r - rim * 0.7, 0.05, c=(0, 0, deep), axis="z"))
            case = sdf.union(case, sdf.torus(q, r, rim, (0, 0, deep * 0.8), "z"))
        face = sdf.disc(q, r - 0.01, 0.01, c=(0, 0, deep - 0.04), axis="z")
        side = (q[0].abs(), q[1], q[2])
        extra = sdf.rod(side, (r * 0.5, -r * 0.8, 0.0), (r * 0.66, -high + 0.05, 0.0), 0.05)
        if kind == "bells":
            bell = sdf.sphere(side, r * 0.36, (r * 0.52, r * 1.0, 0.0))
            bell = torch.maximum(bell, -(side[0] * 0.46 + side[1] * 0.89 - r * 1.15))
            extra = sdf.union(extra, bell, sdf.rod(q, (0, r, 0), (0, r * 1.3, 0), 0.03))
        return [case, face, extra]

    case = Material(wood(rng, 0), 0.4) if square and rng.random() < 0.5 else any_material(rng, 0.85)
    face = Material(_clock_face(rng, r, high), rng.uniform(0.1, 0.6))
    return Thing(parts, [case, face, metal(rng) if rng.random() < 0.6 else case], step=0.9, facing=True)
