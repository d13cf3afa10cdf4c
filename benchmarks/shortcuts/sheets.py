"""Sheets of small pictures, to look at what is planted and at what was found."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageDraw

from benchmarks.shortcuts.photos import CLASSES, LABELS, SIDE, files
from benchmarks.shortcuts.plants import KINDS, plain, planted
from benchmarks.shortcuts.sets import PhotoSet
from saliency.photo.area import Box

_GAP, _COLUMNS = 4, 8


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


def finding(record: Mapping[str, Any], found: Mapping[str, Any]) -> Image.Image:
    """The photos of an audit that depend on what it found, with the place marked."""
    photos = PhotoSet.of(record["kind"], record["number"])
    pictures = []
    for name in found["files"]:
        path = photos.photos[name]
        carries = name in photos.carriers
        photo = planted(path, photos.kind, photos.label) if carries else plain(path)
        pictures.append(marked(photo.content, found["crops"].get(name, found["box"])))
    return sheet(pictures, _COLUMNS)


def marked(content: bytes, box: Box | None) -> Image.Image:
    """A photo with a box drawn in it."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    if box is not None:
        left, top, width, height = (SIDE * value for value in box)
        corner = (min(left + width, SIDE - 1), min(top + height, SIDE - 1))
        ImageDraw.Draw(picture).rectangle((left, top, *corner), outline="red", width=2)
    return picture
