"""Weights files: find them in torch's hub folder, or download, verify and put them there.

A download goes to ``NAME.part`` in the same folder, is resumed from there after a cut or a cancel where the
server can, is compared with the SHA-256 digits in the file's name, and only then takes its final name in
one step. Threads and processes that want the same file wait for the one that is fetching it; the lock of one
that was killed ends with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import re
import time
from collections.abc import Callable, Iterator
from io import BufferedRandom
from pathlib import Path

import torch
from filelock import FileLock

from models.catalogue import CatalogueEntry
from models.errors import ModelError
from models.http import (
    Timeouts,
    Transfer,
    TransferError,
    saving,
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
_REPORT_EVERY = 0.1  # seconds, while another is fetching the file
_TIMEOUTS = Timeouts()


def weights_folder() -> Path:
    """Where torch's hub keeps weights; follows ``TORCH_HOME``."""
    return Path(torch.hub.get_dir()) / "checkpoints"


def files_here() -> frozenset[str]:
    """The names of the files with weights on this computer, found in one look. Sends no request."""
    folder = weights_folder()
    paths = folder.iterdir() if folder.is_dir() else ()
    return frozenset(path.name for path in paths if path.is_file())


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
        with saving():
            file = part.open("a+b")
        try:
            with file:
                _Download(file, entry, report, timeouts).run(attempts, pause)
        finally:
            if not _size(part):
                part.unlink(missing_ok=True)
        with saving():
            part.replace(target)
    return target


def is_published(entry: CatalogueEntry, sha256: str) -> bool:
    """Whether ``sha256`` begins with the digits in the file's name (which torchvision's names end in)."""
    match = re.search(r"-([0-9a-f]{8,64})\.\w+$", entry.file_name)
    return match is None or sha256.startswith(match[1])


class _Download:
    """One weights file on its way: attempts, resumption and verification."""

    def __init__(
        self, file: BufferedRandom, entry: CatalogueEntry, report: Progress, timeouts: Timeouts
    ) -> None:
        self.file, self.entry, self.report, self.timeouts = file, entry, report, timeouts

    def run(self, attempts: int, pause: float) -> None:
        """Complete and verify the file; an earlier part that leads to a wrong file is fetched anew once."""
        continued = self.file.seek(0, os.SEEK_END) > 0
        self._complete(attempts, pause)
        with saving():
            if self._is_published():
                return os.fsync(self.file.fileno())
            self.file.truncate(0)
        if not continued:
            raise ModelError(_NOT_THE_PUBLISHED, code="M2")
        return self.run(attempts, pause)

    def _complete(self, attempts: int, pause: float) -> None:
        arrived = False
        for attempt in range(attempts):
            if attempt:
                time.sleep(pause)
            transfer = Transfer(self.entry.url, self.file, self.timeouts)
            try:
                return transfer.run(self.report, self.entry.size)
            except TransferError as error:
                cause, arrived = error, arrived or transfer.arrived
            if cause.kind == "unreachable" and not arrived:
                raise ModelError(_NO_NETWORK, code="M1") from cause
            if cause.kind == "stalled":
                break
            if cause.status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                if self._is_published():
                    return None
                self.file.truncate(0)
            elif cause.kind == "refused" and cause.status < 500:
                raise ModelError(_NOT_FOUND.format(status=cause.status), code="M3") from cause
        raise ModelError(_CUT, code="M4") from cause

    def _is_published(self) -> bool:
        self.file.flush()
        self.file.seek(0)
        return is_published(self.entry, hashlib.file_digest(self.file, "sha256").hexdigest())


@contextlib.contextmanager
def _turn(part: Path, waiting: Callable[[], object]) -> Iterator[None]:
    """Only one thread or process at a time is here for the same file; the others wait and say so."""
    lock = FileLock(f"{part}.lock", poll_interval=_REPORT_EVERY)
    with saving():
        part.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(cancel_check=lambda: bool(waiting()))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes it itself, once nobody holds it
            Path(lock.lock_file).unlink()
        lock.release()


def _size(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_size
    return 0
