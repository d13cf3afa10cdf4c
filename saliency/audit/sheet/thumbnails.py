"""Small pictures of an audit's photos under their maps: made when they are first looked at, kept on disk.

They lie in the audit's folder, a file each, and are deleted with it. None is held in memory.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from PIL import Image

from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.evidence.rows import CoarseMap
from saliency.audit.job import PHOTOS, Job
from saliency.audit.reports.pictures import contrast_picture, with_heat
from saliency.errors import SaliencyError
from saliency.export.outline import outlined
from saliency.photo.area import Area, Box
from saliency.photo.reading import read_photo

THUMBNAILS = "thumbnails"
"""The folder in an audit's folder where they are."""

LONG = 400
"""Pixels of the long side."""

_QUALITY = 82
_AT_ONCE = 4  # pictures made at a time: most of it is decoding, in which threads do not wait for one another


def thumbnail(folder: Path, file: str, number: int | None = None, boxes: Sequence[Box] = ()) -> bytes:
    """A photo as a small JPEG file.

    Args:
        folder: The audit's.
        file: The photo's path in the set.
        number: Its number in the set, to have its map over it; ``None`` for the photo alone.
        boxes: Places that are outlined, as shares of the photo's sides.

    Raises:
        SaliencyError: The photo cannot be read any more.
    """
    kind = "plain" if number is None else "map"
    packed = _once(_path(folder, file, kind), lambda: _made(folder, file, _map(folder, number)))
    if not boxes:
        return packed
    with Image.open(io.BytesIO(packed), formats=("JPEG",)) as picture:
        return _jpeg(outlined(picture.convert("RGB"), Area(tuple(boxes))))


def contrast_thumbnail(folder: Path, file: str, outcome: ContrastOutcome) -> bytes:
    """A photo under the map of its answer rather than another, as a small JPEG file; its place is marked.

    Raises:
        SaliencyError: The photo cannot be read any more.
    """

    def made() -> Image.Image:
        return contrast_picture(read_photo(folder / PHOTOS / file, long_side=LONG), outcome, LONG)

    return _once(_path(folder, file, "contrast"), made)


def make_all(folder: Path, photos: Sequence[tuple[str, int | None]]) -> None:
    """Make those small pictures that are not there yet, several at once; what cannot be read is passed over.

    Args:
        folder: The audit's.
        photos: File and number of each, as for :func:`thumbnail`.
    """
    missing = [
        (file, number)
        for file, number in photos
        if not _path(folder, file, "plain" if number is None else "map").is_file()
    ]
    if not missing:
        return

    try:
        maps = _maps(folder, [number for _, number in missing if number is not None])
    except SaliencyError:  # the audit may have been deleted meanwhile
        return

    def make(photo: tuple[str, int | None]) -> None:
        file, number = photo
        path = _path(folder, file, "plain" if number is None else "map")
        with suppress(SaliencyError, OSError):  # said where the photo is looked at
            _once(path, lambda: _made(folder, file, None if number is None else maps[number]))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(make, missing):
            pass


def _made(folder: Path, file: str, coarse_map: CoarseMap | None) -> Image.Image:
    photo = read_photo(folder / PHOTOS / file, long_side=LONG)
    return with_heat(photo, coarse_map, LONG, quick=True)


def _map(folder: Path, number: int | None) -> CoarseMap | None:
    return None if number is None else _maps(folder, [number])[number]


def _maps(folder: Path, numbers: Sequence[int]) -> dict[int, CoarseMap]:
    """The maps of some photos; the job is opened once for all of them."""
    if not numbers:
        return {}
    with Job(folder, alone=False) as job:
        return {number: job.coarse_map(number) for number in numbers}


def _path(folder: Path, file: str, kind: str) -> Path:
    name = hashlib.sha256(file.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return folder / THUMBNAILS / f"{name}-{kind}.jpg"


def _once(path: Path, made: Callable[[], Image.Image]) -> bytes:
    """A picture that is kept, else made and kept now."""
    packed = _kept(path)
    if packed is None:
        packed = _jpeg(made())
        _keep(path, packed)
    return packed


def _kept(path: Path) -> bytes | None:
    try:
        return path.read_bytes() or None
    except OSError:
        return None


def _keep(path: Path, packed: bytes) -> None:
    """Keeps a file, whole or not at all; without room on the disk it is made anew the next time."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)  # never the audit's folder itself, which may be being deleted
        try:
            part.write_bytes(packed)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _jpeg(picture: Image.Image) -> bytes:
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=_QUALITY)
    return packed.getvalue()
