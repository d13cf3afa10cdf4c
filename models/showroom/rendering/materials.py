"""What surfaces are made of: colours, patterns, gloss. Colours are linear RGB in [0, 1]."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from models.showroom.rendering.sdf import Points

Paint = Callable[[Points], Tensor]
Colour = tuple[float, float, float]

_SIDE = 32
_lattice = torch.from_numpy(np.random.default_rng(7).random((3, _SIDE, _SIDE, _SIDE), dtype=np.float32))
_LATTICE = torch.cat([_lattice, _lattice[:, :1]], 1)
_LATTICE = torch.cat([_LATTICE, _LATTICE[:, :, :1]], 2)
_LATTICE = torch.cat([_LATTICE, _LATTICE[:, :, :, :1]], 3)[None]


@dataclass(frozen=True, eq=False)
class Material:
    """How a surface answers light.

    Args:
        paint: colours ``(N, 3)`` at points in the thing's own frame.
        gloss: 0 (chalk) to 1 (mirror-like varnish).
        metal: reflections take the surface's colour.
        clear: share of light that passes straight through, 0 to 1.
        glow: light that the surface gives off by itself, times its colour.
    """

    paint: Paint
    gloss: float = 0.3
    metal: bool = False
    clear: float = 0.0
    glow: float = 0.0

    def with_paint(self, paint: Paint) -> Material:
        """The same surface in another paint."""
        return replace(self, paint=paint)


def noise(p: Points, scale: float, offset: float = 0.0) -> Tensor:
    """Three independent smooth noises in [0, 1], ``(3, N)``, features about ``1 / scale`` wide."""
    q = torch.stack(p, -1) * scale + offset
    q = torch.remainder(q, _SIDE)
    grid = (q * (2.0 / _SIDE) - 1.0).reshape(1, 1, 1, -1, 3)
    return F.grid_sample(_LATTICE, grid, align_corners=True).reshape(3, -1)


def turbulence(p: Points, scale: float, offset: float = 0.0, octaves: int = 3) -> Tensor:
    """Noise of several sizes added up, ``(N,)`` in [0, 1]."""
    total, weight = torch.zeros_like(p[0]), 0.0
    for i in range(octaves):
        total = total + noise(p, scale * 2**i, offset + 9.7 * i)[i % 3] * 0.5**i
        weight += 0.5**i
    return total / weight


def hsv(h: float, s: float, v: float) -> Colour:
    """Linear RGB of a hue, saturation and value as people pick them on a screen."""
    r, g, b = colorsys.hsv_to_rgb(h % 1.0, s, v)
    return r**2.2, g**2.2, b**2.2


def pick_colour(rng: np.random.Generator) -> Colour:
    """A colour that something one can buy might have."""
    kind = rng.choice(
        ["white", "black", "grey", "vivid", "muted", "pastel", "earth"],
        p=[0.14, 0.1, 0.1, 0.24, 0.18, 0.14, 0.1],
    )
    hue = rng.random()
    if kind == "white":
        return hsv(rng.uniform(0.05, 0.6), rng.uniform(0, 0.06), rng.uniform(0.86, 0.97))
    if kind == "black":
        return hsv(hue, rng.uniform(0, 0.3), rng.uniform(0.08, 0.25))
    if kind == "grey":
        return hsv(hue, rng.uniform(0, 0.08), rng.uniform(0.3, 0.8))
    if kind == "vivid":
        return hsv(hue, rng.uniform(0.65, 0.95), rng.uniform(0.55, 0.95))
    if kind == "muted":
        return hsv(hue, rng.uniform(0.25, 0.55), rng.uniform(0.35, 0.7))
    if kind == "pastel":
        return hsv(hue, rng.uniform(0.12, 0.35), rng.uniform(0.8, 0.95))
    return hsv(rng.uniform(0.03, 0.12), rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.75))


def calm_colour(rng: np.random.Generator) -> Colour:
    """A colour for floors and walls: whites, greys, sands, muted tones, now and then a strong one."""
    if rng.random() < 0.13:
        return pick_colour(rng)
    if rng.random() < 0.5:
        return hsv(rng.uniform(0.04, 0.14), rng.uniform(0.02, 0.3), rng.uniform(0.4, 0.97))
    return hsv(rng.random(), rng.uniform(0.0, 0.32), rng.uniform(0.25, 0.95))


def plain(colour: Colour) -> Paint:
    """One colour."""
    return lambda p: torch.tensor(colour, dtype=torch.float32).expand(p[0].shape[0], 3)


def mix(a: Colour | Tensor, b: Colour | Tensor, share: Tensor) -> Tensor:
    """Colours ``(N, 3)``: ``a`` where share is 0, ``b`` where it is 1."""
    first = a if isinstance(a, Tensor) else torch.tensor(a, dtype=torch.float32)
    second = b if isinstance(b, Tensor) else torch.tensor(b, dtype=torch.float32)
    return first + (second - first) * share[:, None]


def edge(value: Tensor, at: float, soft: float = 0.01) -> Tensor:
    """0 below ``at``, 1 above, with a soft step between."""
    return ((value - at) / soft + 0.5).clamp(0.0, 1.0)


def wood(rng: np.random.Generator, axis: int = 0) -> Paint:
    """Boards cut from a log, the grain along an axis."""
    hue, value = rng.uniform(0.045, 0.1), rng.uniform(0.25, 0.8)
    light, dark = (
        hsv(hue, rng.uniform(0.35, 0.65), value),
        hsv(hue - 0.01, 0.65, value * rng.uniform(0.45, 0.75)),
    )
    offset, rings = rng.uniform(0, 30), rng.uniform(5, 11)
    stretch = [1.0, 1.0, 1.0]
    stretch[axis] = 0.12

    def paint(p: Points) -> Tensor:
        q = (p[0] * stretch[0], p[1] * stretch[1], p[2] * stretch[2])
        bend = noise(q, 1.7, offset)
        ring = torch.frac((q[(axis + 1) % 3] + 0.6 * q[(axis + 2) % 3] + bend[0] * 0.6).abs() * rings * 0.5)
        fibre = noise(q, 34.0, offset)[1]
        return mix(light, dark, (0.65 * ring * ring + 0.45 * (fibre - 0.4)).clamp(0, 1))

    return paint


def _waves(rng: np.random.Generator, kind: str, a: Colour, b: Colour) -> Paint:
    scale, offset, lean = rng.uniform(2.5, 9), rng.uniform(0, 30), rng.uniform(-0.6, 0.6)
    share = rng.uniform(0.3, 0.7)

    def stripes(p: Points) -> Tensor:
        return mix(
            a, b, edge((torch.frac((p[1] + lean * p[0]) * scale + offset) - 0.5).abs(), share / 2, 0.05)
        )

    def rings(p: Points) -> Tensor:
        angle = torch.atan2(p[2], p[0]) * (round(scale) * 2 / math.pi)
        return mix(a, b, edge((torch.frac(angle + offset) - 0.5).abs(), share / 2, 0.06))

    def dots(p: Points) -> Tensor:
        u, v = torch.atan2(p[2], p[0]) * (round(scale) * 1.2), p[1] * scale * 1.5
        v, u = v, u + torch.floor(v) * 0.5
        away = ((torch.frac(u + offset) - 0.5) ** 2 + (torch.frac(v + offset) - 0.5) ** 2).sqrt()
        return mix(b, a, edge(away, 0.15 + 0.2 * share, 0.06))

    def checks(p: Points) -> Tensor:
        cell = torch.floor(p[0] * scale + offset) + torch.floor(p[1] * scale) + torch.floor(p[2] * scale)
        return mix(a, b, torch.remainder(cell, 2.0))

    return {"stripes": stripes, "rings": rings, "dots": dots, "checks": checks}[kind]


def _clouds(rng: np.random.Generator, kind: str, a: Colour, b: Colour) -> Paint:
    scale, offset = rng.uniform(1.5, 6), rng.uniform(0, 30)

    def marble(p: Points) -> Tensor:
        vein = (torch.sin((p[0] + p[1] * 0.7 + 2.2 * turbulence(p, scale, offset)) * 9) * 0.5 + 0.5) ** 3
        return mix(a, b, vein)

    def speckle(p: Points) -> Tensor:
        return mix(a, b, edge(noise(p, scale * 8, offset)[0], 0.72, 0.1))

    def cloud(p: Points) -> Tensor:
        return mix(a, b, edge(turbulence(p, scale, offset), 0.5, 0.35))

    return {"marble": marble, "speckle": speckle, "cloud": cloud}[kind]


def any_paint(
    rng: np.random.Generator,
    calm: float = 0.55,
    colour: Callable[[np.random.Generator], Colour] = pick_colour,
) -> Paint:
    """A paint at random: plain with probability ``calm``, else a pattern of colours drawn by ``colour``."""
    first = colour(rng)
    if rng.random() < calm:
        return plain(first)
    second = colour(rng)
    kinds = ["stripes", "checks", "marble", "speckle", "cloud", "wood", "rings", "dots"]
    kind = rng.choice(kinds if colour is pick_colour else kinds[:6])
    if kind == "wood":
        return wood(rng, int(rng.integers(3)))
    if kind in ("stripes", "rings", "dots", "checks"):
        return _waves(rng, kind, first, second)
    return _clouds(rng, kind, first, second)


def any_material(rng: np.random.Generator, calm: float = 0.55) -> Material:
    """Ceramic, plastic, paint, wood or metal at random."""
    if rng.random() < 0.12:
        return metal(rng)
    return Material(any_paint(rng, calm), gloss=float(rng.choice([0.1, 0.35, 0.6, 0.85])))


def metal(rng: np.random.Generator) -> Material:
    """Steel, brass, copper or black iron."""
    tint = [(0.75, 0.76, 0.78), (0.85, 0.6, 0.25), (0.8, 0.42, 0.28), (0.06, 0.06, 0.07), (0.45, 0.46, 0.48)]
    return Material(plain(tint[int(rng.integers(len(tint)))]), gloss=rng.uniform(0.5, 0.9), metal=True)
