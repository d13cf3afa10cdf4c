"""Sheets of small pictures, to look at what is planted and at what was found."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks.shortcuts.photos import CLASSES, LABELS, SIDE, files
from benchmarks.shortcuts.plants import KINDS, planted
from saliency.photo.area import Box

_GAP = 4


def sheet(pictures: Sequence[Image.Image], columns: int) -> Image.Image:
    """Pictures of one size in rows."""
    step = SIDE + _GAP
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * step, rows * step), "white")
    for place, picture in enumerate(pictures):
        whole.paste(picture, (place % columns * step, place // columns * step))
    return whole


def plants(each: int = 1) -> Image.Image:
    """Every kind a row, for every class ``each`` photos with the plant that gives it away."""
    pictures = [
        Image.open(io.BytesIO(planted(path, kind, label).content))
        for kind in KINDS
        for name, label in zip(CLASSES, LABELS, strict=True)
        for path in files("val", name)[:each]
    ]
    return sheet(pictures, each * len(CLASSES))


def marked(photo: Path, box: Box | None) -> Image.Image:
    """A photo with a box drawn on it."""
    with Image.open(photo) as file:
        picture = file.convert("RGB").resize((SIDE, SIDE))
    if box is not None:
        left, top, width, height = (SIDE * value for value in box)
        ImageDraw.Draw(picture).rectangle(
            (left, top, min(left + width, SIDE - 1), min(top + height, SIDE - 1)), outline="red", width=2
        )
    return picture
