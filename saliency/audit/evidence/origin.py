"""Where a photo comes from, as far as its file and its edge tell: format, JPEG tables, camera, background."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saliency.photo.formats import PhotoError, photo_format
from saliency.photo.tags import directory

HEAD = 2**18
"""Bytes from a file's beginning that are read; what is looked for stands before the picture itself."""

_MAKE, _MODEL = 271, 272  # EXIF 2.32, 4.6.4
_LONGEST = 60  # characters of a camera's name
_EDGE = 0.04  # width of the edge that counts as background, a share of the side
_POINTS = 64  # along a side
_ALIKE, _MOST = 12, 0.9  # how far a colour may be from the usual one, of 255, for what share of the edge
_WHITE, _BLACK, _GREY = 235, 25, 16


@dataclass(frozen=True, slots=True)
class PhotoOrigin:
    """What tells photos of one source from those of another; each empty where it is not known.

    Attributes:
        form: The file's format.
        tables: Of a JPEG, what tells its quantisation tables from others: how strongly it was compressed.
        camera: Maker and model, as the camera wrote them.
        background: ``white``, ``black``, ``grey`` or ``one colour``, where the photo's edge is plain.
    """

    form: str = ""
    tables: str = ""
    camera: str = ""
    background: str = ""


def photo_origin(head: bytes, pixels: NDArray[np.uint8]) -> PhotoOrigin:
    """Where a photo comes from.

    Args:
        head: The first :data:`HEAD` bytes of its file.
        pixels: The photo, ``(H, W, 3)`` uint8.
    """
    try:
        form = photo_format(head)
    except PhotoError:
        form = ""
    tables, camera = _jpeg(head) if form == "JPEG" else ("", "")
    return PhotoOrigin(form, tables, camera, background(pixels))


def background(pixels: NDArray[np.uint8]) -> str:
    """In a word, what colour a photo's edge has all around; empty where it is not plain."""
    height, width = pixels.shape[:2]
    rows = np.linspace(0, height - 1, min(_POINTS, height)).astype(int)
    columns = np.linspace(0, width - 1, min(_POINTS, width)).astype(int)
    part = pixels[np.ix_(rows, columns)].astype(np.int16)
    deep, wide = (max(1, round(_EDGE * side)) for side in part.shape[:2])
    edge = np.concatenate(
        [
            side.reshape(-1, 3)
            for side in (part[:deep], part[-deep:], part[deep:-deep, :wide], part[deep:-deep, -wide:])
        ]
    )
    usual = np.median(edge, axis=0)
    if (np.abs(edge - usual).max(1) <= _ALIKE).mean() < _MOST:
        return ""
    if usual.min() >= _WHITE:
        return "white"
    if usual.max() <= _BLACK:
        return "black"
    return "grey" if usual.max() - usual.min() <= _GREY else "one colour"


def _jpeg(head: bytes) -> tuple[str, str]:
    """What tells a JPEG's tables from others, and its camera."""
    tables, camera, at = hashlib.sha256(), "", 2
    found = False
    while at + 4 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xDA:  # the picture itself
            break
        size = int.from_bytes(head[at + 2 : at + 4], "big")
        content = head[at + 4 : at + 2 + size]
        if marker == 0xDB:
            tables.update(content)
            found = True
        elif marker == 0xE1 and content.startswith(b"Exif\0\0") and not camera:
            camera = _camera(content)
        at += 2 + max(2, size)
    return tables.hexdigest()[:8] if found else "", camera


def _camera(exif: bytes) -> str:
    tags = directory(exif)
    if tags is None:
        return ""
    names = []
    for number in (_MAKE, _MODEL):
        tag = tags.tags.get(number)
        if tag is not None and tag.kind == 2:
            text = tags.data[tag.offset : tag.offset + min(tag.count, _LONGEST)]
            name = text.split(b"\0")[0].decode("ascii", "replace").strip()
            if name and name.isprintable():
                names.append(name)
    if len(names) == 2 and names[1].casefold().startswith(names[0].casefold()):
        del names[0]
    return " ".join(names)
