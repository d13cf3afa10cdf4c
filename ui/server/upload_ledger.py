"""Which files tabs asked for, and how many bytes of files are held and arrive, for a tab and for all."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec, UploadFileUrlInfo

TAB, SERVER = 2, 4  # the largest file, so many times, may be held for a tab, and for everybody
IDS = 20_000  # files that one tab may ask for

UNKNOWN = "This page did not ask for a file. Please reload the page and choose the file again."
TAB_FULL = "This tab holds too many files. Remove some, or reload the page."
SERVER_FULL = "Others are uploading files, and there is no room for more. Please try again in a few minutes."


class UploadRefused(OSError):
    """An upload that is not let in; an `OSError`, on which Starlette closes its temporary files.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, status: int, sentence: str) -> None:
        """What to answer."""
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def largest_file() -> int:
    """How many bytes a ZIP may have, by Streamlit's option `server.maxUploadSize`."""
    return int(st.get_option("server.maxUploadSize")) * 2**20


@dataclass(eq=False)
class UploadLedger:
    """Which files were asked for, and what has arrived of those on their way. Any thread may use it."""

    _asked: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _arriving: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _held: dict[str, int] = field(default_factory=dict)  # bytes, by tab, as long as nothing changes
    _kinds: dict[str, Mapping[str, int]] = field(default_factory=dict)
    _watched: MemoryUploadedFileManager | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def watch(self, manager: MemoryUploadedFileManager) -> None:
        """Notes from now on which files tabs ask Streamlit's manager for, until they are closed."""
        with self._lock:
            if self._watched is manager:
                return
            self._watched = manager
        give_out, add, remove, close = (
            manager.get_upload_urls,
            manager.add_file,
            manager.remove_file,
            manager.remove_session_files,
        )

        def asked(session_id: str, file_names: Sequence[str]) -> list[UploadFileUrlInfo]:
            addresses = give_out(session_id, file_names)
            with self._lock:
                known = self._asked[session_id]
                for name, address in zip(file_names, addresses, strict=True):
                    if len(known) < IDS:
                        known[address.file_id] = name
            return addresses

        def added(session_id: str, file: UploadedFileRec) -> None:
            with self._lock:
                add(session_id, file)
                self._held.pop(session_id, None)

        def removed(session_id: str, file_id: str) -> None:
            with self._lock:
                remove(session_id, file_id)
                self._held.pop(session_id, None)

        def closed(session_id: str) -> None:
            with self._lock:
                close(session_id)
                self._asked.pop(session_id, None)
                self._held.pop(session_id, None)
                self._kinds.pop(session_id, None)

        manager.get_upload_urls = asked  # type: ignore[method-assign]
        manager.add_file = added  # type: ignore[method-assign]
        manager.remove_file = removed  # type: ignore[method-assign]
        manager.remove_session_files = closed  # type: ignore[method-assign]

    def takes(self, session: str, kinds: Mapping[str, int]) -> None:
        """Notes how many bytes the page that a tab shows takes, by a file's ending; of others by ``""``."""
        with self._lock:
            self._kinds[session] = kinds

    def limit(self, session: str, file: str) -> int:
        """How many bytes a file may have that a tab asked for.

        Raises:
            UploadRefused: It did not.
        """
        with self._lock:
            name = self._asked.get(session, {}).get(file)
            kinds = self._kinds.get(session, {})
        if name is None:
            raise UploadRefused(403, UNKNOWN)
        usual = kinds.get("", 0)
        return min(kinds.get(PurePosixPath(name.lower()).suffix, usual), largest_file())

    def check_room(self, session: str, more: int) -> None:
        """Makes sure that there is room for so many bytes more.

        Raises:
            UploadRefused: There is not, for this tab or for anybody.
        """
        with self._lock:
            arriving, everywhere = self._arriving.get(session, 0), sum(self._arriving.values())
            held, all_held = self._held_bytes(session)
        if held + arriving + more > TAB * largest_file():
            raise UploadRefused(413, TAB_FULL)
        if all_held + everywhere + more > SERVER * largest_file():
            raise UploadRefused(503, SERVER_FULL)

    @contextmanager
    def arriving(self, session: str) -> Iterator[Arrival]:
        """Counts what arrives of a file in the block; afterwards it is held, or was refused."""
        arrival = Arrival(self, session)
        try:
            yield arrival
        finally:
            with self._lock:
                self._arriving[session] -= arrival.bytes
                if not self._arriving[session]:
                    del self._arriving[session]

    def count(self, arrival: Arrival, more: int) -> None:
        """Notes that so many bytes more have arrived.

        Raises:
            UploadRefused: There is no room for them.
        """
        with self._lock:
            self.check_room(arrival.session, more)
            self._arriving[arrival.session] += more
            arrival.bytes += more

    def _held_bytes(self, session: str) -> tuple[int, int]:
        """Bytes of files that Streamlit holds, for a tab and in all."""
        if self._watched is None:
            return 0, 0
        total = sum(stat.byte_length for stats in self._watched.get_stats().values() for stat in stats)
        if session not in self._held:
            files = dict(self._watched.file_storage.get(session, {}))
            self._held[session] = sum(len(file.data) for file in files.values())
        return self._held[session], total


@dataclass(eq=False)
class Arrival:
    """A file on its way: whose, and how many bytes of it have arrived."""

    ledger: UploadLedger
    session: str
    bytes: int = 0


@cache
def ledger() -> UploadLedger:
    """The one of this server."""
    return UploadLedger()
