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
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from pillow_heif import HeifImageFile

from saliency.photo.colour import srgb
from saliency.photo.formats import INCOMPLETE, UNREADABLE, PhotoError, cut_short, photo_format

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000
MIN_SIDE = 16  # pixels
MAX_ASPECT = 10  # long side over short side
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".gif", ".bmp", ".tif", ".tiff"}

# Called directly rather than through Image.open, which warns of many pixels before they can be counted here.
OPENERS: dict[str, Callable[[BytesIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "HEIF": HeifImageFile,
}
# Control characters, lone surrogates and the marks that turn the direction of the text around them.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright photo in sRGB.

    Attributes:
        pixels: ``(H, W, 3)`` uint8 sRGB, read-only.
        name: Bare file name, to be shown as text.
        digest: SHA-256 of the file, in hexadecimal.
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


def read_photo(source: str | Path | bytes | BinaryIO, *, name: str | None = None) -> Photo:
    """Read a photo from a path, from bytes or from an open file.

    Args:
        source: JPEG, PNG, WebP, AVIF, HEIC, GIF, BMP or TIFF, told by content and not by name. An open file
            is read from its beginning and left open.
        name: Name to show; None: the file's own, or ``photo``.

    Returns:
        The photo, upright, in sRGB, on white where it was transparent.

    Raises:
        PhotoError: If the file cannot be read, is too large, or is no picture that we can show.
    """
    if isinstance(source, bytes):
        data, path = source, ""
        _check_bytes(len(data))
    elif isinstance(source, str | Path):
        data, path = _read_path(Path(source)), str(source)
    else:
        data, path = _read_file(source), str(getattr(source, "name", ""))
    bare_name = _bare_name(path if name is None else name)
    pixels, notes = _decoded(data, photo_format(data, bare_name))
    pixels.setflags(write=False)
    return Photo(pixels, bare_name, hashlib.sha256(data).hexdigest(), notes)


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
        if file.seekable():
            _check_bytes(file.seek(0, os.SEEK_END))
            file.seek(0)
        data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise PhotoError("We could not read this file. Please choose it again.") from error
    _check_bytes(len(data))
    return data


def _check_bytes(count: int) -> None:
    if count > MAX_BYTES:
        raise PhotoError(
            f"This file is {count / 2**20:.1f} MB; the limit is {MAX_BYTES // 2**20} MB. "
            "Please save it smaller, best as JPG, and try again."
        )


def _decoded(data: bytes, kind: str) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Upright sRGB pixels ``(H, W, 3)`` and the notes on them."""
    try:
        with OPENERS[kind](BytesIO(data)) as picture:
            _check_size(*picture.size)
            several = bool(getattr(picture, "is_animated", False))
            picture.load()
            pixels, notes = srgb(picture)
    except PhotoError:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoError(_too_many("This photo has")) from error
    except Exception as error:  # decoders meet broken bytes with errors of every kind
        incomplete = "truncated" in str(error) or cut_short(data, kind)
        raise PhotoError(INCOMPLETE if incomplete else UNREADABLE) from error
    if several:
        still = kind in ("TIFF", "HEIF")
        first = "This file holds several pictures; only the first is used."
        notes = (first if still else "This picture is animated; only its first frame is used.", *notes)
    return pixels, notes


def _too_many(start: str) -> str:
    limit = MAX_PIXELS // 10**6
    return f"{start} more than {limit} megapixels, which is the limit. Please save it smaller and try again."


def _check_size(width: int, height: int) -> None:
    """Refuse by the header what is too large to decode, too small or too narrow."""
    size = f"{width:,} × {height:,} pixels"
    if width * height > MAX_PIXELS:
        raise PhotoError(_too_many(f"This photo is {size},"))
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(
            f"This picture is {size}, too narrow to work with. "
            f"Please crop it so that it is at most {MAX_ASPECT} times as long as it is wide."
        )
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"This picture is only {size}. Please choose one of at least {MIN_SIDE} × {MIN_SIDE} pixels."
        )
