"""One request whose answer is written into a file, and that can always be given up.

A thread of its own resolves the name, connects, reads and writes, so that no hanging name server, swallowed
connection or stalled sender can hold the caller for longer than the timeouts say. The caller gets a turn
every tenth of a second. Proxies are taken from the environment, as urllib does.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import Literal

from models.errors import ModelError
from saliency.progress import Progress

_CHUNK = 2**18  # bytes
_TICK = 0.1  # seconds
_NOT_SAVED = "The model could not be saved on this computer: {reason}. Ask your administrator (code M5)."


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds.

    Attributes:
        connect: From the start to an open connection, name resolution and encryption included.
        read: Without a byte on an open connection.
    """

    connect: float = 4.0
    read: float = 15.0


class TransferError(Exception):
    """A request failed.

    Attributes:
        kind: The server was not reached, stopped sending, broke off, or answered with an error.
        status: Of an answer that is an error.
    """

    def __init__(self, kind: Literal["unreachable", "stalled", "cut", "refused"], status: int = 0) -> None:
        super().__init__(f"{kind} {status or ''}")
        self.kind, self.status = kind, status


class Transfer:
    """A file on its way: what of it is here already is not asked for again, if the server can do so.

    Attributes:
        length: Bytes in the file.
        total: Bytes that there will be; None as long as the server has not said so.
        arrived: Whether anything of it came by this request.
    """

    def __init__(self, url: str, file: BufferedRandom, timeouts: Timeouts) -> None:
        self.length = file.seek(0, os.SEEK_END)
        self.total: int | None = None
        self.arrived = False
        self._url, self._file, self._timeouts = url, file, timeouts
        self._connected, self._file_turn, self._given_up = threading.Event(), threading.Lock(), False
        self._last_sign = time.monotonic()
        self._error: Exception | None = None

    def run(self, on_progress: Progress, expected: int) -> None:
        """Receive the rest of the file; once this returns or raises, nothing more is written.

        Args:
            on_progress: Called every tenth of a second and at the end; raises to cancel.
            expected: About how many bytes there will be, as long as the server has not said so.

        Raises:
            TransferError: The server or the network did not do its part.
            ModelError: The file cannot be written.
        """
        worker = threading.Thread(target=self._work, daemon=True, name="download")
        worker.start()
        try:
            while worker.is_alive():
                on_progress(self.length, self.total or expected)
                worker.join(_TICK)
                if worker.is_alive():
                    self._check_patience()
            on_progress(self.length, self.total or expected)
        finally:
            with self._file_turn:
                self._given_up = True
        if self._error:
            raise self._reason(self._error) from self._error
        if self.total is not None and self.length != self.total:
            raise TransferError("cut")

    def _work(self) -> None:
        headers = {"Accept-Encoding": "identity", "User-Agent": "spotlight"}
        if self.length:
            headers["Range"] = f"bytes={self.length}-"
        try:
            request = urllib.request.Request(self._url, headers=headers)
            with _opener(self._connected).open(request, timeout=self._timeouts.read) as response:
                self._begin(response)
                while piece := response.read1(_CHUNK):
                    with self._writing() as file:
                        file.write(piece)
                    self.length += len(piece)
                    self.arrived = True
                    self._last_sign = time.monotonic()
        except Exception as error:  # raised again in the caller's thread
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            self._error = error

    def _begin(self, response: http.client.HTTPResponse) -> None:
        """Take note of how long the file is, and start it over if the server does not go on with it."""
        if response.status == http.client.PARTIAL_CONTENT:
            stated = response.headers.get("Content-Range", "")
            match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", stated)
            if not match or int(match[1]) != self.length:
                raise TransferError("cut")  # it goes on somewhere else
            self.total = None if match[2] == "*" else int(match[2])
        else:
            with self._writing() as file:
                file.truncate(0)
            self.length, length = 0, response.headers.get("Content-Length")
            self.total = int(length) if length else None
        rest = (self.total or 0) - self.length
        if shutil.disk_usage(Path(self._file.name).parent).free < rest:
            raise ModelError(
                _NOT_SAVED.format(reason=f"it needs {rest / 1e6:.0f} MB of free space"), code="M5"
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[BufferedRandom]:
        with self._file_turn, saving():
            if self._given_up:
                raise TransferError("cut")
            yield self._file

    def _check_patience(self) -> None:
        waiting = time.monotonic() - self._last_sign
        if not self._connected.is_set() and waiting > self._timeouts.connect:
            raise TransferError("unreachable")
        if waiting > self._timeouts.read:
            raise TransferError("stalled")

    def _reason(self, error: Exception) -> Exception:
        if isinstance(error, TransferError | ModelError):
            return error
        if isinstance(error, urllib.error.HTTPError):
            return TransferError("refused", error.code)
        if not self._connected.is_set():
            return TransferError("unreachable")
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        return TransferError("stalled" if isinstance(reason, TimeoutError) else "cut")


@contextlib.contextmanager
def saving() -> Iterator[None]:
    """Says of a file that cannot be written what to do about it."""
    try:
        yield
    except OSError as error:
        raise ModelError(_NOT_SAVED.format(reason=error.strerror or str(error)), code="M5") from error


def _opener(connected: threading.Event) -> urllib.request.OpenerDirector:
    """The usual opener of urllib that also tells when a connection stands."""

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            connected.set()

    class Encrypted(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            connected.set()

    class Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, req)

        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Encrypted, req)

    return urllib.request.build_opener(Handler)
