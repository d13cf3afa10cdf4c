"""Weights files: find them in torch's hub folder, or download, verify and put them there.

A download goes to ``NAME.part`` in the same folder, is resumed from there after a cut or a cancel where the
server can, is compared with the SHA-256 digits in the file's name, and only then takes its final name in
one step. Threads and processes that want the same file wait for the one that is fetching it; the lock of one
that was killed ends with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path

import torch
from filelock import FileLock

from models.catalogue import CatalogueEntry
from models.errors import ModelError
from models.http import (
    CutError,
    NoConnectionError,
    RefusedError,
    ResponseHead,
    StalledError,
    Timeouts,
    TransferError,
    receive,
)
from saliency.progress import Progress

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
_TIMEOUTS = Timeouts()


def weights_folder() -> Path:
    """Where torch's hub keeps weights; follows ``TORCH_HOME``."""
    return Path(torch.hub.get_dir()) / "checkpoints"


def find(entry: CatalogueEntry) -> Path | None:
    """The weights of ``entry`` on this computer, or None. Sends no request."""
    path = weights_folder() / entry.file_name
    return path if path.is_file() else None


def download(
    entry: CatalogueEntry,
    on_progress: Progress | None = None,
    *,
    timeouts: Timeouts = _TIMEOUTS,
    attempts: int = 5,
    pause: float = 0.5,
) -> Path:
    """The weights of ``entry``, fetched if they are not here yet.

    Args:
        entry: What to fetch.
        on_progress: Called with bytes here and bytes in all, about ten times a second; raises to cancel.
            What has arrived by then is kept for the next time.
        timeouts: How long to wait for the server.
        attempts: How often to connect before a download that keeps being cut is given up.
        pause: Seconds between two attempts.

    Raises:
        ModelError: M1 no network, M2 not the published file, M3 not at its source, M4 interrupted, M5 not
            saved.
    """
    target = weights_folder() / entry.file_name
    part = target.with_name(target.name + ".part")
    report = on_progress or (lambda done, total: None)
    if target.is_file():
        return target
    with _turn(part, lambda: report(_size(part), entry.size)):
        if target.is_file():  # another thread or process has fetched it meanwhile
            return target
        with _saving():
            file = part.open("a+b")
        try:
            with file:
                _Download(file, entry, report, timeouts, attempts, pause).run()
        finally:
            if not _size(part):
                part.unlink(missing_ok=True)
        with _saving():
            part.replace(target)
    return target


def is_published(entry: CatalogueEntry, sha256: str) -> bool:
    """Whether ``sha256`` begins with the digits in the file's name (which torchvision's names end in)."""
    match = re.search(r"-([0-9a-f]{8,64})\.\w+$", entry.file_name)
    return match is None or sha256.startswith(match[1])


@dataclass(eq=False)
class _Download:
    """One file on its way: attempts, resumption and verification."""

    file: BufferedRandom
    entry: CatalogueEntry
    report: Progress
    timeouts: Timeouts
    attempts: int
    pause: float
    last_report: float = float("-inf")
    arrived: int = 0  # bytes received by this call

    def run(self) -> None:
        """Complete and verify the file; an earlier part that leads to a wrong file is fetched anew once."""
        continued = self._length() > 0
        self._complete()
        if self._is_published():
            with _saving():
                os.fsync(self.file.fileno())
            return
        self._start_over()
        if not continued:
            raise ModelError(_NOT_THE_PUBLISHED, "M2")
        self.run()

    def _complete(self) -> None:
        for attempt in range(self.attempts):
            if attempt:
                time.sleep(self.pause)
            try:
                return self._receive()
            except StalledError as error:
                raise ModelError(_CUT, "M4") from error
            except TransferError as error:
                cause = error
            if isinstance(cause, NoConnectionError) and not self.arrived:
                raise ModelError(_NO_NETWORK, "M1") from cause
            if isinstance(cause, RefusedError) and cause.status == _RANGE_NOT_SATISFIABLE:
                if self._is_published():
                    return None
                self._start_over()
            elif isinstance(cause, RefusedError) and cause.status < 500:
                raise ModelError(_NOT_FOUND.format(status=cause.status), "M3") from cause
        raise ModelError(_CUT, "M4") from cause

    def _receive(self) -> None:
        done, total = self._length(), None
        with contextlib.closing(receive(self.entry.url, done, self.timeouts)) as pieces:
            for piece in pieces:
                if isinstance(piece, ResponseHead):
                    if piece.offset != done:
                        self._start_over()
                        done = 0
                    total = piece.total
                    _check_space((total or 0) - done)
                else:
                    with _saving():
                        self.file.write(piece)
                    done += len(piece)
                    self.arrived += len(piece)
                if time.monotonic() - self.last_report >= _REPORT_EVERY:
                    self._tell(done, total)
        self._tell(done, total)
        if total is not None and done != total:
            raise CutError(f"{done} of {total} bytes arrived")

    def _tell(self, done: int, total: int | None) -> None:
        self.report(done, total or self.entry.size)
        self.last_report = time.monotonic()

    def _length(self) -> int:
        return self.file.seek(0, os.SEEK_END)

    def _start_over(self) -> None:
        with _saving():
            self.file.truncate(0)

    def _is_published(self) -> bool:
        with _saving():
            self.file.flush()
        self.file.seek(0)
        return is_published(self.entry, hashlib.file_digest(self.file, "sha256").hexdigest())


@contextlib.contextmanager
def _turn(part: Path, waiting: Callable[[], object]) -> Iterator[None]:
    """Only one thread or process at a time is here for the same file; the others wait and say so."""
    lock = FileLock(f"{part}.lock", poll_interval=_REPORT_EVERY)
    with _saving():
        part.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(cancel_check=lambda: bool(waiting()))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes it itself, once nobody holds it
            Path(lock.lock_file).unlink()
        lock.release()


def _check_space(needed: int) -> None:
    if shutil.disk_usage(weights_folder()).free < needed:
        raise ModelError(_NOT_SAVED.format(reason=f"it needs {needed / 1e6:.0f} MB of free space"), "M5")


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
