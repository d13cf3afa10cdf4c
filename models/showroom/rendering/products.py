"""The ten products, and the answer for everything else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.showroom.rendering.furnishings import chair, clock, lamp
from models.showroom.rendering.gadgets import headphones, laptop, umbrella
from models.showroom.rendering.thing import Thing
from models.showroom.rendering.vessels import bottle, mug, potted_plant, teapot

PRODUCTS: dict[str, Callable[[np.random.Generator], Thing]] = {
    "mug": mug,
    "bottle": bottle,
    "lamp": lamp,
    "chair": chair,
    "clock": clock,
    "headphones": headphones,
    "laptop": laptop,
    "potted plant": potted_plant,
    "teapot": teapot,
    "umbrella": umbrella,
}
NONE = "none of these"
LABELS: tuple[str, ...] = (*PRODUCTS, NONE)
