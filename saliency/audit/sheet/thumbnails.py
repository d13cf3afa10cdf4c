"""Small pictures of an audit's photos under their maps: made when they are first looked at, kept on disk.

They lie in the audit's folder, a file each, and are deleted with it. None is held in memory.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image

from saliency.audit.job import PHOTOS, Job
from saliency.audit.reports.pictures import LONG, with_heat
from saliency.export.outline import outlined
from saliency.photo.area import Area, Box
from saliency.photo.reading import read_photo

THUMBNAILS = "thumbnails"
"""The folder in an audit's folder where they are."""

_QUALITY = 82
_FINE = 2 * LONG  # pixels of the long side that a photo is read with: what is lost is not seen


def thumbnail(folder: Path, file: str, number: int | None = None, boxes: Sequence[Box] = ()) -> bytes:
    """A photo as a small JPEG file, 480 pixels along its long side.

    Args:
        folder: The audit's.
        file: The photo's path in the set.
        number: Its number in the set, to have its map over it; ``None`` for the photo alone.
        boxes: Places that are outlined, as shares of the photo's sides.

    Raises:
        SaliencyError: The photo cannot be read any more.
    """
    path = _path(folder, file, with_map=number is not None)
    packed = _kept(path)
    if packed is None:
        packed = _jpeg(_made(folder, file, number))
        _keep(path, packed)
    if not boxes:
        return packed
    with Image.open(io.BytesIO(packed), formats=("JPEG",)) as picture:
        return _jpeg(outlined(picture.convert("RGB"), Area(tuple(boxes))))


def _made(folder: Path, file: str, number: int | None) -> Image.Image:
    photo = read_photo(folder / PHOTOS / file, long_side=_FINE)
    if number is None:
        return with_heat(photo, None)
    with Job(folder, alone=False) as job:
        return with_heat(photo, job.coarse_map(number))


def _path(folder: Path, file: str, *, with_map: bool) -> Path:
    name = hashlib.sha256(file.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return folder / THUMBNAILS / f"{name}{'' if with_map else '-plain'}.jpg"


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
