"""Rendered pictures of two products, each of which can be taken out of the scene."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from models.showroom.rendering.backdrop import any_backdrop, any_light
from models.showroom.rendering.products import LABELS, NONE, PRODUCTS
from models.showroom.rendering.render import Camera, Scene, render
from models.showroom.rendering.thing import Placed, place

SEED = 7_000_000
_GAP = 0.06  # between the two, in the renderer's units: a mug is about one high
_FILLS = 0.92  # of the picture's half that the two take up
_LEAST = 0.02  # share of the picture that has to be seen of each


@dataclass(frozen=True, eq=False)
class Staged:
    """One scene, rendered whole and without each of its products.

    Attributes:
        seed: What it was drawn from.
        labels: What the two are.
        both: The picture, ``(224, 224, 3)`` uint8, as the next ones.
        second: The same scene with only the second product.
        first: With only the first.
        neither: With none.
        outlines: Of the two as seen in the whole picture, ``(2, 224, 224)`` bool.
    """

    seed: int
    labels: tuple[str, str]
    both: np.ndarray
    second: np.ndarray
    first: np.ndarray
    neither: np.ndarray
    outlines: np.ndarray


def staged(cache: Path, numbers: range, *, alike: bool) -> Iterator[Staged]:
    """Scenes by their number, those kept in a folder read from there; some numbers have none.

    Args:
        cache: Where they are kept.
        numbers: Which ones.
        alike: Whether both products are of one class.
    """
    for number in numbers:
        seed = SEED + 2 * number + alike
        path = cache / f"staged-{seed}.npz"
        if not path.exists():
            cache.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path, **_rendered(seed, alike=alike))
        arrays = np.load(path)
        outlines = arrays["outlines"]
        if outlines.mean((1, 2)).min() >= _LEAST:
            first, second = (LABELS[index] for index in arrays["labels"])
            pictures = [arrays["pictures"][part] for part in range(4)]
            yield Staged(seed, (first, second), *pictures, outlines)


@torch.inference_mode()
def _rendered(seed: int, *, alike: bool) -> dict[str, np.ndarray]:
    """Pictures with both, with the second, the first and neither; outlines; indices of the classes."""
    r = np.random.default_rng((seed, 17))
    names = list(PRODUCTS)
    index = int(r.integers(len(names)))
    other = index if alike else int((index + r.integers(1, len(names))) % len(names))
    things = [_standing(r, names[number]) for number in (index, other)]
    apart = sum(_half_width(thing) for thing in things) + _GAP
    x, lift, z = things[1].at
    things[1] = replace(things[1], at=(x + apart, lift, z + float(r.uniform(-0.2, 0.2))))
    scene = Scene(things, any_backdrop(r), any_light(r), _camera(r, things), index)
    pictures = []
    for shown in (things, things[1:], things[:1], []):
        label = index if shown else LABELS.index(NONE)
        pixels, met = render(replace(scene, things=shown, label=label), samples=1)
        if shown is things:
            outlines = np.stack([met == 0, met == 1])
        pictures.append(pixels)
    return {"pictures": np.stack(pictures), "outlines": outlines, "labels": np.array([index, other])}


def _standing(r: np.random.Generator, name: str) -> Placed:
    thing = PRODUCTS[name](r)
    yaw = r.normal(0, 0.4) if thing.facing else r.uniform(-math.pi, math.pi)
    size = float(r.uniform(0.75, 1.0))
    return place(thing, label=LABELS.index(name), scale=size, at=(0.0, 0.0), yaw=float(yaw))


def _half_width(placed: Placed) -> float:
    corners = placed.corners()
    return float(np.ptp(corners[:, 0])) / 2


def _camera(r: np.random.Generator, things: list[Placed]) -> Camera:
    """Looks at both from the front, a little from above."""
    corners = np.concatenate([thing.corners() for thing in things])
    middle = (corners.min(0) + corners.max(0)) / 2
    radius = float(np.linalg.norm(np.ptp(corners, axis=0)[:2])) / 2
    up, tangent = float(r.uniform(0.2, 0.6)), math.tan(math.radians(r.uniform(14, 24)))
    away = radius / (_FILLS * tangent)
    at = middle + away * np.array([0.0, math.sin(up), math.cos(up)])
    return Camera((float(at[0]), float(at[1]), float(at[2])), tuple(middle.tolist()), tangent)
