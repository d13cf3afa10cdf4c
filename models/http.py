"""One download request, received piece by piece, that can always be given up.

A thread of its own resolves the name, connects and reads, so that no hanging name server, swallowed
connection or stalled sender can hold the caller for longer than the timeouts say. The caller gets a turn
every tenth of a second. Proxies are taken from the environment, as urllib does.
"""

from __future__ import annotations

import http.client
import queue
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass, field

_CHUNK = 2**18  # bytes
_TICK = 0.1  # seconds


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds.

    Attributes:
        connect: From the start to an open connection, name resolution and encryption included.
        read: Without a byte on an open connection.
    """

    connect: float = 4.0
    read: float = 15.0


@dataclass(frozen=True)
class ResponseHead:
    """From which byte on the server sends, and how long the whole file is (None: not said)."""

    offset: int
    total: int | None


class TransferError(Exception):
    """Any of the ways in which a request fails."""


class NoConnectionError(TransferError):
    """The server could not be reached in time."""


class StalledError(TransferError):
    """The server is connected and sends nothing."""


class CutError(TransferError):
    """The connection broke off."""


class RefusedError(TransferError):
    """The server answered with an error."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status


def receive(url: str, offset: int, timeouts: Timeouts) -> Generator[ResponseHead | bytes, None, None]:
    """Head and pieces of a file, from byte ``offset`` on if the server can; empty pieces while nothing comes.

    Raises:
        TransferError: no connection, stalled, cut or refused. A connection that closes early without an
            error is not noticed here: compare what came with ``ResponseHead.total``.
    """
    request = _Request(url, offset, timeouts)
    threading.Thread(target=request.run, daemon=True, name="download").start()
    last = time.monotonic()
    try:
        while True:
            try:
                piece = request.pieces.get(timeout=_TICK)
            except queue.Empty:
                request.check_patience(time.monotonic() - last)
                yield b""
                continue
            last = time.monotonic()
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise request.transfer_error(piece) from piece
            yield piece
    finally:
        request.given_up.set()


@dataclass(eq=False)
class _Request:
    """What the caller's thread and the request's own share; ``pieces`` ends with None or an error."""

    url: str
    offset: int
    timeouts: Timeouts
    pieces: queue.Queue[ResponseHead | bytes | Exception | None] = field(
        default_factory=lambda: queue.Queue(maxsize=8)
    )
    connected: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        headers = {"Accept-Encoding": "identity", "User-Agent": "spotlight"}
        if self.offset:
            headers["Range"] = f"bytes={self.offset}-"
        try:
            request = urllib.request.Request(self.url, headers=headers)
            with _opener(self.connected).open(request, timeout=self.timeouts.read) as response:
                self._hand_over(_head(response, self.offset))
                while not self.given_up.is_set() and (piece := response.read1(_CHUNK)):
                    self._hand_over(piece)
            self._hand_over(None)
        except Exception as error:  # raised again in the caller's thread
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            self._hand_over(error)

    def _hand_over(self, piece: ResponseHead | bytes | Exception | None) -> None:
        while not self.given_up.is_set():
            try:
                self.pieces.put(piece, timeout=_TICK)
            except queue.Full:
                continue
            return

    def check_patience(self, waiting: float) -> None:
        connected, timeouts = self.connected.is_set(), self.timeouts
        if not connected and waiting > timeouts.connect:
            raise NoConnectionError(f"no connection within {timeouts.connect} s")
        if connected and waiting > timeouts.read:
            raise StalledError(f"nothing received for {timeouts.read} s")

    def transfer_error(self, error: Exception) -> TransferError:
        if isinstance(error, TransferError):
            return error
        if isinstance(error, urllib.error.HTTPError):
            return RefusedError(error.code)
        if not self.connected.is_set():
            return NoConnectionError(str(error))
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        return StalledError(str(error)) if isinstance(reason, TimeoutError) else CutError(str(error))


def _head(response: http.client.HTTPResponse, offset: int) -> ResponseHead:
    if response.status != http.client.PARTIAL_CONTENT:
        length = response.headers.get("Content-Length")
        return ResponseHead(0, int(length) if length else None)
    stated = response.headers.get("Content-Range", "")
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", stated)
    if not match or int(match[1]) != offset:
        raise CutError(f"asked for bytes from {offset}, got {stated!r}")
    return ResponseHead(offset, None if match[2] == "*" else int(match[2]))


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
