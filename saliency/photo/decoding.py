"""From a photo's bytes to a loaded picture of any mode, on a budget of time and memory."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import BinaryIO

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from pillow_heif import HeifImageFile

from saliency.errors import SaliencyError
from saliency.photo.boxes import largest_area
from saliency.photo.colour_space import stated_profile
from saliency.photo.deep_tiff import inverted, read_deep_tiff
from saliency.photo.effort import MORE_SECONDS, Budget, MeteredFile, check_structure, exif_fits
from saliency.photo.formats import INCOMPLETE, UNREADABLE, PhotoError, cut_short
from saliency.photo.tags import Directory, directory

MAX_PIXELS = 50_000_000
MAX_PART_PIXELS = 64_000_000  # of any picture in a HEIC, such as another one's opacity; codecs fill up edges
DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")  # modes of more than 8 bits a channel
SEVERAL = "This file holds several pictures; only the first is used."
ANIMATED = "This picture is animated; only its first frame is used."
_RLE_READS = 10_000_000  # a BMP of runs is read in steps of two bytes; the clock stops it
_EXIF_TEXT = "Raw profile type exif"
_LONGEST_EXIF_TEXT = 4 * 2**20


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """A JPEG whose EXIF block is left alone while it is opened; it is read when it has been checked."""

    def _read_dpi_from_exif(self) -> None:
        pass


# Called directly rather than through Image.open, which warns of many pixels before they can be counted here.
_OPENERS: dict[str, Callable[[BinaryIO], ImageFile.ImageFile]] = {
    "JPEG": _Jpeg,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "ICO": IcoImagePlugin.IcoImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "HEIF": HeifImageFile,
}


@dataclass(frozen=True, eq=False)
class Decoded:
    """A loaded picture.

    Attributes:
        picture: In any of Pillow's modes; ``getexif`` says how it is turned.
        profile: ICC profile of its colours; ``None`` for sRGB.
        notes: Sentences about what was left out or changed.
    """

    picture: Image.Image
    profile: bytes | None = None
    notes: tuple[str, ...] = ()


def decoded(
    data: bytes,
    kind: str,
    check_size: Callable[[int, int], None],
    budget: Budget,
    long_side: int | None = None,
) -> Decoded:
    """Decode a photo's first picture.

    Args:
        data: The whole file.
        kind: Its format, as :func:`~saliency.photo.formats.photo_format` gives it.
        check_size: Told width and height before anything is decoded; raises what it refuses.
        budget: What decoding may cost.
        long_side: Pixels of the long side that are enough: of a JPEG, no finer detail need be decoded.

    Raises:
        PhotoError: It cannot be read, or would take too long.
    """
    try:
        if kind == "ICO":
            data, kind = _largest_icon(data)
        check_structure(data, kind)
        return _loaded(data, kind, check_size, budget, long_side)
    except SaliencyError:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoError(too_many_pixels("This photo has")) from error
    except Exception as error:  # decoders meet broken bytes with errors of every kind
        incomplete = "truncated" in str(error) or cut_short(data, kind)
        raise PhotoError(INCOMPLETE if incomplete else UNREADABLE) from error


def too_many_pixels(start: str) -> str:
    """The sentence about a photo of too many pixels."""
    limit = MAX_PIXELS // 10**6
    return f"{start} more than {limit} megapixels, which is the limit. Please save it smaller and try again."


def _loaded(
    data: bytes, kind: str, check_size: Callable[[int, int], None], budget: Budget, long_side: int | None
) -> Decoded:
    tags = directory(data) if kind == "TIFF" else None
    if tags is not None:
        check_size(tags.whole(256), tags.whole(257))
        deep = read_deep_tiff(tags, budget.check)
        if deep is not None:
            return Decoded(deep[0], stated_profile(data, kind, deep[0].info)[0], deep[1])
        data = _for_pillow(data, tags)
    if kind == "BMP" and data[30:34] in (struct.pack("<I", 1), struct.pack("<I", 2)):
        budget.allow(reads=_RLE_READS)
    with _OPENERS[kind](MeteredFile(data, budget)) as picture:
        check_size(*picture.size)
        if kind == "HEIF" and largest_area(data) > MAX_PART_PIXELS:
            raise PhotoError(too_many_pixels("This photo holds a picture of"))
        _drop_costly_exif(picture)
        several = bool(getattr(picture, "is_animated", False))
        if kind == "JPEG":
            budget.allow(seconds=MORE_SECONDS)
            if long_side is not None:  # decoded at 1/2, 1/4 or 1/8, never smaller than that
                share = long_side / max(picture.size)
                picture.draft(None, (ceil(share * picture.width), ceil(share * picture.height)))
        picture.load()
        profile, note = stated_profile(data, kind, picture.info)
        opaque = _without_empty_alpha(picture) if kind in ("BMP", "ICO") else picture
        if tags is not None:
            opaque = _with_black_as_zero(opaque, tags)
    notes = (SEVERAL if kind in ("TIFF", "HEIF") else ANIMATED,) if several else ()
    return Decoded(opaque, profile, (*notes, *([note] if note else [])))


def _drop_costly_exif(picture: Image.Image) -> None:
    """Leave out an EXIF block that would take long to read; the picture itself may be in order."""
    exif = picture.info.get("exif", b"")
    if not isinstance(exif, bytes) or not exif_fits(exif):
        del picture.info["exif"]
    if len(picture.info.get(_EXIF_TEXT, "")) > _LONGEST_EXIF_TEXT:
        del picture.info[_EXIF_TEXT]


def _without_empty_alpha(picture: Image.Image) -> Image.Image:
    """A bitmap as it is meant: where its opacity is nowhere more than 0, nobody filled it in."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (0, 0):
        return picture.convert("RGB")
    return picture


def _with_black_as_zero(picture: Image.Image, tags: Directory) -> Image.Image:
    """A TIFF of deep values that Pillow has unpacked, with its bytes in order and larger values brighter."""
    mixed = tags.order == ">" and picture.mode in ("I", "F") and tags.whole(259, 1) != 1
    white_is_zero = tags.whole(262, 1) == 0
    if picture.mode not in DEEP or not (mixed or white_is_zero):
        return picture
    values = np.asarray(picture)
    if mixed:  # libtiff has turned the bytes, and Pillow turns them once more
        values = values.astype(np.int16) if tags.whole(258) == 16 else values
        values = values.byteswap()
    elif picture.mode.startswith("I;16"):
        values = values.astype(np.uint16)
    values = inverted(values) if white_is_zero else values
    turned = Image.fromarray(values if values.dtype == np.uint16 else values.astype(np.float32))
    turned.info.update(picture.info)
    return turned


def _for_pillow(data: bytes, tags: Directory) -> bytes:
    """A TIFF in a form that Pillow opens: big-endian deep grey values only where black is zero."""
    meaning = tags.tags.get(262)
    if meaning is None or tags.order == "<" or tags.whole(262) != 0 or tags.whole(258) <= 8:
        return data
    value = struct.pack(">H" if meaning.kind == 3 else ">I", 1)
    return data[: meaning.offset] + value + data[meaning.offset + len(value) :]


def _largest_icon(data: bytes) -> tuple[bytes, str]:
    """The largest picture of a Windows icon, as a PNG or as an icon with this picture alone.

    Raises:
        ValueError: It is damaged.
    """
    (count,) = struct.unpack_from("<H", data, 4)
    entries = [data[6 + 16 * index : 22 + 16 * index] for index in range(count)]
    entry = max(entries, key=lambda e: (e[0] or 256, e[1] or 256, e[6]))
    size, offset = struct.unpack_from("<II", entry, 8)
    content = data[offset : offset + size]
    if len(content) < size:
        raise ValueError("truncated")
    if content.startswith(b"\x89PNG"):
        return content, "PNG"
    if struct.unpack_from("<ii", content, 4) != (entry[0] or 256, 2 * (entry[1] or 256)):
        raise ValueError("the picture's size is not the icon's")
    return b"\0\0\1\0\1\0" + entry[:12] + struct.pack("<I", 22) + content, "ICO"
