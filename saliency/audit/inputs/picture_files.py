"""The pictures in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from saliency.errors import SaliencyError
from saliency.photo.reading import SUFFIXES


def pictures_in(folder: Path, *, without: Path | None = None) -> dict[str, int]:
    """Path inside a folder and size of every file with a picture's ending; hidden ones are left out.

    Args:
        folder: The folder; its sub-folders count.
        without: A sub-folder that does not.

    Raises:
        SaliencyError: There is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise SaliencyError(f"There is no folder “{folder}”. Please check its name.")
    skipped = None if without is None else without.resolve()
    found: dict[str, int] = {}
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith((".", "__MACOSX")) and Path(root, name).resolve() != skipped
        )
        for name in files:
            path = Path(root, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                found[path.relative_to(folder).as_posix()] = path.stat().st_size
    if not found:
        raise SaliencyError(f"There is no photo in “{folder}”. Please choose a folder with JPG or PNG files.")
    return dict(sorted(found.items()))
