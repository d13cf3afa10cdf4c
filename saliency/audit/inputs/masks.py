"""Masks: a picture for each photo that says where the thing is, as product teams have them.

White is the area. A mask may be smaller or larger than its photo, as long as it has its proportions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from saliency.audit.inputs.files import picture_sizes
from saliency.errors import SaliencyError
from saliency.names import readable
from saliency.photo.area import Area
from saliency.photo.colour import grey_levels
from saliency.photo.decoding import DEEP, MAX_PIXELS, decoded
from saliency.photo.effort import Budget
from saliency.photo.formats import INCOMPLETE, UNREADABLE, PhotoError, photo_format
from saliency.photo.reading import MAX_BYTES, Photo

PRODUCT = "product"
"""What the area of a mask is called if nothing else is said."""

_PROPORTIONS = 1.02  # how far those of a mask and its photo may be apart, as a ratio
_GREY = 128  # from here on a point is white
_NAMES = "A mask needs the name of its photo, such as mugs/0001.png for mugs/0001.jpg."


def masks_by_photo(files: Iterable[str], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The mask of each photo that has one, and a sentence for each mask that is no photo's.

    A mask belongs to the photo of the same name whatever the ending; where several have that name, to the
    one whose folders' names are the same too.

    Args:
        files: The photos' paths inside the set, with forward slashes.
        folder: Where the masks are; their paths in there are given back.

    Raises:
        SaliencyError: There is no such folder, or no mask in it fits a photo.
    """
    photos: dict[str, list[str]] = defaultdict(list)
    for file in files:
        photos[readable(PurePosixPath(file).stem)].append(file)
    fitting: dict[str, list[str]] = defaultdict(list)
    refused: dict[str, str] = {}
    for mask in picture_sizes(folder):
        photo = _nearest(mask, photos[readable(PurePosixPath(mask).stem)])
        if photo is None:
            refused[mask] = f"No photo, or more than one, fits the mask “{mask}”. {_NAMES}"
        else:
            fitting[photo].append(mask)
    masks = {}
    for photo, several in fitting.items():
        best = _nearest(photo, several)
        if best is not None:
            masks[photo] = best
        for mask in several:
            if mask != best:
                refused[mask] = f"“{photo}” has more than one mask, so “{mask}” is left out."
    if not masks:
        raise SaliencyError(f"No mask in “{folder.name}” fits a photo. {_NAMES}")
    return masks, refused


def mask_area(folder: Path, mask: str, photo: Photo, sha256: str) -> Area:
    """What a mask marks on its photo.

    Args:
        folder: Where the masks are.
        mask: The mask's path in there.
        photo: Its photo.
        sha256: What the mask's bytes have to add up to.

    Raises:
        SaliencyError: It cannot be read, has changed, has other proportions than the photo, or marks nothing
            or almost everything.
    """
    try:
        marked = read_mask(folder / mask, sha256)
        return Area.outline(_scaled(marked, (photo.width, photo.height)), photo)
    except SaliencyError as error:
        raise SaliencyError(f"The mask “{mask}” is left out. {error.message}") from None


def read_mask(path: Path, sha256: str = "") -> NDArray[np.bool_]:
    """What a mask marks, ``(H, W)``: what is at least half white, or not transparent.

    In a picture of two values, 0 and another, the other one is white, however dark.

    Args:
        path: Its file.
        sha256: What its bytes have to add up to; empty for anything.

    Raises:
        SaliencyError: It cannot be read, or its bytes are others.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SaliencyError(f"It is larger than {MAX_BYTES // 2**20} MB. Please save it as PNG.")
        data = path.read_bytes()
    except OSError as error:
        raise SaliencyError(f"It could not be read ({error.strerror}).") from None
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise SaliencyError("It has changed since the audit began.")
    try:
        picture = decoded(data, photo_format(data, path.name), _check_points, Budget()).picture
    except PhotoError as error:
        if error.message in (UNREADABLE, INCOMPLETE):
            raise SaliencyError("It could not be opened. Please save it as PNG.") from error
        raise
    return _marked(ImageOps.exif_transpose(picture))


def _check_points(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise SaliencyError("It has too many points. Please save it at its photo's size.")


def _marked(picture: Image.Image) -> NDArray[np.bool_]:
    """The points of a loaded picture that count as white, ``(H, W)``."""
    if picture.has_transparency_data:
        opaque = np.asarray(picture.convert("RGBA"))[..., 3]
        if opaque.min() < _GREY:
            return np.asarray(opaque >= _GREY)
    deep = picture.mode in DEEP
    values = np.nan_to_num(np.asarray(picture if deep else picture.convert("L"), np.float64))
    low, high = float(values.min()), float(values.max())
    if low == 0 < high and np.isin(values, (low, high)).all():
        return np.asarray(values == high)
    return np.asarray((grey_levels(picture) if deep else values) >= _GREY)


def _scaled(marked: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """A mask ``(h, w)`` at a photo's width and height."""
    height, width = marked.shape
    if (width, height) == size:
        return marked
    ratio = width / height * size[1] / size[0]
    if max(ratio, 1 / ratio) > _PROPORTIONS:
        raise SaliencyError(
            f"It is {width} × {height} points, but the photo {size[0]} × {size[1]}, of other proportions. "
            "Make the mask at its photo's size."
        )
    grey = Image.fromarray(marked.astype(np.uint8) * np.uint8(255))
    return np.asarray(grey.resize(size, Image.Resampling.BILINEAR)) >= _GREY


def _nearest(file: str, candidates: Sequence[str]) -> str | None:
    """The file of the same stem that shares most folders, from the last on; ``None`` of equals."""
    ranked = sorted(((_likeness(file, candidate), candidate) for candidate in candidates), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _likeness(first: str, second: str) -> tuple[int, bool]:
    """How many folders two paths share, from the last on, and whether the whole names are the same."""
    paths = PurePosixPath(readable(first)), PurePosixPath(readable(second))
    pairs = zip(*(reversed(path.parts[:-1]) for path in paths), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)), paths[0].name == paths[1].name
