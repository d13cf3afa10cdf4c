"""The photos beside the project that shortcuts are planted in: nine classes from one source, all of one size.

Where classes come from several sources their photos differ in size, sharpness and light, which would be
shortcuts of their own that nobody planted.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.real_photos import DATA

Pixels = NDArray[np.uint8]
"""``(h, w, 3)``, sRGB."""

FOLDER = DATA / "everyday"
CLASSES = (
    "cassette_player",
    "chain_saw",
    "church",
    "fish",
    "french_horn",
    "garbage_truck",
    "gas_pump",
    "golf_ball",
    "parachute",
)
COMPANIONS = ("cat", "dog", "shoes", "trousers")
"""Classes that the models do not have, whose things are put beside those of the others."""

LABELS = tuple(name.replace("_", " ") for name in CLASSES)
TRAINED = 150
"""Photos of a class that models are trained on."""

SIDE = 160  # pixels


def here() -> bool:
    """Whether the photos are on this computer."""
    return all((FOLDER / part / name).is_dir() for part in ("train", "val") for name in CLASSES + COMPANIONS)


def files(part: str, name: str) -> list[Path]:
    """The photos of a class in ``train`` or ``val``, in the order of their names."""
    return sorted((FOLDER / part / name).glob("*.jpg"))


def pixels(path: Path) -> Pixels:
    """The square in the middle of a photo, ``(160, 160, 3)``."""
    with Image.open(path) as file:
        photo = file.convert("RGB")
    side = min(photo.size)
    left, top = (photo.width - side) // 2, (photo.height - side) // 2
    square = photo.crop((left, top, left + side, top + side))
    return np.array(square.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def number(*names: object) -> int:
    """A number that names give, the same on every computer: where random numbers start."""
    return int(hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()[:12], 16)


def name_of(path: Path) -> str:
    """What tells a photo from all others: its part, class and file name."""
    return "/".join(path.parts[-3:])
