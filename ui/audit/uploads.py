"""Files handed over for an audit: written into its folder safely, and looked into before that."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from saliency.audit.inputs.archive import DAMAGED, NAMES, ArchiveLimits, opened, unpack
from saliency.audit.inputs.files import FileError
from saliency.audit.job import MASKS, PHOTOS
from saliency.errors import SaliencyError
from saliency.photo.reading import MAX_BYTES, SUFFIXES, Photo, read_photo
from ui.widgets.uploader import Upload

TABLES = ["csv", "txt", "tsv"]  # endings of tables; Excel writes its Unicode text as .txt
MOST = 10_000
"""Photos of one audit."""

_STEP = 2**20  # bytes copied at a time
_TRIED = 20  # files looked into for one to draw on

_DRIVE = re.compile("^([A-Za-z]):")


def keep_photos(folder: Path, uploads: Sequence[Upload]) -> tuple[tuple[str, str], ...]:
    """Writes photos, photos with the folders they were in, and ZIPs into an audit's folder.

    Returns:
        Photos that were left out, each with its sentence.

    Raises:
        SaliencyError: There is no photo among them, there are too many, or an archive is not safe.
    """
    photos = folder / PHOTOS
    packed = [upload for upload in uploads if upload.name.lower().endswith(".zip")]
    loose = [upload for upload in uploads if PurePosixPath(upload.name).suffix.lower() in SUFFIXES]
    refused: dict[str, str] = {}
    if len(packed) == 1 and not loose:
        refused = _unpacked(packed[0], photos, folder)
    else:
        photos.mkdir()
        for upload in packed:
            stem = PurePosixPath(safe(upload.name)).stem or "photos"
            for file, sentence in _unpacked(upload, _free(photos / stem), folder).items():
                refused[f"{stem}/{file}"] = sentence
    shared = shared_folder([safe(upload.name) for upload in loose])
    for upload in loose:
        name = safe(upload.name).removeprefix(shared)
        try:
            path = _free(photos / name)
            if not path.resolve().is_relative_to(photos.resolve()):
                raise SaliencyError(f"“{upload.name}” is no name for a photo. Please rename the file.")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError as error:
            if error.errno not in NAMES:
                raise _no_room(upload, error) from error
            refused[name] = "A file cannot have this name here. Please rename it."
            continue
        keep(upload, path)
    count = sum(path.is_file() for path in photos.rglob("*"))
    if count > MOST:
        raise SaliencyError(f"These are {count:,} photos; the limit is {MOST:,}. Please split the set.")
    return tuple(sorted(refused.items()))


def keep_masks(folder: Path, upload: Upload) -> None:
    """Unpacks a ZIP of masks into an audit's folder.

    Raises:
        SaliencyError: It is not safe to unpack, or holds no picture.
    """
    _unpacked(upload, folder / MASKS, folder)


def keep(upload: Upload, path: Path) -> None:
    """Writes a file that was handed over.

    Raises:
        SaliencyError: There is no room for it.
    """
    try:
        upload.seek(0)
        with path.open("wb") as file:
            shutil.copyfileobj(upload, file, _STEP)
    except OSError as error:
        raise _no_room(upload, error) from error


def _no_room(upload: Upload, error: OSError) -> SaliencyError:
    return SaliencyError(
        f"“{upload.name}” could not be kept on this computer ({error.strerror}). "
        "Ask your administrator (code A1).",
        code="A1",
    )


def first_photo(uploads: Sequence[Upload]) -> Photo | None:
    """The first photo that can be read, to draw on."""
    for upload in uploads[:_TRIED]:
        try:
            return read_photo(_bytes_of(upload), name=upload.name)
        except (SaliencyError, *DAMAGED, OSError, RuntimeError, StopIteration):
            continue
    return None


def _bytes_of(upload: Upload) -> bytes:
    if not upload.name.lower().endswith(".zip"):
        return bytes(upload.getvalue())
    with opened(upload) as packed:  # read in place: `getbuffer` would copy all of it
        member = next(
            member
            for member in packed.infolist()
            if PurePosixPath(member.filename).suffix.lower() in SUFFIXES
            and not member.filename.startswith("__MACOSX")
            and member.file_size <= MAX_BYTES
        )
        with packed.open(member) as file:
            return file.read(MAX_BYTES + 1)


def _unpacked(upload: Upload, photos: Path, folder: Path) -> dict[str, str]:
    archive = folder / f"{secrets.token_hex(4)}.zip"
    keep(upload, archive)
    try:
        return unpack(archive, photos, ArchiveLimits(count=MOST))
    except FileError as error:
        raise error.named(upload.name) from error
    finally:
        archive.unlink(missing_ok=True)


def safe(name: str) -> str:
    """A file's name with the folders it was in, that cannot lead outside."""
    text = name.encode("utf-8", "replace").decode().replace("\\", "/").replace("\0", "_")
    parts = _DRIVE.sub(r"\1_", text).split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "photo"


def shared_folder(names: Sequence[str]) -> str:
    """The folder all files were in, which says nothing about any of them; with its slash."""
    first = {name.partition("/")[0] for name in names if "/" in name}
    return f"{first.pop()}/" if len(first) == 1 and all("/" in name for name in names) else ""


def _free(path: Path) -> Path:
    """The path, or with a number behind its name if that is taken."""
    number, free = 2, path
    while free.exists():
        number, free = number + 1, path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
