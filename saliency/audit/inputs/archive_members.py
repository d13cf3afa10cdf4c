"""Which members of a ZIP are photos, and whether their names and places are safe."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePosixPath

from saliency.errors import SaliencyError
from saliency.photo.reading import SUFFIXES

_HEADER = 30  # bytes before a member's name and content, at least
_DEEP = 32  # folders that a photo may lie in
_DRIVE = re.compile("[A-Za-z]:")
_FLAGGED, _UNICODE = 0x1, 0x800  # bits of an encrypted member, and of one whose name is in UTF-8


class LeftOutError(Exception):
    """One photo cannot be unpacked; says why in a sentence."""


def check_places(members: Sequence[zipfile.ZipInfo], directory: int) -> None:
    """Make sure that no two members share bytes.

    Args:
        members: All of them.
        directory: Where the directory begins, behind all of them.
    """
    places = sorted(members, key=lambda member: member.header_offset)
    ends = [m.header_offset + _HEADER + len(m.orig_filename) + m.compress_size for m in places]
    if any(after.header_offset < end for after, end in zip(places[1:], ends, strict=False)):
        raise SaliencyError(
            "The ZIP is not safe to unpack: some of its entries overlap. Please pack the photos again."
        )
    if places and (places[0].header_offset < 0 or ends[-1] > directory):
        raise zipfile.BadZipFile("An entry lies outside the file")


def safe_name(member: zipfile.ZipInfo) -> PurePosixPath:
    """The member's path, if it stays inside the folder and is an ordinary file.

    Raises:
        SaliencyError: It does not, or is none.
    """
    name = _name(member).replace("\\", "/")
    path = PurePosixPath(name)
    parts = path.parts
    if not parts or path.is_absolute() or ".." in parts or _DRIVE.match(name):
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


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; a Mac writes it in UTF-8 and does not say so."""
    if not member.flag_bits & _UNICODE:
        with suppress(UnicodeError):
            return member.filename.encode("cp437").decode("utf-8")
    return member.filename


def is_photo(path: PurePosixPath) -> bool:
    """Whether a member is a photo, by its name, and none that a system has hidden."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() in SUFFIXES


def check_name(member: zipfile.ZipInfo, name: PurePosixPath, names: set[str]) -> None:
    """Note a photo's name among those before it, if none of them is alike on any system.

    Raises:
        LeftOutError: One is, or it is no name for a file.
    """
    alike = unicodedata.normalize("NFC", str(name)).casefold()
    if alike in names:
        raise LeftOutError(f"The ZIP holds “{name}” twice. Please rename one of the two.")
    names.add(alike)
    if len(name.parts) > _DEEP:
        raise LeftOutError(f"This photo lies in more than {_DEEP - 1} folders. Please move it further up.")
    if member.compress_type == zipfile.ZIP_LZMA:  # it may ask for any amount of memory
        raise LeftOutError("It is packed in a way (LZMA) that is not read here. Please pack it as usual.")
    if "\0" in member.orig_filename:
        raise LeftOutError("Its name holds a NUL character. Please rename it.")
