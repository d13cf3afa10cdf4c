"""What opening a photo may cost, so that no file can hold up the others.

Most files are made by cameras and programs; some are made so that a few kilobytes take minutes to open. Where
a decoder does not come back in between, what makes it slow is counted before it begins: scans of a JPEG,
strips and tiles of a TIFF, pictures in an AVIF, bytes that a directory claims. Everything else is stopped by
a clock that is looked at whenever a decoder reads on. It counts this thread's own computing time, so a busy
machine refuses nothing that an idle one would read.
"""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Iterator
from io import BytesIO

from saliency.photo.av1 import coded_pixels
from saliency.photo.boxes import claimed_bytes, coded_parts, overlaid_pixels
from saliency.photo.formats import PhotoError
from saliency.photo.tags import Directory, directory

SECONDS = 2.0  # of computing, to decode
MORE_SECONDS = 3.0  # for the pixels of a JPEG: those scans are counted, and a slow computer may take its time
MAX_READS = 200_000  # pieces that a file is read in; a photo takes hundreds
MAX_SCANNED = 1_000_000_000  # pixels of a JPEG times its scans: 20 scans at 50 megapixels, 80 at 12
MAX_SCANS = 1000
MAX_BLOCKS = 65_536  # strips or tiles of a TIFF
MAX_BLOCK_BYTES = 400 * 2**20  # of all of them together, unpacked, with what lies beyond the edge
MAX_CODED = 120_000_000  # pixels of an AVIF, or of a HEIC's overlays, of all parts together
MAX_CLAIMED = 16 * 2**20  # bytes that parts of an AVIF or HEIC may share, beyond twice its size
MAX_PROFILE = 4 * 2**20  # bytes of a colour profile; those of printers take 3 MB at most
COSTLY = (
    "This file is built in a way that would take too long to open. "
    "Please open it in a picture program, save it anew as JPG or PNG, and try again."
)
_SMALL, _OFTEN = 512, 32  # of reads of so few bytes, one in so many looks at the clock
_FEW_SCANS = 20  # as many as any picture may have; the usual progressive JPEG has 10
_ARITHMETIC = 20  # times as slow as the usual coding
_EXIF_BLOCKS = 50  # looked at; an AVIF has one
_BLOCK_TAGS = (273, 279, 324, 325)
_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]")
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


class Budget:
    """Computing time of one photo, from now on.

    Args:
        seconds: Of this thread's computing time.
        reads: Pieces that may be read.
    """

    def __init__(self, seconds: float = SECONDS, reads: int = MAX_READS) -> None:
        """Start the clock."""
        self._end, self._reads = time.thread_time() + seconds, reads

    def allow(self, *, seconds: float = 0.0, reads: int = 0) -> None:
        """Allow more of either."""
        self._end += seconds
        self._reads += reads

    def check(self) -> None:
        """Count one step.

        Raises:
            PhotoError: The budget is spent.
        """
        self.count()
        if time.thread_time() > self._end:
            raise PhotoError(COSTLY)

    def count(self) -> int:
        """Count one step without a look at the clock; what is left of them.

        Raises:
            PhotoError: There were too many.
        """
        self._reads -= 1
        if self._reads < 0:
            raise PhotoError(COSTLY)
        return self._reads


class MeteredFile(BytesIO):
    """A file in memory that stops its reader once a budget is spent."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        """The file ``data``, read on a budget."""
        super().__init__(data)
        self._budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        """As of every file.

        Raises:
            PhotoError: The budget is spent.
        """
        if size is None or not 0 <= size <= _SMALL or not self._budget.count() % _OFTEN:
            self._budget.check()
        return BytesIO.read(self, size)


def check_structure(data: bytes, kind: str) -> None:
    """Refuse a file whose build makes its decoder slow.

    Args:
        data: The whole file.
        kind: Its format, as :func:`~saliency.photo.formats.photo_format` gives it.

    Raises:
        PhotoError: It would take too long, or too much memory.
    """
    if kind == "JPEG":
        fits = _jpeg_fits(data)
    elif kind == "TIFF":
        tags = directory(data)
        fits = tags is None or _tiff_fits(data, tags)
    elif kind in ("AVIF", "HEIF") and claimed_bytes(data) > 2 * len(data) + MAX_CLAIMED:
        fits = False
    elif kind == "AVIF":
        fits = all(exif_fits(data[start:]) for start in _exif_starts(data))
        fits = fits and coded_pixels(coded_parts(data, b"av01")) <= MAX_CODED
    elif kind == "HEIF":
        fits = overlaid_pixels(data) <= MAX_CODED
    else:
        fits = True
    if not fits:
        raise PhotoError(COSTLY)


def exif_fits(exif: bytes) -> bool:
    """Whether the first directory of an EXIF block claims no more than a few times what it takes."""
    tags = directory(exif)
    return tags is None or _claim_fits(tags, len(exif))


def _claim_fits(tags: Directory, size: int) -> bool:
    return tags.complete and tags.claimed <= 2 * size + 2**20


def _exif_starts(data: bytes) -> Iterator[int]:
    """Where EXIF blocks may begin, of either byte order: the first few places."""
    for mark in (b"II*\0", b"MM\0*"):
        at = -1
        for _ in range(_EXIF_BLOCKS):
            at = data.find(mark, at + 1)
            if at < 0:
                break
            yield at


def _jpeg_fits(data: bytes) -> bool:
    """Whether a JPEG's scans, each of which visits every pixel, are few enough."""
    scan = data.find(b"\xff\xda")
    if (
        data.count(b"\xff\xda") <= _FEW_SCANS
        and b"\xff\xc9" not in data[:scan]
        and b"\xff\xca" not in data[:scan]
    ):
        return True
    pixels, weight, scans = 0, 1, 0
    at = 2
    while (marker := _MARKER.search(data, at)) is not None:
        letter, at = data[marker.start() + 1], marker.end()
        if letter in (0xD8, 0x01):
            continue
        if letter == 0xD9:
            break
        if _FRAME.match(marker[0]) and len(data) >= at + 7:
            height, width = struct.unpack_from(">HH", data, at + 3)
            pixels, weight = max(pixels, height * width), _ARITHMETIC if letter > 0xC8 else weight
        scans += letter == 0xDA
        if scans > MAX_SCANS or scans * pixels * weight > MAX_SCANNED:
            return False
        at += int.from_bytes(data[at : at + 2], "big")
    return True


def _tiff_fits(data: bytes, tags: Directory) -> bool:
    """Whether a TIFF's strips or tiles are few enough, and none is far larger than the picture."""
    width, height = tags.whole(256), tags.whole(257)
    if not _claim_fits(tags, len(data)) or min(width, height) < 1:
        return False
    if any(tags.tags[number].count > MAX_BLOCKS for number in _BLOCK_TAGS if number in tags.tags):
        return False
    tiled = 324 in tags.tags
    across = tags.whole(322) if tiled else width
    down = tags.whole(323) if tiled else min(tags.whole(278) or height, height)
    if min(across, down) < 1:
        return False
    blocks = -(-width // across) * -(-height // down)
    samples = tags.whole(277, 1)
    planes = samples if tags.whole(284, 1) == 2 else 1
    size = blocks * across * down * samples * max(8, *tags.values(258)) / 8
    if blocks * planes > MAX_BLOCKS or size > MAX_BLOCK_BYTES:
        return False
    jpeg = tags.whole(259, 1) in (6, 7)
    return not jpeg or data.count(b"\xff\xda") * across * down <= MAX_SCANNED
