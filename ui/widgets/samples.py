"""The sample photos of the built-in model: read once, shared by everybody."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

import models
from saliency.photo.area import Box
from saliency.photo.reading import Photo, read_photo

FOLDER = Path(models.__file__).parent / "showroom" / "samples"
THUMBNAIL = 168  # side in pixels: twice what is shown, for sharp screens


@dataclass(frozen=True, eq=False)
class Sample:
    """A sample photo.

    Attributes:
        key: Its name in links.
        title: A few words.
        sentence: What makes it interesting.
        label: What it shows, as the model calls it.
        mask: File name of the picture that marks the product; empty where there is none.
        badge: Left, top, width and height, in shares of the photo, of a badge in it, if there is one.
        photo: The photo, ready to be given to a model.
        thumbnail: A small square of it, as a data address.
    """

    key: str
    title: str
    sentence: str
    label: str
    mask: str
    badge: Box | None
    photo: Photo
    thumbnail: str


@st.cache_resource(show_spinner=False)
def samples() -> dict[str, Sample]:
    """All samples by key, in the order in which they are shown."""
    entries = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
    return {sample.key: sample for sample in map(_sample, entries)}


@st.cache_resource(show_spinner=False)
def outline(photo: str, mask: str, size: tuple[int, int]) -> NDArray[np.bool_] | None:
    """Where the product is in a sample, ``(H, W)``; None where there is none.

    Args:
        photo: The photo's fingerprint.
        mask: File name of the picture that marks the product.
        size: Width and height of the photo.
    """
    with Image.open(FOLDER / mask) as picture:
        marked = np.asarray(picture.convert("L").resize(size)) > 127
    return marked if marked.any() else None


def outline_of(sample: Sample) -> NDArray[np.bool_] | None:
    """Where the product is in a sample, ``(H, W)`` of the photo's own size; None where that is not known."""
    size = (sample.photo.width, sample.photo.height)
    return outline(sample.photo.digest, sample.mask, size) if sample.mask else None


def thumbnail(photo: Photo) -> str:
    """A small centre square of a photo as a data address."""
    side = min(photo.width, photo.height)
    left, top = (photo.width - side) // 2, (photo.height - side) // 2
    small = photo.image.resize(
        (THUMBNAIL, THUMBNAIL),
        Image.Resampling.LANCZOS,
        box=(left, top, left + side, top + side),
        reducing_gap=2.0,
    )
    packed = io.BytesIO()
    small.save(packed, format="JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(packed.getvalue()).decode("ascii")


def _sample(entry: dict[str, Any]) -> Sample:
    path = FOLDER / entry["file"]
    badge = entry.get("badge")
    photo = read_photo(path)
    return Sample(
        key=path.stem,
        title=entry["title"],
        sentence=entry.get("sentence", ""),
        label=entry.get("label", ""),
        mask=entry.get("mask") or "",
        badge=tuple(badge) if badge else None,
        photo=photo,
        thumbnail=thumbnail(photo),
    )
