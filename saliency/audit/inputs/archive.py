"""Photos out of a ZIP archive, safely.

What an archive says of itself may be wrong, so limits hold for the bytes that come out, not for those that
were announced. Names are checked before anything is written: nothing leaves the folder, no link is made.
"""

from __future__ import annotations

import errno
import lzma
import shutil
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from saliency.audit.inputs.files import FileError
from saliency.errors import SaliencyError
from saliency.photo.reading import MAX_BYTES, SUFFIXES

_STEP = 2**16  # bytes at a time
_SMALL = 2**20  # up to here the ratio says nothing: an even picture packs very well
_FLAGGED = 0x1  # bit of an encrypted member
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    ValueError,
)


@dataclass(frozen=True)
class ArchiveLimits:
    """What an archive may hold.

    Attributes:
        count: Photos in it.
        total: Bytes of all of them, unpacked.
        single: Bytes of one of them, unpacked.
        ratio: How many times larger than packed one may become.
        entries: Entries of any kind.
    """

    count: int = 10_000
    total: int = 20 * 2**30
    single: int = MAX_BYTES
    ratio: float = 100.0
    entries: int = 50_000


def unpack(archive: Path, folder: Path, limits: ArchiveLimits | None = None) -> dict[str, str]:
    """Unpack the photos of a ZIP into a folder that is not there yet; all of them or nothing.

    Files without a picture's ending, hidden ones and macOS's own are left out.

    Args:
        archive: The ZIP.
        folder: Where the photos go, in the archive's own sub-folders.
        limits: What it may hold.

    Returns:
        Photos that were left out, each with the sentence that says why.

    Raises:
        SaliencyError: It is no ZIP, holds no photo, or is not safe to unpack.
    """
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            refused = _unpack(packed, part, limits or ArchiveLimits())
        part.rename(folder)
    except (*_DAMAGED, OSError) as error:
        # an OSError without a number, or of a place before the file's beginning: a broken stream
        if not isinstance(error, OSError) or error.errno in (None, errno.EINVAL):
            what = " is no ZIP archive, or is damaged. Please pack the photos again."
        else:
            what = (
                f" could not be unpacked ({error.strerror or error}). "
                "Please check that it is there and that there is room on the disk."
            )
        raise FileError("“", archive.name, f"”{what}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return refused


def _unpack(packed: zipfile.ZipFile, folder: Path, limits: ArchiveLimits) -> dict[str, str]:
    members = packed.infolist()
    if len(members) > limits.entries:
        raise SaliencyError(f"The ZIP holds more than {limits.entries:,} entries. Please split it.")
    safe = [(member, _safe_name(member)) for member in members if not member.is_dir()]
    photos = [(member, name) for member, name in safe if _is_photo(name)]
    if not photos:
        raise SaliencyError("The ZIP holds no photo. Please pack JPG, PNG, WebP, AVIF or HEIC files.")
    if len(photos) > limits.count:
        raise SaliencyError(
            f"The ZIP holds {len(photos):,} photos; the limit is {limits.count:,}. Please split it."
        )
    folder.mkdir(parents=True)
    refused: dict[str, str] = {}
    names: set[str] = set()
    total = 0
    for member, name in photos:
        file = "/".join(name.parts)
        if file.casefold() in names:
            raise SaliencyError(f"The ZIP holds “{file}” twice. Please rename one of the two.")
        names.add(file.casefold())
        written = _write(packed, member, folder.joinpath(*name.parts), limits, limits.total - total)
        if written is None:
            refused[file] = (
                f"This file is larger than the limit of {limits.single // 2**20} MB. "
                "Please save it smaller, best as JPG."
            )
        total += written or 0
    return refused


def _safe_name(member: zipfile.ZipInfo) -> PurePosixPath:
    """The member's path, if it stays inside the folder and is an ordinary file.

    Raises:
        SaliencyError: It does not, or is none.
    """
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    parts = path.parts
    drive = bool(parts) and ":" in parts[0]
    if not parts or path.is_absolute() or ".." in parts or drive or "\0" in name:
        raise SaliencyError(
            f"The ZIP is not safe to unpack: “{name}” points outside its folder. "
            "Please pack the photos again, from inside their folder."
        )
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise SaliencyError(
            f"The ZIP holds a link or a device, “{name}”. Please pack the photos themselves instead."
        )
    if member.flag_bits & _FLAGGED:
        raise SaliencyError("The ZIP is protected by a password. Please pack the photos without one.")
    return path


def _is_photo(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() in SUFFIXES


def _write(
    packed: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, limits: ArchiveLimits, left: int
) -> int | None:
    """Bytes written of one photo; ``None`` and no file if it alone is too large.

    Raises:
        SaliencyError: It is packed suspiciously well, or too much comes out in all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with packed.open(member) as source, path.open("xb") as file:
        while block := source.read(_STEP):
            count += len(block)
            if count > _SMALL and count > limits.ratio * max(1, member.compress_size):
                raise SaliencyError(
                    f"The ZIP is not safe to unpack: “{member.filename}” grows to more than "
                    f"{limits.ratio:.0f} times its packed size. Please pack the photos again."
                )
            if count > left:
                raise SaliencyError(
                    f"The ZIP's photos are more than {limits.total / 2**20:,.0f} MB together. "
                    "Please split it."
                )
            if count > limits.single:
                break
            file.write(block)
    if count > limits.single:
        path.unlink()
        return None
    return count
