"""Weights files: find them in torch's hub folder, or download, verify and put them there.

A download goes to ``NAME.part`` in the same folder, is resumed from there after a cut or a cancel where the
server can, is compared with the SHA-256 digits in the file's name, and only then takes its final name in
one step. Threads and processes that want the same file wait for the one that is fetching it (on Windows
they do not: fetch ahead there).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from io import BufferedRandom
from pathlib import Path

import torch

from models.catalogue import CatalogueEntry
from models.errors import ModelError
from models.http import (
    CutError,
    NoConnectionError,
    RefusedError,
    StalledError,
    Start,
    Timeouts,
    TransferError,
    received,
)

Progress = Callable[[int, int], None]

_NO_NETWORK = (
    "This model is not on this computer yet and could not be downloaded. "
    "Choose another, or ask your administrator (code M1)."
)
_NOT_THE_PUBLISHED = (
    "The file that arrived is not the one that was published, so it was thrown away. "
    "Try again, or ask your administrator (code M2)."
)
_NOT_FOUND = (
    "This model was not found at its source (answer {status}). "
    "Choose another, or ask your administrator (code M3)."
)
_CUT = "The download of this model was interrupted. Try again: it goes on where it stopped (code M4)."
_NOT_SAVED = "The model could not be saved on this computer: {reason}. Ask your administrator (code M5)."
_REPORT_EVERY = 0.1  # seconds
_RANGE_NOT_SATISFIABLE = 416


def weights_folder() -> Path:
    """Where torch's hub keeps weights; follows ``TORCH_HOME``."""
    return Path(torch.hub.get_dir()) / "checkpoints"


def find(entry: CatalogueEntry) -> Path | None:
    """The weights of ``entry`` on this computer, or None. Sends no request."""
    path = weights_folder() / entry.file_name
    return path if path.is_file() else None


def download(
    entry: CatalogueEntry, on_progress: Progress | None = None, *, limits: Timeouts | None = None
) -> Path:
    """The weights of ``entry``, fetched if they are not here yet.

    Args:
        entry: What to fetch.
        on_progress: Called with bytes here and bytes in all, about ten times a second; raises to cancel.
            What has arrived by then is kept for the next time.
        limits: How long to wait and how often to try.

    Raises:
        ModelError: M1 no network, M2 not the published file, M3 not at its source, M4 interrupted, M5 not
            saved.
    """
    target = weights_folder() / entry.file_name
    part = target.with_name(target.name + ".part")
    expected = int(entry.megabytes * 1e6)
    report = on_progress or _silent
    if target.is_file():
        return target
    with _saving():
        target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(_claim(part, target, lambda: report(_size(part), expected))) as file:
        if target.is_file():  # another thread or process has fetched it meanwhile
            part.unlink(missing_ok=True)
            return target
        try:
            _Download(file, entry, report, limits or Timeouts()).run(part)
        except BaseException:
            if not _size(part):
                part.unlink(missing_ok=True)
            raise
        with _saving():
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":
                file.close()  # an open file cannot be renamed there
            part.replace(target)
    return target


def is_published(entry: CatalogueEntry, sha256: str) -> bool:
    """Whether ``sha256`` begins with the digits in the file's name (which torchvision's names end in)."""
    match = re.search(r"-([0-9a-f]{8,64})\.\w+$", entry.file_name)
    return match is None or sha256.startswith(match[1])


class _Download:
    """One file on its way: attempts, resumption and verification."""

    def __init__(
        self, file: BufferedRandom, entry: CatalogueEntry, report: Progress, limits: Timeouts
    ) -> None:
        self.file, self.entry, self.report, self.limits = file, entry, report, limits
        self.reported = float("-inf")
        self.arrived = 0  # bytes received by this call

    def run(self, part: Path) -> None:
        """Complete and verify the file; an earlier part that leads to a wrong file is fetched anew once."""
        continued = self._length() > 0
        self._complete()
        if not self._verified() and continued:
            self._start_over()
            self._complete()
        if not self._verified():
            part.unlink()
            raise ModelError(_NOT_THE_PUBLISHED, "M2")

    def _complete(self) -> None:
        for attempt in range(self.limits.tries):
            if attempt:
                time.sleep(self.limits.pause)
            try:
                return self._receive()
            except RefusedError as error:
                if error.status == _RANGE_NOT_SATISFIABLE:
                    if self._verified():
                        return None
                    self._start_over()
                elif error.status < 500:
                    raise ModelError(_NOT_FOUND.format(status=error.status), "M3") from error
                cause: TransferError = error
            except NoConnectionError as error:
                if not self.arrived:
                    raise ModelError(_NO_NETWORK, "M1") from error
                cause = error
            except StalledError as error:
                raise ModelError(_CUT, "M4") from error
            except CutError as error:
                cause = error
        raise ModelError(_CUT, "M4") from cause

    def _receive(self) -> None:
        done, total = self._length(), None
        pieces = received(self.entry.url, done, self.limits)
        with contextlib.closing(pieces):
            for piece in pieces:
                if isinstance(piece, Start):
                    if piece.offset != done:
                        self._start_over()
                        done = 0
                    total = piece.total
                    self._check_space((total or 0) - done)
                else:
                    with _saving():
                        self.file.write(piece)
                    done += len(piece)
                    self.arrived += len(piece)
                self._tell(done, total)
        self._tell(done, total, now=True)
        if total is not None and done != total:
            raise CutError(f"{done} of {total} bytes arrived")

    def _tell(self, done: int, total: int | None, now: bool = False) -> None:
        if now or time.monotonic() - self.reported >= _REPORT_EVERY:
            self.report(done, total or int(self.entry.megabytes * 1e6))
            self.reported = time.monotonic()

    def _check_space(self, needed: int) -> None:
        if shutil.disk_usage(weights_folder()).free < needed:
            raise ModelError(_NOT_SAVED.format(reason=f"it needs {needed / 1e6:.0f} MB of free space"), "M5")

    def _length(self) -> int:
        return self.file.seek(0, os.SEEK_END)

    def _start_over(self) -> None:
        with _saving():
            self.file.truncate(0)

    def _verified(self) -> bool:
        self.file.flush()
        self.file.seek(0)
        sha256 = hashlib.file_digest(self.file, "sha256").hexdigest()
        return is_published(self.entry, sha256)


def _claim(part: Path, target: Path, waiting: Callable[[], None]) -> BufferedRandom:
    """The part file, open and locked; waits while another holds it. The lock goes when the file is closed."""
    while True:
        with _saving():
            file = part.open("a+b")
            if _locked(file) and (target.is_file() or _is_at(part, file)):
                return file
            file.close()
        waiting()
        time.sleep(_REPORT_EVERY)


def _locked(file: BufferedRandom) -> bool:
    if sys.platform == "win32":
        return True
    import fcntl  # not there on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, file: BufferedRandom) -> bool:
    """Whether the open file is still the one at ``path``, not one that was moved or removed meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    return False


@contextlib.contextmanager
def _saving() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelError(_NOT_SAVED.format(reason=error.strerror or str(error)), "M5") from error


def _size(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _silent(done: int, total: int) -> None:
    """Report to nobody."""
