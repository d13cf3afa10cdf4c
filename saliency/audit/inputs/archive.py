"""Photos out of a ZIP archive, safely.

What an archive says of itself may be wrong, so limits hold for the bytes that come out, not for those that
were announced. Names are checked before anything is written: nothing leaves the folder, no link is made.
"""

from __future__ import annotations

import errno
import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from saliency.audit.inputs.archive_members import (
    LeftOutError,
    check_name,
    check_places,
    is_photo,
    safe_name,
)
from saliency.audit.inputs.files import FileError
from saliency.errors import SaliencyError
from saliency.photo.reading import MAX_BYTES

_STEP = 2**16  # bytes at a time
_SMALL = 2**20  # up to here the ratio of a photo says nothing: an even picture packs very well
_TOGETHER = 64 * _SMALL  # the same of all photos together
_ENTRY = b"PK\x01\x02"  # what every entry of a directory begins with
_DIRECTORY = 512  # bytes of an entry of the directory, on average at most
_READ_THROUGH = 128 * _SMALL  # bytes of a ZIP that is read through before it is unpacked
NAMES = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EILSEQ)
"""Errors of the system that are about a file's name, which another file may not have."""

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    EOFError,
    ValueError,
    OverflowError,
)
"""What the reading of an archive raises that is damaged or packed in a way that cannot be read."""


@dataclass(frozen=True)
class ArchiveLimits:
    """What an archive may hold.

    Attributes:
        count: Photos in it.
        total: Bytes of all of them, unpacked.
        single: Bytes of one of them, unpacked.
        ratio: How many times larger than packed one may become.
        entries: Entries of any kind; counted before any of them is looked at.
    """

    count: int = 10_000
    total: int = 20 * 2**30
    single: int = MAX_BYTES
    ratio: float = 100.0
    entries: int = 50_000


class _Bounded:
    """An open archive of which no directory is read that is larger than it may be."""

    def __init__(self, file: IO[bytes], limits: ArchiveLimits) -> None:
        self._file, self._limits = file, limits
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read; a directory is read at once."""
        entries = self._limits.entries
        if size <= max(_STEP, entries * _DIRECTORY):
            data = self._file.read(size)
            if data.count(_ENTRY) <= entries:
                return data
        raise SaliencyError(f"The ZIP holds more than {entries:,} entries. Please split it.")


def opened(file: IO[bytes], limits: ArchiveLimits | None = None) -> zipfile.ZipFile:
    """An archive whose directory was read, if it is of a size that it may have.

    Raises:
        SaliencyError: It has more entries than are allowed.
        Exception: One of :data:`DAMAGED`.
    """
    packed = zipfile.ZipFile(_Bounded(file, limits or ArchiveLimits()))
    if not all(member.filename for member in packed.infolist()):
        raise zipfile.BadZipFile("a member has no name")  # zipfile itself fails on it later
    return packed


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
    limits, part = limits or ArchiveLimits(), folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with _named(archive.name):
            with archive.open("rb") as file, opened(file, limits) as packed:
                refused = _unpack(packed, part, limits)
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return refused


def contents(file: IO[bytes], name: str, limits: ArchiveLimits | None = None) -> tuple[str, ...]:
    """The photos that a ZIP holds, as paths with forward slashes; nothing is written.

    Those of a ZIP that is not very large are read through, so that a damaged one is known at once.

    Args:
        file: The open ZIP.
        name: What people call it.
        limits: What it may hold.

    Raises:
        FileError: It is no ZIP, or damaged.
        SaliencyError: It holds no photo, or is not safe to unpack.
    """
    limits = limits or ArchiveLimits()
    with _named(name):
        file.seek(0)
        with opened(file, limits) as packed:
            photos = _photos(packed, limits)
            if sum(member.compress_size for member, _ in photos) <= _READ_THROUGH:
                left = limits.total
                for member, _ in photos:
                    if member.compress_type != zipfile.ZIP_LZMA:  # left out when it is unpacked
                        left -= _copy(packed, member, _nowhere, limits, left)
    return tuple("/".join(path.parts) for _, path in photos)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What is wrong with the reading of an archive is said by its name."""
    try:
        yield
    except (*DAMAGED, OSError) as error:
        # an OSError without a number, or of a place before the file's beginning: a broken stream
        if not isinstance(error, OSError) or error.errno in (None, errno.EINVAL):
            what = " is no ZIP archive, or is damaged. Please pack the photos again."
        else:
            what = (
                f" could not be unpacked ({error.strerror or error}). "
                "Please check that it is there and that there is room on the disk."
            )
        raise FileError("“", name, f"”{what}") from error


def _photos(packed: zipfile.ZipFile, limits: ArchiveLimits) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The photos in an archive, with their paths.

    Raises:
        SaliencyError: There is none, there are too many, or a place or a name is not safe.
    """
    members = packed.infolist()
    check_places(members, packed.start_dir)
    safe = [(member, safe_name(member)) for member in members if not member.is_dir()]
    photos = [(member, name) for member, name in safe if is_photo(name)]
    if not photos:
        raise SaliencyError("The ZIP holds no photo. Please pack JPG, PNG, WebP, AVIF or HEIC files.")
    if len(photos) > limits.count:
        raise SaliencyError(
            f"The ZIP holds {len(photos):,} photos; the limit is {limits.count:,}. Please split it."
        )
    return photos


def _unpack(packed: zipfile.ZipFile, folder: Path, limits: ArchiveLimits) -> dict[str, str]:
    photos = _photos(packed, limits)
    folder.mkdir(parents=True)
    refused: dict[str, str] = {}
    names: set[str] = set()
    packed_bytes = sum(member.compress_size for member, _ in photos)
    total = 0
    for member, name in photos:
        file = "/".join(name.parts)
        try:
            check_name(member, name, names)
            total += _write(packed, member, folder.joinpath(*name.parts), limits, limits.total - total)
        except LeftOutError as error:
            refused[file] = str(error)
        if total > max(_TOGETHER, limits.ratio * packed_bytes):
            raise SaliencyError(
                f"The ZIP is not safe to unpack: its photos grow to more than {limits.ratio:.0f} times "
                "their packed size. Please pack the photos again."
            )
    if len(refused) == len(photos):
        raise SaliencyError(f"No photo of the ZIP can be used. “{file}”: {refused[file]}")
    return refused


def _write(
    packed: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, limits: ArchiveLimits, left: int
) -> int:
    """Bytes written of one photo.

    Raises:
        LeftOutError: It alone is too large, or has a name that no file can have here; no file is left.
        SaliencyError: It is packed suspiciously well, or too much comes out in all.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("xb")
    except OSError as error:
        if error.errno not in NAMES:
            raise
        if error.errno == errno.ENAMETOOLONG:
            raise LeftOutError("The name of this file is too long. Please rename it.") from error
        raise LeftOutError("A file and a folder have one name. Please rename one of the two.") from error
    with file:
        count = _copy(packed, member, file.write, limits, left)
    if count > limits.single:
        path.unlink()
        raise LeftOutError(
            f"This file is larger than the limit of {limits.single // 2**20} MB. "
            "Please save it smaller, best as JPG."
        )
    return count


def _copy(
    packed: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    write: Callable[[bytes], object],
    limits: ArchiveLimits,
    left: int,
) -> int:
    """Bytes that came out of a member, a few more than a single one may have at most.

    Raises:
        SaliencyError: It is packed suspiciously well, or too much comes out in all.
    """
    count = 0
    with packed.open(member) as source:
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
            write(block)
    return count


def _nowhere(_: bytes) -> None:
    """Lets go of bytes that were only to be read through."""
