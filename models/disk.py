"""Whether a folder can be written, and how much room its disk has."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def room(folder: Path) -> tuple[int | None, bool]:
    """Bytes free on the disk of a folder that may not be there yet, and whether it can be written.

    Nothing is left in it. The bytes are None where the disk does not tell.
    """
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(there).free
    except (OSError, StopIteration):
        return None, False
    if there != folder:
        return free, there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
    except OSError:
        return free, False
    return free, True
