"""About how many pictures a service was asked about today, kept beside its model.

So the count is one for the page, the command line and all workers of an audit on this computer, and does not
begin anew with a program. A day ends at midnight UTC.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

KEPT = "asked.json"
"""The file, in the model's folder; its lock is beside it."""

_LONGEST_WAIT = 10.0  # seconds for the lock: a count takes a thousandth
_LARGEST = 1000  # bytes


def day() -> str:
    """Today, as 2026-11-28, in UTC."""
    return datetime.now(UTC).date().isoformat()


class Count:
    """How many pictures were counted today; any number of threads and programs may count.

    Where the file cannot be written, what this program asked is counted alone.
    """

    def __init__(self, folder: Path | None = None, today: Callable[[], str] = day) -> None:
        """Get ready; nothing is written.

        Args:
            folder: Where the count is kept; ``None``: in memory.
            today: What day it is.
        """
        self._path = None if folder is None else folder / KEPT
        self._today, self._lock = today, threading.RLock()
        self._here = (today(), 0)  # what this program knows of, where the file is gone or damaged

    @property
    def asked(self) -> int:
        """How many were counted today."""
        with self._lock:
            today = self._today()
            known = self._here[1] if self._here[0] == today else 0
            return max(known, self._kept(today))

    def add(self, pictures: int, most: int | None) -> int:
        """Counts some more, unless they are too many.

        Args:
            pictures: How many.
            most: How many there may be in a day; ``None``: any number.

        Returns:
            How many there were before them; they were not counted where that and they are more than `most`.
        """
        with self._lock, self._alone():
            before = self.asked
            if most is None or before + pictures <= most:
                self._here = (self._today(), before + pictures)
                self._keep()
            return before

    def _alone(self) -> AbstractContextManager[object]:
        """Other programs wait; none does where no lock can be had."""
        if self._path is None:
            return nullcontext()
        lock = FileLock(self._path.with_name(f".{KEPT}.lock"), timeout=_LONGEST_WAIT)
        try:
            return lock.acquire()
        except (OSError, Timeout, NotImplementedError) as error:
            logging.getLogger(__name__).warning("Pictures are counted for this program alone: %s", error)
            return nullcontext()

    def _kept(self, today: str) -> int:
        """What the file says of today; 0 where it says nothing."""
        try:
            if self._path is None or self._path.stat().st_size > _LARGEST:
                return 0
            content = json.loads(self._path.read_text(encoding="utf-8"))
            asked = content["pictures"] if content["day"] == today else 0
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return 0
        return asked if isinstance(asked, int) and asked > 0 else 0

    def _keep(self) -> None:
        if self._path is None:
            return
        today, asked = self._here
        fresh = self._path.with_name(f".{KEPT}.new")
        try:
            fresh.write_text(json.dumps({"day": today, "pictures": asked}), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            logging.getLogger(__name__).warning("Pictures are counted for this program alone: %s", error)
