"""The sample photos of the built-in models: read once, shared by everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

import models
from models.sources.package import installed_file
from saliency.photo.area import Box
from saliency.photo.reading import Photo, read_photo
from ui.widgets.pictures import data_address, jpeg

FOLDER = Path(models.__file__).parent / "showroom" / "samples"
PHOTOGRAPHS = Path(models.__file__).parent / "everyday" / "samples.json"  # in packages that pip installs
THUMBNAIL = 168  # side in pixels: twice what is shown, for sharp screens


@dataclass(frozen=True, eq=False)
class Sample:
    """A sample photo.

    Attributes:
        key: Its name in links.
        title: A few words.
        sentence: What makes it interesting.
        label: What it shows, as the model calls it.
        model: The key of the model it is made for.
        credit: Who took it, and under which licence; empty for pictures of our own.
        mask: File name of the picture that marks the product; empty where there is none.
        badge: Left, top, width and height, in shares of the photo, of a badge in it, if there is one.
        photo: The photo, ready to be given to a model.
    """

    key: str
    title: str
    sentence: str
    label: str
    model: str
    credit: str
    mask: str
    badge: Box | None
    photo: Photo

    @cached_property
    def thumbnail(self) -> str:
        """A small square of the photo, as a data address."""
        return thumbnail(self.photo)

    @cached_property
    def outline(self) -> NDArray[np.bool_] | None:
        """Where the product is, ``(H, W)`` of the photo's own size; None where that is not known."""
        if not self.mask:
            return None
        with Image.open(FOLDER / self.mask) as picture:
            marked = np.asarray(picture.convert("L").resize((self.photo.width, self.photo.height))) > 127
        return marked if marked.any() else None


@st.cache_resource(show_spinner=False)
def samples() -> dict[str, Sample]:
    """All samples by key, in the order in which they are shown."""
    rendered = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
    photographs = json.loads(PHOTOGRAPHS.read_text(encoding="utf-8")) if PHOTOGRAPHS.is_file() else []
    found = ((entry, installed_file(entry["package"], entry["file"])) for entry in photographs)
    all_samples = [
        *(_sample(entry, models.EVERYDAY, path) for entry, path in found if path is not None),
        *(_sample(entry, models.SHOWROOM, FOLDER / entry["file"]) for entry in rendered),
    ]
    return {sample.key: sample for sample in all_samples}


def is_sample(photo: Photo) -> bool:
    """Whether a photo is one of the samples; a file of one's own is not, whatever is in it."""
    return any(sample.photo is photo for sample in samples().values())


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
    return data_address(jpeg(small, quality=85))


def _sample(entry: dict[str, Any], model: str, path: Path) -> Sample:
    badge = entry.get("badge")
    return Sample(
        key=entry.get("key") or path.stem,
        title=entry["title"],
        sentence=entry.get("sentence", ""),
        label=entry.get("label", ""),
        model=model,
        credit=entry.get("credit", ""),
        mask=entry.get("mask") or "",
        badge=tuple(badge) if badge else None,
        photo=read_photo(path),
    )
