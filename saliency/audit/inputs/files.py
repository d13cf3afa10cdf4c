"""Files that are handed over: pictures in a folder, whether one is still the same, what is wrong with one."""

from __future__ import annotations

import hashlib
import os
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
        raise SaliencyError(f"There is no folder “{folder}”. Please check its name.")
    skipped = None if without is None else without.resolve()
    sizes: dict[str, int] = {}
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith((".", "__MACOSX")) and Path(root, name).resolve() != skipped
        )
        for name in files:
            path = Path(root, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                sizes[path.relative_to(folder).as_posix()] = path.stat().st_size
    if not sizes:
        raise SaliencyError(f"There is no photo in “{folder}”. Please choose a folder with JPG or PNG files.")
    return dict(sorted(sizes.items()))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; empty for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def file_size(path: Path) -> int | None:
    """Bytes of a file; ``None`` if it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return None


class FileError(SaliencyError):
    """A table or an archive that cannot be used.

    Attributes:
        file: The file's name as it stands in the message.
    """

    def __init__(self, before: str, file: str, after: str) -> None:
        """A message with a file's name in it.

        Args:
            before: What stands before the name.
            file: The name.
            after: What stands behind it.
        """
        super().__init__(f"{before}{file}{after}")
        self.file, self._before, self._after = file, before, after

    def named(self, file: str) -> FileError:
        """This error, with the name that people know the file by."""
        return FileError(self._before, file, self._after)
