"""The set of photos: what is in a folder, with labels and areas where there are any."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from saliency.audit.tables import Named, read_boxes, read_labels
from saliency.errors import SaliencyError
from saliency.photo import SUFFIXES

FOLDERS = "folders"
"""Instead of a CSV of labels: each photo's label is the name of the folder it is in."""


@dataclass(frozen=True, slots=True)
class Item:
    """A photo of the set.

    Attributes:
        file: Its path inside the set, with forward slashes.
        label: What it shows, if that is known.
        areas: Areas of it that people named.
    """

    file: str
    label: str | None = None
    areas: tuple[Named, ...] = ()

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        areas = [{"name": area.name, "box": list(area.box)} for area in self.areas]
        return {"file": self.file, "label": self.label, "areas": areas}

    @classmethod
    def of(cls, record: dict[str, Any]) -> Item:
        """Back from :meth:`record`."""
        areas = tuple(Named(a["name"], (*a["box"],)) for a in record["areas"])
        return cls(record["file"], record["label"], areas)


@dataclass(frozen=True)
class Source:
    """A set of photos.

    Attributes:
        folder: Where they are.
        items: The photos, in the order of their names.
        digest: SHA-256 of names, sizes, labels and areas: tells whether a set is still the same.
        refused: Photos left out while unpacking, each with its sentence.
    """

    folder: Path
    items: tuple[Item, ...]
    digest: str
    refused: tuple[tuple[str, str], ...] = ()


def gather(
    folder: Path,
    *,
    labels: Path | str | None = None,
    boxes: Path | None = None,
    everywhere: Sequence[Named] = (),
    refused: dict[str, str] | None = None,
    packed: str = "",
) -> Source:
    """The photos of a folder and its sub-folders.

    Args:
        folder: Where they are.
        labels: A CSV with ``file,label``; or ``"folders"``: the folder that a photo is in names its label.
        boxes: A CSV with ``file,x,y,w,h[,name]``.
        everywhere: Areas that all photos have.
        refused: Photos left out already, each with its sentence.
        packed: SHA-256 of the archive they came in, if they did.

    Raises:
        SaliencyError: There is no photo, or a CSV is wrong.
    """
    sizes = _photos(folder)
    find = _finder(sizes)
    if labels == FOLDERS:
        named = {file: PurePosixPath(file).parent.name for file in sizes if "/" in file}
        if not named:
            raise SaliencyError(
                "Labels are to come from sub-folders, but there are none with photos in them. "
                "Put the photos of each class into a folder with its name, or use a CSV."
            )
    else:
        named = {} if labels is None else read_labels(Path(labels), find)
    by_photo = {} if boxes is None else read_boxes(boxes, find)
    items = tuple(
        Item(file, named.get(file), (*_unlike(everywhere, by_photo.get(file, ())), *by_photo.get(file, ())))
        for file in sorted(sizes)
    )
    digest = hashlib.sha256(packed.encode())
    for item in items:
        digest.update(json.dumps([item.record(), sizes[item.file]], sort_keys=True).encode())
    return Source(folder, items, digest.hexdigest(), tuple(sorted((refused or {}).items())))


def _photos(folder: Path) -> dict[str, int]:
    """Path inside the folder and size of every file with a picture's ending; hidden ones are left out."""
    if not folder.is_dir():
        raise SaliencyError(f"There is no folder “{folder}”. Please check its name.")
    found: dict[str, int] = {}
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in files:
            path = Path(root, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                found[path.relative_to(folder).as_posix()] = path.stat().st_size
    if not found:
        raise SaliencyError(f"There is no photo in “{folder}”. Please choose a folder with JPG or PNG files.")
    return found


def _finder(sizes: dict[str, int]) -> Any:
    """Photos by path inside the set or, where only one has it, by bare name."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for file in sizes:
        by_name[PurePosixPath(file).name].append(file)

    def find(name: str) -> str | None:
        path = name.replace("\\", "/").removeprefix("./")
        if path in sizes:
            return path
        same = by_name.get(path, [])
        return same[0] if len(same) == 1 else None

    return find


def _unlike(areas: Sequence[Named], own: Sequence[Named]) -> list[Named]:
    """The set's areas but for those that a photo has one of its own of, by name."""
    names = {area.name for area in own}
    return [area for area in areas if area.name not in names]
