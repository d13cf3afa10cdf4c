"""Masks: a picture for each photo that says where the thing is, as product teams have them.

White is the area. A mask may be smaller or larger than its photo, as long as it has its proportions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from saliency.audit.inputs.picture_files import pictures_in
from saliency.errors import SaliencyError
from saliency.photo.area import Area
from saliency.photo.formats import photo_format
from saliency.photo.reading import MAX_BYTES, MAX_PIXELS, OPENERS, Photo

PRODUCT = "product"
"""What the area of a mask is called if nothing else is said."""

_SAME = 0.02  # proportions nearer to each other than this are the same
_GREY = 128  # from here on a point is white


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask's file.

    Attributes:
        folder: Where the masks are.
        file: Its path in there, with forward slashes.
        sha256: Of its bytes, in hexadecimal.
    """

    folder: Path
    file: str
    sha256: str

    def area(self, photo: Photo) -> Area:
        """What it marks on its photo.

        Raises:
            SaliencyError: It cannot be read, has changed, has other proportions than the photo, or marks
                nothing or almost everything.
        """
        try:
            marked = read_mask(self.folder / self.file, self.sha256)
            return Area.outline(_scaled(marked, (photo.width, photo.height)), photo)
        except SaliencyError as error:
            raise SaliencyError(f"The mask “{self.file}” is left out. {error.message}") from None


def masks_of(files: Iterable[str], folder: Path) -> tuple[dict[str, Mask], dict[str, str]]:
    """The mask of each photo that has one, and a sentence for each mask that is no photo's.

    A mask belongs to the photo of the same name whatever the ending; where several have that name, to the
    one whose folders' names are the same too.

    Args:
        files: The photos' paths inside the set, with forward slashes.
        folder: Where the masks are.

    Raises:
        SaliencyError: There is no such folder, or no mask in it fits a photo.
    """
    names = pictures_in(folder)
    photos: dict[str, list[str]] = defaultdict(list)
    for file in files:
        photos[PurePosixPath(file).stem].append(file)
    wanted: dict[str, list[str]] = defaultdict(list)
    refused: dict[str, str] = {}
    for name in names:
        photo = _nearest(name, photos[PurePosixPath(name).stem])
        if photo is None:
            refused[name] = f"No photo, or more than one, fits the mask “{name}”. {_NAMES}"
        else:
            wanted[photo].append(name)
    found = {}
    for photo, several in wanted.items():
        best = _nearest(photo, several)
        others = [name for name in several if name != best]
        refused |= {name: f"“{photo}” has more than one mask, so “{name}” is left out." for name in others}
        if best is not None:
            found[photo] = Mask(folder, best, _digest(folder / best))
    if not found:
        raise SaliencyError(f"No mask in “{folder.name}” fits a photo. {_NAMES}")
    return found, refused


_NAMES = "A mask needs the name of its photo, such as mugs/0001.png for mugs/0001.jpg."


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
    kind = photo_format(data, path.name)
    try:
        with OPENERS[kind](BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise SaliencyError("It has too many points. Please save it at its photo's size.")
            picture.load()
            return _marked(ImageOps.exif_transpose(picture))
    except SaliencyError:
        raise
    except Exception as error:  # decoders meet broken bytes with errors of every kind
        raise SaliencyError("It could not be opened. Please save it as PNG.") from error


def _marked(picture: Image.Image) -> NDArray[np.bool_]:
    """The points of a loaded picture that count as white, ``(H, W)``."""
    if picture.has_transparency_data:
        opaque = np.asarray(picture.convert("RGBA"))[..., 3]
        if opaque.min() < _GREY:
            return np.asarray(opaque >= _GREY)
    if picture.mode.startswith(("I", "F")):  # 16 bits and more
        values = np.asarray(picture, np.float64)
        half = _GREY / 256 * (2.0**16 if values.max() > 1 else 1.0)
    else:
        values, half = np.asarray(picture.convert("L"), np.float64), float(_GREY)
    low, high = float(values.min()), float(values.max())
    if low == 0 < high and np.isin(values, (low, high)).all():
        half = high
    return np.asarray(values >= half)


def _scaled(marked: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """A mask ``(h, w)`` at a photo's width and height."""
    height, width = marked.shape
    if (width, height) == size:
        return marked
    ratio = width / height * size[1] / size[0]
    if max(ratio, 1 / ratio) > 1 + _SAME:
        raise SaliencyError(
            f"It is {width} × {height} points, but the photo {size[0]} × {size[1]}, of other proportions. "
            "Make the mask at its photo's size."
        )
    grey = Image.fromarray(marked.astype(np.uint8) * np.uint8(255))
    return np.asarray(grey.resize(size, Image.Resampling.BILINEAR)) >= _GREY


def _nearest(name: str, others: Sequence[str]) -> str | None:
    """Of files with the same stem, the one with most of the folders, from the last on; ``None`` of equals."""
    ranked = sorted(((_alike(name, other), other) for other in others), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _alike(one: str, other: str) -> tuple[int, bool]:
    """How many folders two paths share, from the last on, and whether the whole names are the same."""
    first, second = PurePosixPath(one), PurePosixPath(other)
    count = 0
    for ours, theirs in zip(reversed(first.parts[:-1]), reversed(second.parts[:-1]), strict=False):
        if ours != theirs:
            break
        count += 1
    return count, first.name == second.name


def _digest(path: Path) -> str:
    """SHA-256 of a file; empty of one that cannot be read, which is said of its photo later."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
