"""One download request, received piece by piece, that can always be given up.

A thread of its own resolves the name, connects and reads, so that no hanging name server, swallowed
connection or stalled sender can hold the caller for longer than the limits say. The caller gets a turn
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
from dataclasses import dataclass

_CHUNK = 2**18  # bytes
_TICK = 0.1  # seconds


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds, and how often to try.

    Attributes:
        connect: From the start to an open connection, name resolution and encryption included.
        read: Without a byte on an open connection.
        tries: Attempts before a download that keeps being cut is given up.
        pause: Between two attempts.
    """

    connect: float = 4.0
    read: float = 15.0
    tries: int = 5
    pause: float = 0.5


@dataclass(frozen=True)
class Start:
    """The answer's head: from which byte on it sends, and how long the whole file is (None: not said)."""

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


def received(url: str, offset: int, limits: Timeouts) -> Generator[Start | bytes, None, None]:
    """Head and pieces of a file, from byte ``offset`` on if the server can; empty pieces while nothing comes.

    Raises:
        TransferError: no connection, stalled, cut or refused. A connection that closes early without an
            error is not noticed here: compare what came with ``Start.total``.
    """
    pieces: queue.Queue[Start | bytes | Exception | None] = queue.Queue(maxsize=8)
    connected, given_up = threading.Event(), threading.Event()
    arguments = (url, offset, limits, pieces, connected, given_up)
    threading.Thread(target=_fetch, args=arguments, daemon=True, name="download").start()
    last = time.monotonic()
    try:
        while True:
            try:
                piece = pieces.get(timeout=_TICK)
            except queue.Empty:
                _check_patience(time.monotonic() - last, connected.is_set(), limits)
                yield b""
                continue
            last = time.monotonic()
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise _transfer_error(piece, connected.is_set()) from piece
            yield piece
    finally:
        given_up.set()


def _fetch(
    url: str,
    offset: int,
    limits: Timeouts,
    pieces: queue.Queue[Start | bytes | Exception | None],
    connected: threading.Event,
    given_up: threading.Event,
) -> None:
    def hand_over(piece: Start | bytes | Exception | None) -> None:
        while not given_up.is_set():
            try:
                pieces.put(piece, timeout=_TICK)
            except queue.Full:
                continue
            return

    headers = {"Accept-Encoding": "identity", "User-Agent": "spotlight"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    try:
        request = urllib.request.Request(url, headers=headers)
        with _opener(connected).open(request, timeout=limits.read) as response:
            hand_over(_start(response, offset))
            while not given_up.is_set() and (piece := response.read1(_CHUNK)):
                hand_over(piece)
        hand_over(None)
    except Exception as error:  # raised again in the caller's thread
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        hand_over(error)


def _start(response: http.client.HTTPResponse, offset: int) -> Start:
    if response.status != http.client.PARTIAL_CONTENT:
        length = response.headers.get("Content-Length")
        return Start(0, int(length) if length else None)
    stated = response.headers.get("Content-Range", "")
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", stated)
    if not match or int(match[1]) != offset:
        raise CutError(f"asked for bytes from {offset}, got {stated!r}")
    return Start(offset, None if match[2] == "*" else int(match[2]))


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

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, req)

    class EncryptedHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Encrypted, req)

    return urllib.request.build_opener(PlainHandler, EncryptedHandler)


def _check_patience(waited: float, connected: bool, limits: Timeouts) -> None:
    if not connected and waited > limits.connect:
        raise NoConnectionError(f"no connection within {limits.connect} s")
    if connected and waited > limits.read:
        raise StalledError(f"nothing received for {limits.read} s")


def _transfer_error(error: Exception, connected: bool) -> TransferError:
    if isinstance(error, TransferError):
        return error
    if isinstance(error, urllib.error.HTTPError):
        return RefusedError(error.code)
    if not connected:
        return NoConnectionError(str(error))
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return StalledError(str(error)) if isinstance(reason, TimeoutError) else CutError(str(error))
