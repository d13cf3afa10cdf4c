"""Files that are handed over: pictures in a folder, whether one is still the same, what is wrong with one."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from saliency.errors import SaliencyError
from saliency.photo.reading import SUFFIXES


def picture_sizes(folder: Path, *, without: Path | None = None) -> dict[str, int]:
    """Size in bytes of every file with a picture's ending, by its path inside a folder; no hidden ones.

    Args:
        folder: The folder; its sub-folders count.
        without: A sub-folder that does not.

    Raises:
        SaliencyError: There is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise FileError("There is no folder “", str(folder), "”. Please check its name.")
    skipped = None if without is None else os.path.realpath(without)
    sizes: dict[str, int] = {}
    folders = [folder]
    while folders:  # os.walk calls itself, and so ends in folders nested a thousand deep
        for entry in _entries(folders.pop()):
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                left_out = skipped and os.path.realpath(path) == skipped
                if not entry.name.startswith((".", "__MACOSX")) and not left_out:
                    folders.append(path)
            elif path.suffix.lower() in SUFFIXES and not entry.name.startswith("."):
                size = file_size(path)
                if size is not None:
                    sizes[path.relative_to(folder).as_posix()] = size
    if not sizes:
        raise FileError(
            "There is no photo in “", str(folder), "”. Please choose a folder with JPG or PNG files."
        )
    return dict(sorted(sizes.items()))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing, if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; empty for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def file_size(path: Path) -> int | None:
    """Bytes of an ordinary file; ``None`` if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


class FileError(SaliencyError):
    """A table, an archive or a folder that cannot be used.

    Attributes:
        file: The file's name as it stands in the message.
    """

    def __init__(self, before: str, file: str, after: str, code: str = "") -> None:
        """A message with a file's name in it.

        Args:
            before: What stands before the name.
            file: The name.
            after: What stands behind it.
            code: A short code to quote; empty where none helps.
        """
        super().__init__(f"{before}{file}{after}", code)
        self.file, self._before, self._after = file, before, after

    def named(self, file: str) -> FileError:
        """This error, with the name that people know the file by."""
        return FileError(self._before, file, self._after, self.code)


def disk_remedy(error: OSError) -> str:
    """What the system says of a file or folder that cannot be used, and what to do about it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "there is no room left on its disk. Free some room, and try again."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "it cannot be written to. Make it writable, or choose another folder."
    return f"{error.strerror or error}. Check its disk, or choose another folder."
