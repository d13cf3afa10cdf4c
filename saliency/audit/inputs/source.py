"""The set of photos: what is in a folder, with labels and areas where there are any."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from saliency.audit.inputs.areas import NamedArea, NamedMask
from saliency.audit.inputs.files import picture_sizes, sha256_of
from saliency.audit.inputs.masks import PRODUCT, masks_by_photo
from saliency.audit.inputs.names import Find, name_finder
from saliency.audit.inputs.tables import read_boxes, read_labels
from saliency.audit.json_types import as_json
from saliency.errors import SaliencyError
from saliency.names import readable

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
    refused: Mapping[str, str] | None = None,
    packed: str = "",
) -> Source:
    """The photos of a folder and its sub-folders.

    Args:
        folder: Where they are.
        labels: A CSV with ``file,label``; or ``"folders"``: the folder that a photo is in names its label.
            For a model of tags or of a number, see :func:`~saliency.audit.inputs.true_answers.true_answers`.
        boxes: A CSV with ``file,x,y,w,h[,name]``.
        everywhere: Areas that all photos have; a photo's own area of the same name goes before.
        masks: A folder with a mask a photo, of the photo's name; it may be inside the photos' folder.
        mask_name: What the masks' areas are called.
        refused: Photos left out already, each with its sentence.
        packed: SHA-256 of the archive they came in, if they did.

    Raises:
        SaliencyError: There is no photo, a CSV is wrong, or no mask fits.
    """
    sizes = picture_sizes(folder, without=masks)
    find = name_finder(sizes)
    label_of = _labels(labels, sizes, find)
    areas_of = {} if boxes is None else read_boxes(boxes, find)
    left_out = dict(refused or {})
    if masks is not None:
        left_out |= _add_masks(areas_of, sizes, masks, mask_name)
    items = []
    for file in sizes:
        own = areas_of.get(file, ())
        names = {area.name for area in own}
        shared = (area for area in everywhere if area.name not in names)
        items.append(Item(file, label_of.get(file), (*shared, *own)))
    digest = hashlib.sha256(packed.encode())
    for item in items:
        digest.update(json.dumps([as_json(item), sizes[item.file]], sort_keys=True).encode())
    return Source(folder, tuple(items), digest.hexdigest(), tuple(sorted(left_out.items())), masks)


def _labels(labels: Path | str | None, sizes: Mapping[str, int], find: Find) -> dict[str, str]:
    if labels is None:
        return {}
    if labels != FOLDERS:
        return read_labels(Path(labels), find)
    by_folder = {file: readable(PurePosixPath(file).parent.name) for file in sizes if "/" in file}
    if not by_folder:
        raise SaliencyError(
            "Labels are to come from sub-folders, but there are none with photos in them. "
            "Put the photos of each class into a folder with its name, or use a CSV."
        )
    return by_folder


def _add_masks(
    areas_of: dict[str, tuple[NamedArea, ...]], sizes: Mapping[str, int], folder: Path, name: str
) -> dict[str, str]:
    """Add each photo's mask to its areas; a sentence for each mask that is left out."""
    if not name.strip():
        raise SaliencyError("The masks' area needs a name, such as product.")
    masks, refused = masks_by_photo(sizes, folder)
    for file, mask in masks.items():
        own = areas_of.get(file, ())
        if name in {area.name for area in own}:
            raise SaliencyError(
                f"“{file}” has both a box and a mask called “{name}”. Give the masks another name."
            )
        areas_of[file] = (*own, NamedMask(name, mask, sha256_of(folder / mask)))
    return refused
