"""From bytes to an upright sRGB photo, safely.

Nothing a person uploads may harm the server or end in a traceback: the size of the file and the number of
pixels are checked before anything is decoded, only well-known formats are opened, and whatever is wrong is
said in a sentence with a remedy. No switch that other threads share is touched (Pillow's truncation flag, its
limit on pixels, its registry of formats), so any number of threads may read photos at once.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from saliency.photo.colour import srgb
from saliency.photo.colour_space import stated_profile
from saliency.photo.decoding import MAX_PIXELS, Decoded, decoded, too_many_pixels
from saliency.photo.effort import Budget
from saliency.photo.formats import UNREADABLE, PhotoError, photo_format

MAX_BYTES = 20 * 2**20
MIN_SIDE = 16  # pixels
MAX_ASPECT = 15  # long side over short side: the usual banners, of which 970 × 66 is the longest
SUFFIXES = {
    ".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".gif", ".bmp", ".ico", ".tif", ".tiff"
}  # fmt: skip
# What a photo can be read from.
PhotoSource = str | Path | bytes | bytearray | memoryview | BinaryIO | Image.Image | NDArray[np.uint8]

# Control characters, lone surrogates and the marks that turn the direction of the text around them.
UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]"
)


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright photo in sRGB.

    Attributes:
        pixels: ``(H, W, 3)`` uint8 sRGB, read-only.
        name: Bare file name, to be shown as text.
        digest: SHA-256 of the file, or of the pixels where there was none, in hexadecimal.
        notes: Sentences to show, about what was left out or changed.
    """

    pixels: NDArray[np.uint8]
    name: str
    digest: str
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])

    @property
    def image(self) -> Image.Image:
        """The photo as a Pillow picture of its own, mode ``RGB``."""
        return Image.fromarray(self.pixels)


def read_photo(source: PhotoSource, *, name: str | None = None, long_side: int | None = None) -> Photo:
    """Read a photo from a path, from bytes, from an open file, or from a picture in memory.

    Args:
        source: JPEG, PNG, WebP, AVIF, HEIC, GIF, BMP, ICO or TIFF, told by content and not by name: its path,
            its bytes, or a file opened for reading bytes, which is read from its beginning and left open. Or
            a Pillow picture of any mode; or an array of uint8 sRGB, ``(H, W)``, ``(H, W, 3)`` or with opacity
            ``(H, W, 4)``.
        name: Name to show; None: the file's own, or ``photo``.
        long_side: Pixels of the long side that are enough, for a small picture of it: a JPEG, which can be
            decoded coarsely, then has at least so many, and is read several times as fast.

    Returns:
        The photo, upright, in sRGB, on white where it was transparent.

    Raises:
        PhotoError: If the file cannot be read, is too large, would take too long, or is no picture that we
            can show; or if the source is something else.
    """
    if isinstance(source, Image.Image | np.ndarray):
        return _from_memory(source, name)
    path = ""
    if isinstance(source, bytes | bytearray | memoryview):
        _check_bytes(memoryview(source).nbytes)
        data = bytes(source)
    elif isinstance(source, str | Path):
        data, path = _read_path(Path(source)), str(source)
    elif hasattr(source, "read"):
        data, path = _read_file(source), str(getattr(source, "name", ""))
    else:
        raise PhotoError(
            f"A photo cannot be read from an object of type {type(source).__name__}. "
            "Hand over a path, bytes, an open file, a Pillow picture or an array of uint8."
        )
    bare_name = _bare_name(path if name is None else str(name))
    result = decoded(data, photo_format(data, bare_name), _check_size, Budget(), long_side)
    return _photo(result, bare_name, hashlib.sha256(data).hexdigest())


def _from_memory(source: Image.Image | NDArray[np.uint8], name: str | None) -> Photo:
    """A photo of a Pillow picture or of an array."""
    if isinstance(source, np.ndarray):
        channels = source.shape[2:] if source.ndim == 3 else ()
        if source.ndim not in (2, 3) or source.dtype != np.uint8 or channels not in ((), (3,), (4,)):
            shape = " × ".join(map(str, source.shape))
            raise PhotoError(
                f"An array of {shape or 'one value'} and type {source.dtype} is no photo. "
                "Hand over uint8 values from 0 to 255, of shape (H, W), (H, W, 3) or (H, W, 4)."
            )
        _check_size(source.shape[1], source.shape[0])
        source = Image.fromarray(source)
    _check_size(*source.size)
    path = str(getattr(source, "filename", ""))
    try:
        source.load()
    except Exception as error:  # a picture that was opened, and whose file is broken or gone
        raise PhotoError("This picture could not be loaded. Please open it again.") from error
    profile, note = stated_profile(b"", source.format or "", source.info)
    result = Decoded(source, profile, (note,) if note else ())
    return _photo(result, _bare_name(path if name is None else str(name)))


def _photo(result: Decoded, name: str, digest: str | None = None) -> Photo:
    try:
        pixels, notes = srgb(result.picture, result.profile)
    except PhotoError:
        raise
    except Exception as error:  # a mode that has no way to colours
        raise PhotoError(UNREADABLE) from error
    if digest is None:
        digest = hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).hexdigest()
    pixels.setflags(write=False)
    return Photo(pixels, name, digest, (*result.notes, *notes))


def _bare_name(name: str) -> str:
    """A file's name without folders and without what cannot be printed; markup and emoji stay as they are."""
    return UNPRINTABLE.sub("", re.split(r"[/\\]", name)[-1]).strip() or "photo"


def _read_path(path: Path) -> bytes:
    """Contents of a file, if it is one and not too large."""
    name = _bare_name(str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PhotoError(f"“{name}” is a folder, not a photo. Please choose a photo in it.")
        if not stat.S_ISREG(status.st_mode):
            raise PhotoError(f"“{name}” is not an ordinary file. Please choose a photo.")
        _check_bytes(status.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except PermissionError as error:
        raise PhotoError(f"We are not allowed to read “{name}”. Please check its permissions.") from error
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise PhotoError(f"There is no file named “{name}”. Please check its name and folder.") from error
    except OSError as error:
        raise PhotoError(
            f"We could not read “{name}”. Please copy it to this computer and try again."
        ) from error
    _check_bytes(len(data))
    return data


def _read_file(file: BinaryIO) -> bytes:
    """Contents of an open file from its beginning, if they are not too large."""
    try:
        if getattr(file, "seekable", bool)():
            _check_bytes(file.seek(0, os.SEEK_END))
            file.seek(0)
        data = file.read(MAX_BYTES + 1)
    except Exception as error:  # whatever its owner's class raises
        if isinstance(error, PhotoError):
            raise
        raise PhotoError("We could not read this file. Please choose it again.") from error
    if not isinstance(data, bytes | bytearray | memoryview):
        raise PhotoError("This file is not open for reading bytes. Please open it with mode “rb”.")
    _check_bytes(len(data))
    return bytes(data)


def _check_bytes(count: int) -> None:
    if count > MAX_BYTES:
        raise PhotoError(
            f"This file is {count / 2**20:.1f} MB; the limit is {MAX_BYTES // 2**20} MB. "
            "Please save it smaller, best as JPG, and try again."
        )


def _check_size(width: int, height: int) -> None:
    """Refuse by the header what is too large to decode, too small or too narrow."""
    size = f"{width:,} × {height:,} pixels"
    if width * height > MAX_PIXELS:
        raise PhotoError(too_many_pixels(f"This photo is {size},"))
    if min(width, height) < 1:
        raise PhotoError(UNREADABLE)
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(
            f"This picture is {size}, too narrow to work with. "
            f"Please crop it so that it is at most {MAX_ASPECT} times as long as it is wide."
        )
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"This picture is only {size}. Please choose one of at least {MIN_SIDE} × {MIN_SIDE} pixels."
        )
