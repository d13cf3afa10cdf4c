"""The set of photos: what is in a folder, with labels and areas where there are any."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from saliency.audit.inputs.masks import PRODUCT, masks_of
from saliency.audit.inputs.picture_files import pictures_in
from saliency.audit.inputs.tables import NamedArea, read_boxes, read_labels
from saliency.errors import SaliencyError

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
    areas: tuple[NamedArea, ...] = ()

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        return {"file": self.file, "label": self.label, "areas": [area.record() for area in self.areas]}

    @classmethod
    def of(cls, record: dict[str, Any], masks: Path | None = None) -> Item:
        """Back from :meth:`record`.

        Args:
            record: The record.
            masks: Where the masks are, if there are any.
        """
        areas = tuple(NamedArea.of(area, masks) for area in record["areas"])
        return cls(record["file"], record["label"], areas)


@dataclass(frozen=True)
class Source:
    """A set of photos.

    Attributes:
        folder: Where they are.
        items: The photos, in the order of their names.
        digest: SHA-256 of names, sizes, labels and areas: tells whether a set is still the same.
        refused: Photos left out while unpacking and masks that are no photo's, each with its sentence.
        masks: Where the masks are, if there are any.
    """

    folder: Path
    items: tuple[Item, ...]
    digest: str
    refused: tuple[tuple[str, str], ...] = ()
    masks: Path | None = None


def gather(
    folder: Path,
    *,
    labels: Path | str | None = None,
    boxes: Path | None = None,
    everywhere: Sequence[NamedArea] = (),
    masks: Path | None = None,
    mask_name: str = PRODUCT,
    refused: dict[str, str] | None = None,
    packed: str = "",
) -> Source:
    """The photos of a folder and its sub-folders.

    Args:
        folder: Where they are.
        labels: A CSV with ``file,label``; or ``"folders"``: the folder that a photo is in names its label.
        boxes: A CSV with ``file,x,y,w,h[,name]``.
        everywhere: Areas that all photos have.
        masks: A folder with a mask a photo, of the photo's name; it may be inside the photos' folder.
        mask_name: What the masks' areas are called.
        refused: Photos left out already, each with its sentence.
        packed: SHA-256 of the archive they came in, if they did.

    Raises:
        SaliencyError: There is no photo, a CSV is wrong, or no mask fits.
    """
    sizes = pictures_in(folder, without=masks)
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
    left_out = dict(refused or {})
    if masks is not None:
        left_out |= _with_masks(by_photo, sizes, masks, mask_name)
    items = tuple(
        Item(file, named.get(file), (*_unlike(everywhere, by_photo.get(file, ())), *by_photo.get(file, ())))
        for file in sizes
    )
    digest = hashlib.sha256(packed.encode())
    for item in items:
        digest.update(json.dumps([item.record(), sizes[item.file]], sort_keys=True).encode())
    return Source(folder, items, digest.hexdigest(), tuple(sorted(left_out.items())), masks)


def _with_masks(
    by_photo: dict[str, tuple[NamedArea, ...]], files: Iterable[str], folder: Path, name: str
) -> dict[str, str]:
    """Add each photo's mask to its areas; a sentence for each mask that is left out."""
    if not name.strip():
        raise SaliencyError("The masks' area needs a name, such as product.")
    found, refused = masks_of(files, folder)
    for file, mask in found.items():
        own = by_photo.get(file, ())
        if name in {area.name for area in own}:
            raise SaliencyError(
                f"“{file}” has both a box and a mask called “{name}”. Give the masks another name."
            )
        by_photo[file] = (*own, NamedArea(name, mask=mask))
    return refused


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


def _unlike(areas: Sequence[NamedArea], own: Sequence[NamedArea]) -> list[NamedArea]:
    """The set's areas but for those that a photo has one of its own of, by name."""
    names = {area.name for area in own}
    return [area for area in areas if area.name not in names]
