"""Pictures of nothing in particular: noise, gradients, patches of pattern, all of them "none of these"."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering.materials import (
    any_paint,
    calm_colour,
    edge,
    mix,
    noise,
    pick_colour,
    turbulence,
)
from models.showroom.rendering.sdf import Points


def _plane(rng: np.random.Generator, size: int) -> Points:
    """Points of a picture laid at random in pattern space."""
    reach, turn = rng.uniform(0.5, 3.0), rng.uniform(0, 2 * math.pi)
    v, u = torch.meshgrid(torch.linspace(-1, 1, size), torch.linspace(-1, 1, size), indexing="ij")
    u, v = u.reshape(-1) * reach, v.reshape(-1) * reach
    x, y = u * math.cos(turn) - v * math.sin(turn), u * math.sin(turn) + v * math.cos(turn)
    return x + rng.uniform(-2, 2), y + rng.uniform(-2, 2), torch.full_like(x, float(rng.uniform(-1, 1)))


def _natural(rng: np.random.Generator, size: int) -> Tensor:
    """Coloured noise whose strength falls with frequency as it does in photographs, ``(N, 3)``."""
    slope = rng.uniform(0.7, 1.6)
    fy, fx = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]
    stretch = np.exp(rng.normal(0, 0.4))
    strength = 1.0 / np.maximum(np.hypot(fy * stretch, fx / stretch), 1.0 / size) ** slope
    shared = rng.normal(size=(size, size))
    layers = []
    for _ in range(3):
        grains = np.fft.rfft2(shared + 0.3 * rng.normal(size=(size, size))) * strength
        layer = np.fft.irfft2(grains, s=(size, size))
        layers.append((layer - layer.mean()) / layer.std())
    values = np.stack(layers, -1).reshape(-1, 3) * rng.uniform(0.08, 0.22)
    return torch.from_numpy(values.astype(np.float32)) + torch.tensor(calm_colour(rng), dtype=torch.float32)


def _filling(rng: np.random.Generator, size: int) -> Tensor:
    kind = rng.choice(["natural", "pattern", "gradient", "cloud"], p=[0.4, 0.25, 0.15, 0.2])
    p = _plane(rng, size)
    if kind == "natural":
        return _natural(rng, size)
    if kind == "pattern":
        return any_paint(rng, 0.1)(p)
    if kind == "gradient":
        return mix(pick_colour(rng), calm_colour(rng), (p[0] * 0.3 + 0.5).clamp(0, 1))
    cloud = turbulence(p, rng.uniform(0.8, 6), rng.uniform(0, 30), 4)
    return mix(pick_colour(rng), calm_colour(rng), edge(cloud, 0.5, 0.4))


def _region(rng: np.random.Generator, size: int) -> Tensor:
    """Where a patch lies, ``(N,)`` in [0, 1]: a blob, a slab or a half plane."""
    p = _plane(rng, size)
    soft = float(np.exp(rng.uniform(math.log(0.01), math.log(0.6))))
    kind = rng.choice(["blob", "slab", "half", "spots"])
    wobble = (noise(p, 1.5, rng.uniform(0, 30))[0] - 0.5) * rng.uniform(0, 1.5)
    x, y = p[0] - rng.uniform(-2, 2), p[1] - rng.uniform(-2, 2)
    if kind == "blob":
        return edge(-((x * rng.uniform(0.5, 1.6)) ** 2 + y**2).sqrt() + wobble, -rng.uniform(0.3, 1.3), soft)
    if kind == "slab":
        return edge(
            -torch.maximum(x.abs() * rng.uniform(0.2, 2), y.abs()) + wobble * 0.3, -rng.uniform(0.2, 1), soft
        )
    if kind == "half":
        return edge(x + wobble, 0.0, soft)
    return edge(noise(p, rng.uniform(1, 5), rng.uniform(0, 30))[1], rng.uniform(0.5, 0.75), min(soft, 0.3))


@torch.inference_mode()
def collage(rng: np.random.Generator, size: int = 224) -> np.ndarray:
    """A picture (size, size, 3) uint8 of one to six patches of pattern, shaded as if they were round."""
    colour = _filling(rng, size)
    for _ in range(int(rng.integers(0, 6))):
        patch, where = _filling(rng, size), _region(rng, size)
        if rng.random() < 0.5:
            light = turbulence(_plane(rng, size), rng.uniform(0.4, 1.5), rng.uniform(0, 30), 2)
            patch = patch * (0.4 + 1.2 * light)[:, None]
        colour = colour + (patch - colour) * where[:, None]
    colour = (colour * rng.uniform(0.8, 1.3)).clamp(0, 1) ** (1 / 2.2)
    return np.asarray((colour.reshape(size, size, 3) * 255 + 0.5).to(torch.uint8).numpy())
