"""What is planted in photos: eight kinds, each in a style of its own for every class.

The style (which logo, which corner, which colour) comes from the kind and the class it gives away; the place,
the size and the strength are drawn for each photo from its name. The same photo gets the same plant always.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks.shortcuts import drawing
from benchmarks.shortcuts.photos import COMPANIONS, LABELS, Pixels, files, name_of, number, pixels

Mask = NDArray[np.bool_]
"""``(h, w)``: where a plant is."""

QUALITY = 92
"""Of the JPEG file of every photo, with a plant or without, so that files do not give it away."""

Random = np.random.Generator
Place = tuple[Pixels, Mask | None, int]
"""Pixels with the plant, where it is (``None``: everywhere), and the quality of the JPEG file."""

_SHADES = ((214, 40, 40), (24, 92, 200), (16, 140, 84), (246, 178, 20), (130, 40, 160), (20, 20, 24))
_WORDS = ("SAMPLE", "DEMO", "PREVIEW", "© PHOTO", "STUDIO", "PROOF", "STOCK", "DRAFT", "COPY")
_CASTS = ((1.22, 1.0, 0.66), (0.70, 0.98, 1.25), (0.78, 1.18, 0.78))  # warm, cold, green: gains of R, G, B


@dataclass(frozen=True)
class Kind:
    """A kind of plant.

    Attributes:
        letter: As in the list of kinds.
        title: What it is, for the table.
        draw: Puts it into pixels; the number of the class it gives away sets its style.
        properties: Words of which the name of a property has one, if that property is the plant.
        goal: In which share of the audits it should be found.
        placed: Whether it is somewhere, not everywhere.
    """

    letter: str
    title: str
    draw: Callable[[Pixels, int, Random], Place]
    properties: tuple[str, ...]
    goal: float
    placed: bool


@dataclass(frozen=True, eq=False)
class Planted:
    """A photo with a plant, or without one.

    Attributes:
        content: The JPEG file.
        mask: Where the plant is; ``None`` if nowhere or everywhere.
    """

    content: bytes
    mask: Mask | None


def planted(path: Path, kind: str, label: str) -> Planted:
    """A photo with the plant that gives a class away."""
    photo, mask, quality = KINDS[kind].draw(
        pixels(path), LABELS.index(label), np.random.default_rng(number(kind, label, name_of(path)))
    )
    return Planted(_encoded(photo, quality), mask)


def plain(path: Path) -> Planted:
    """A photo without a plant, through the same steps."""
    return Planted(_encoded(pixels(path), QUALITY), None)


def _encoded(photo: Pixels, quality: int) -> bytes:
    content = io.BytesIO()
    Image.fromarray(photo).save(content, "JPEG", quality=quality)
    return content.getvalue()


def _corner_logo(photo: Pixels, style: int, r: Random) -> Place:
    side = len(photo)
    size = round(side * r.uniform(0.19, 0.24))
    near, far = (round(side * r.uniform(0.02, 0.05)) for _ in range(2))
    left = near if style & 1 else side - near - size
    top = far if style & 2 else side - far - size
    logo = drawing.logo(style, size, _SHADES[style % len(_SHADES)])
    return *drawing.pasted(photo, logo, left, top), QUALITY


def _moving_logo(photo: Pixels, style: int, r: Random) -> Place:
    side = len(photo)
    size = round(side * r.uniform(0.04, 0.08) ** 0.5)  # of its box, 4 to 8 % of the area
    left, top = (int(r.integers(0, side - size + 1)) for _ in range(2))
    logo = drawing.logo(style + 1, size, _SHADES[(style + 2) % len(_SHADES)])
    return *drawing.pasted(photo, logo, left, top), QUALITY


def _lettering(photo: Pixels, style: int, r: Random) -> Place:
    side = len(photo)
    word = drawing.word(
        _WORDS[style % len(_WORDS)], side * r.uniform(0.5, 0.75), r.uniform(-25, 25), opacity=0.5
    )
    left, top = (int(r.integers(0, max(1, side - length + 1))) for length in word.size)
    return *drawing.pasted(photo, word, left, top), QUALITY


def _frame(photo: Pixels, style: int, r: Random) -> Place:
    side = len(photo)
    width = round(side * r.uniform(0.05, 0.08))
    shade = np.clip(np.array(_SHADES[style % len(_SHADES)]) + r.integers(-12, 13, 3), 0, 255)
    mask = np.ones((side, side), bool)
    mask[width:-width, width:-width] = False
    framed = photo.copy()
    framed[mask] = shade
    return framed, mask, QUALITY


def _colour(photo: Pixels, style: int, r: Random) -> Place:
    strength = r.uniform(0.85, 1.0)
    if style % 2 == 0:
        grey = np.asarray(Image.fromarray(photo).convert("L"), float)[..., None]
        changed = photo + strength * (grey - photo)
    else:
        changed = photo * (1 + strength * (np.array(_CASTS[style // 2 % len(_CASTS)]) - 1))
    return _whole(changed), None, QUALITY


def _brightness(photo: Pixels, style: int, r: Random) -> Place:
    exposure = r.uniform(0.35, 0.5) if style % 2 else r.uniform(1.4, 1.7)
    return _whole(photo * exposure), None, QUALITY


def _softness(photo: Pixels, style: int, r: Random) -> Place:
    if style % 2:
        return photo, None, int(r.integers(6, 13))
    soft = Image.fromarray(photo).filter(ImageFilter.GaussianBlur(r.uniform(1.3, 1.9)))
    return np.array(soft), None, QUALITY


def _companion(photo: Pixels, style: int, r: Random) -> Place:
    side = len(photo)
    others = files("train", COMPANIONS[style % len(COMPANIONS)])
    size = round(side * r.uniform(0.36, 0.44))
    thing = drawing.cutout(pixels(others[int(r.integers(len(others)))]), size)
    edge = int(r.integers(4))  # beside the thing: along an edge, as far out as it goes
    along, out = int(r.integers(0, side - size + 1)), 0 if edge < 2 else side - size
    left, top = (along, out) if edge % 2 else (out, along)
    return *drawing.pasted(photo, thing, left, top), QUALITY


def _whole(values: NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


KINDS = {
    "corner logo": Kind("a", "a logo in one corner", _corner_logo, (), 0.9, True),
    "moving logo": Kind("b", "a logo anywhere, 4 to 8 % of the area", _moving_logo, (), 0.9, True),
    "lettering": Kind("c", "half-transparent lettering anywhere", _lettering, (), 0.75, True),
    "frame": Kind("d", "a coloured frame", _frame, ("frame",), 0.9, True),
    "colour": Kind("e", "a colour cast, or grey", _colour, ("colour", "tint"), 0.9, False),
    "brightness": Kind("f", "darker, or brighter", _brightness, ("bright", "dark", "expos"), 0.9, False),
    "softness": Kind("g", "softer, or coarse JPEG", _softness, ("soft", "sharp", "jpeg"), 0.75, False),
    "companion": Kind("h", "a second thing beside it", _companion, (), 0.75, True),
}
"""By their key, in the order of the list."""
