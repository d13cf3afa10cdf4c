"""What a server that was killed would leave behind: temporary files, and pictures of its memory.

Whatever is unpacked or copied for a moment lies in one folder of the server, where the computer has such
files. It goes when the server ends; where that was killed, when the next one starts.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

PREFIX = "spotlight-server-"
_LOCK = "lock"
_VARIABLE = "TMPDIR"  # where processes that this one starts put theirs


@contextmanager
def none_left() -> Iterator[Path]:
    """For the block, has temporary files lie in a folder of this process, and no memory be written to disk.

    Yields:
        The folder; the computer's own where none can be made.
    """
    _no_memory_on_disk()
    usual, set_before = tempfile.tempdir, os.environ.get(_VARIABLE)
    _tidy(Path(tempfile.gettempdir()))
    try:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    except OSError:  # nothing can be written: what needs to says so
        yield Path(tempfile.gettempdir())
        return
    lock = FileLock(folder / _LOCK, timeout=0)
    lock.acquire()
    tempfile.tempdir = os.environ[_VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = usual
        os.environ.pop(_VARIABLE, None)
        os.environ |= {} if set_before is None else {_VARIABLE: set_before}
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _tidy(parent: Path) -> None:
    """Deletes the folders of servers that are no more; those of others, which may not be touched, stay."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # Timeout, which a server at work makes of it, is one
            others = hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()
            if folder.is_symlink() or others or not (folder / _LOCK).exists():  # one is just being made
                continue
            lock = FileLock(folder / _LOCK, timeout=0)
            lock.acquire()
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)


def _no_memory_on_disk() -> None:
    """A crash writes no core dump: photos would be in it."""
    if sys.platform != "win32":
        import resource

        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
