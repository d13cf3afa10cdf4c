"""Composing a picture at random: products, props, backdrop, light and camera, all from one seed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import torch

from models.showroom.rendering import march
from models.showroom.rendering.backdrop import any_backdrop, any_light
from models.showroom.rendering.collage import collage
from models.showroom.rendering.products import LABELS, NONE, PRODUCTS
from models.showroom.rendering.props import prop
from models.showroom.rendering.render import Camera, Scene, grid, render
from models.showroom.rendering.thing import Placed, Thing, place

_NAMES = tuple(PRODUCTS)
_NONE_SHARE, _COLLAGE_SHARE = 0.2, 0.35
_LARGE = 400  # pixels; larger pictures get smoother shadows
_COVER = (0.10, 0.36)


@dataclass(frozen=True, eq=False)
class Picture:
    """A rendered picture, what it shows, and where.

    Args:
        pixels: (size, size, 3) uint8.
        mask: (size, size) bool, True on the main product (all False without one).
        label: index into ``LABELS``.
    """

    pixels: np.ndarray
    mask: np.ndarray
    label: int


def _yaw(rng: np.random.Generator, thing: Thing) -> float:
    return float(rng.normal(0, 0.5)) if thing.facing else float(rng.uniform(-math.pi, math.pi))


def _stand(
    rng: np.random.Generator, thing: Thing, label: int, scale: float, at: tuple[float, float]
) -> Placed:
    pitch = roll = 0.0
    if thing.lies and rng.random() < 0.6:
        pitch, roll = rng.uniform(-1.7, 1.7), rng.uniform(-0.6, 0.6)
    return place(thing, label=label, scale=scale, at=at, yaw=_yaw(rng, thing), pitch=pitch, roll=roll)


def _camera(rng: np.random.Generator, middle: np.ndarray, radius: float, fill: float) -> Camera:
    up = float(np.clip(rng.normal(0.36, 0.22), 0.04, 1.05))
    tangent = math.tan(math.radians(rng.uniform(12, 26)))
    away = radius / (fill * tangent)
    side = rng.normal(0, 0.18)
    at = middle + away * np.array(
        [math.sin(side) * math.cos(up), math.sin(up), math.cos(side) * math.cos(up)]
    )
    slack = max(0.0, 1.0 - fill) * away * tangent
    off = np.array([rng.uniform(-0.75, 0.75) * slack, rng.uniform(-0.6, 0.6) * slack, 0.0])
    at[1] = max(at[1] + off[1] * 0.3, 0.08)
    return Camera(tuple(at), tuple(middle + off), tangent, float(rng.normal(0, 0.03)))


def _middle(placed: Placed) -> tuple[np.ndarray, float]:
    corners = placed.corners()
    middle = (corners.min(0) + corners.max(0)) / 2
    return middle, float(np.linalg.norm(corners.max(0) - corners.min(0)) / 2)


@torch.inference_mode()
def visible_things(things: list[Placed], camera: Camera, side: int = 32) -> np.ndarray:
    """Which thing each pixel of a small preview shows, (side, side), -1 for none."""
    u, v = grid(side)
    d = camera.rays(u, v)
    o = tuple(torch.full_like(u, c) for c in camera.at)
    t, met = torch.full_like(u, march.FAR), torch.full_like(u, -1, dtype=torch.int64)
    for i, placed in enumerate(things):
        rays, distances = march.first_hit(placed, o, d, t)  # type: ignore[arg-type]
        t[rays], met[rays] = distances, i
    return met.reshape(side, side).numpy()


def _beside(
    rng: np.random.Generator, taken: list[Placed], radius: float, spread: float, front: bool
) -> tuple[float, float] | None:
    """A free place on the floor for something of a radius."""
    for _ in range(12):
        angle = rng.uniform(0.15, 0.85) * math.pi if front else rng.uniform(-math.pi, math.pi)
        away = rng.uniform(0.4, 1.0) * spread + radius
        x, z = away * math.cos(angle), away * math.sin(angle)
        if all(math.hypot(x - p.at[0], z - p.at[2]) > 0.8 * (radius + _girth(p)) for p in taken):
            return x, z
    return None


def _girth(placed: Placed) -> float:
    corners = placed.corners()
    return float(max(np.ptp(corners[:, 0]), np.ptp(corners[:, 2])) / 2)


def _add_props(
    rng: np.random.Generator, things: list[Placed], count: int, spread: float, front: float
) -> None:
    for _ in range(count):
        scale = float(rng.uniform(0.3, 0.85))
        spot = _beside(rng, things, 0.5 * scale, spread, rng.random() < front)
        if spot is not None:
            things.append(_stand(rng, prop(rng), -1, scale, spot))


def compose(seed: int, label: int) -> Scene:
    """A scene from a seed.

    Args:
        seed: any whole number; the same seed gives the same scene.
        label: index into ``LABELS`` of what it must show.
    """
    rng = np.random.default_rng((seed, 11))
    with torch.inference_mode():
        if LABELS[label] == NONE:
            return _compose_none(rng, label)
        for _ in range(6):
            scene = _compose_product(rng, label)
            if scene is not None:
                return scene
        return _compose_simple(rng, label)


def _compose_none(rng: np.random.Generator, label: int) -> Scene:
    things: list[Placed] = []
    count = int(rng.choice([0, 1, 2, 3, 5, 8], p=[0.1, 0.22, 0.2, 0.2, 0.18, 0.1]))
    if count:
        things.append(_stand(rng, prop(rng), -1, float(rng.uniform(0.6, 1.2)), (0.0, 0.0)))
        _add_props(rng, things, count - 1, 0.9, 0.3)
    middle = np.array([rng.uniform(-0.5, 0.5), rng.uniform(0.2, 0.7), 0.0])
    camera = _camera(rng, middle, 0.8, float(rng.uniform(0.35, 0.9)))
    return Scene(things, any_backdrop(rng), any_light(rng), camera, label, _exposure(rng))


def _compose_product(rng: np.random.Generator, label: int) -> Scene | None:
    """One try; None if the product came out too hidden, too small or too large."""
    main = _stand(rng, PRODUCTS[_NAMES[label]](rng), label, 1.0, (0.0, 0.0))
    things = [main]
    middle, radius = _middle(main)
    camera = _camera(rng, middle, radius, float(rng.uniform(0.62, 1.08)))
    alone = visible_things(things, camera)
    cover = float((alone == 0).mean())
    if not _COVER[0] <= cover <= _COVER[1]:
        wish = float(rng.uniform(_COVER[0] + 0.01, _COVER[1] - 0.04))
        factor = math.sqrt(max(cover, 1e-3) / wish)
        at = np.array(camera.target) + (np.array(camera.at) - np.array(camera.target)) * np.clip(
            factor, 0.72, 2.2
        )
        camera = Camera(
            (float(at[0]), max(float(at[1]), 0.08), float(at[2])), camera.target, camera.tangent, camera.roll
        )
    if rng.random() < 0.14:
        other = int(rng.integers(len(_NAMES)))
        spot = _beside(rng, things, 0.3, _girth(main) + 0.2, False)
        if other != label and spot is not None:
            things.append(
                _stand(rng, PRODUCTS[_NAMES[other]](rng), other, float(rng.uniform(0.35, 0.55)), spot)
            )
    count = int(rng.choice([0, 1, 2, 3, 4, 6], p=[0.22, 0.2, 0.2, 0.16, 0.12, 0.1]))
    _add_props(rng, things, count, _girth(main) + 0.1, 0.3)
    view = visible_things(things, camera)
    alone = visible_things(things[:1], camera) == 0
    visible = view == 0
    if not 0.045 <= visible.mean() <= 0.45 or visible.sum() < 0.5 * alone.sum():
        return None
    border = visible.copy()
    border[2:-2, 2:-2] = False
    if border.sum() > 0.16 * visible.sum():
        return None
    others = [(view == i).sum() for i, placed in enumerate(things) if placed.label >= 0 and i > 0]
    if others and max(others) > 0.4 * visible.sum():
        return None
    return Scene(things, any_backdrop(rng), any_light(rng), camera, label, _exposure(rng))


def _compose_simple(rng: np.random.Generator, label: int) -> Scene:
    """The product alone, in the middle."""
    main = _stand(rng, PRODUCTS[_NAMES[label]](rng), label, 1.0, (0.0, 0.0))
    middle, radius = _middle(main)
    return Scene(
        [main], any_backdrop(rng), any_light(rng), _camera(rng, middle, radius, 0.85), label, _exposure(rng)
    )


def _exposure(rng: np.random.Generator) -> float:
    return float(np.exp(rng.normal(0.0, 0.18)))


def take_picture(seed: int, label: int | None = None, *, size: int = 224, samples: int = 2) -> Picture:
    """Composes and renders, without the camera's own faults (see ``effects``).

    Args:
        seed: any whole number; the same seed gives the same picture.
        label: index into ``LABELS`` of what it must show; None leaves that to the seed.
        size: side in pixels.
        samples: further rays a pixel along edges.
    """
    rng = np.random.default_rng((seed, 13))
    if label is None:
        label = LABELS.index(NONE) if rng.random() < _NONE_SHARE else int(rng.integers(len(_NAMES)))
    if LABELS[label] == NONE and rng.random() < _COLLAGE_SHARE:
        return Picture(collage(rng, size), np.zeros((size, size), dtype=bool), label)
    scene = compose(seed, label)
    if size > _LARGE:
        scene = replace(scene, shadow_steps=48)
    pixels, met = render(scene, size, samples=samples)
    main = 0 if LABELS[scene.label] != NONE else -9
    return Picture(pixels, met == main, scene.label)
