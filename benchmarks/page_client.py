"""A tab without a browser: speaks the page's protocol, Streamlit's messages over a WebSocket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_XSRF = "_streamlit_xsrf"
LONGEST = 900.0  # seconds to wait for an answer

Path = tuple[int, ...]
Looks = Callable[["Tab", Element], object]
"""Told of each element as it arrives."""


class Lost(Exception):
    """An answer that did not come."""


@dataclass(eq=False)
class Tab:
    """One tab; `async with` it.

    Attributes:
        address: Of the server.
        on_element: Told of each element as it arrives.
        elements: What the page shows, by the places of its parts.
        at_rest: Whether the page is drawn.
        runs: How often it was drawn to its end.
        pages: The hashes of the pages' scripts, by the last part of their address.
        page: The hash of the page that is shown.
    """

    address: str
    on_element: Looks = lambda tab, element: None
    elements: dict[Path, Element] = field(default_factory=dict)
    at_rest: bool = False
    runs: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    asked: float = 0.0
    _query: str = ""
    _session: str = ""
    _token: str = ""
    _stale: set[Path] = field(default_factory=set)
    _socket: ClientConnection | None = None
    _reader: asyncio.Task[None] | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _urls: dict[str, FileURLs] = field(default_factory=dict)

    async def __aenter__(self) -> Tab:
        """Connects, as the page does; nothing is drawn yet."""
        answer = await asyncio.to_thread(requests.get, f"{self.address}/_stcore/health", timeout=LONGEST)
        self._token = answer.cookies.get(_XSRF, "").strip('"')
        self._socket = await connect(
            f"ws://{urlsplit(self.address).netloc}/_stcore/stream",
            subprotocols=["streamlit", *([self._token] if self._token else [])],  # type: ignore[list-item]
            additional_headers={"Cookie": f"{_XSRF}={self._token}"},
            max_size=None,
            open_timeout=LONGEST,
            ping_timeout=None,
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes the tab, whatever it is at."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError, Lost):
                await self._reader

    async def open(self, page: str = "", **query: str) -> None:
        """Opens a page at an address, as a link or Back does, and does not wait for it."""
        self._query = urlencode(query)
        self.page = self.pages.get(page, self.page)
        await self._rerun(name="" if self.pages else page)

    async def press(self, button: str) -> None:
        """Presses a button by the beginning of its key."""
        pressed = next(e.button for e in self.elements.values() if _has_key(e, "button", button))
        await self._rerun(WidgetState(id=pressed.id, trigger_value=True))

    def has_button(self, key: str) -> bool:
        """Whether the page shows a button that can be pressed."""
        return any(_has_key(e, "button", key) and not e.button.disabled for e in self.elements.values())

    async def upload(self, name: str, content: bytes) -> None:
        """Hands a photo over, as the uploader does."""
        uploader = next(
            e.file_uploader for e in self.elements.values() if _has_key(e, "file_uploader", "upl")
        )
        message = BackMsg()
        request = message.file_urls_request
        request.request_id, request.session_id = name, self._session
        request.file_names.append(name)
        await self._send(message)
        await self.until(lambda: name in self._urls)
        urls = self._urls.pop(name)
        answer = await asyncio.to_thread(
            requests.put,
            f"{self.address}{urls.upload_url}",
            files={"file": (name, content, "image/jpeg")},
            headers={"X-Xsrftoken": self._token, "Cookie": f"{_XSRF}={self._token}"},
            timeout=LONGEST,
        )
        if not answer.ok:
            raise Lost(f"The upload was answered {answer.status_code}: {answer.text[:200]}")
        state = WidgetState(id=uploader.id)
        state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=urls.file_id, file_urls=urls
        )
        await self._rerun(state)

    async def until(self, condition: Callable[[], bool], seconds: float = LONGEST) -> None:
        """Waits until something holds.

        Raises:
            Lost: It does not in that time, or the server closes the connection.
        """
        try:
            async with asyncio.timeout(seconds), self._changed:
                while not condition():
                    if self._reader is None or self._reader.done():
                        raise Lost("The server closed the connection.")
                    await self._changed.wait()
        except TimeoutError:
            raise Lost(f"Nothing came in {seconds:.0f} s.") from None

    async def drawn(self) -> None:
        """Waits until the page is drawn that was asked for last."""
        await self.until(lambda: self.at_rest)

    async def _rerun(self, *states: WidgetState, name: str = "") -> None:
        self.at_rest, self.asked = False, time.monotonic()
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.page_name = name
        message.rerun_script.widget_states.widgets.extend(states)
        await self._send(message)

    async def _send(self, message: BackMsg) -> None:
        assert self._socket is not None
        try:
            await self._socket.send(message.SerializeToString())
        except ConnectionClosed:
            raise Lost("The server closed the connection.") from None

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for data in socket:
                assert isinstance(data, bytes)
                self._take(ForwardMsg.FromString(data))
                async with self._changed:
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            async with self._changed:
                self._changed.notify_all()

    def _take(self, message: ForwardMsg) -> None:
        kind: Any = message.WhichOneof("type")
        if kind == "new_session":
            self._session = message.new_session.initialize.session_id or self._session
            self.page = message.new_session.page_script_hash or self.page
            self._stale = set(self.elements)
        elif kind == "navigation":
            self.pages = {
                "" if page.is_default else page.url_pathname: page.page_script_hash
                for page in message.navigation.app_pages
            }
            self.page = message.navigation.page_script_hash or self.page
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "file_urls_response":
            for urls in message.file_urls_response.file_urls:
                self._urls[message.file_urls_response.response_id] = urls
        elif kind == "delta":
            self._draw(tuple(message.metadata.delta_path), message)
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            for path in self._stale:
                self.elements.pop(path, None)
            self._stale = set()
            self.at_rest, self.runs = True, self.runs + 1

    def _draw(self, path: Path, message: ForwardMsg) -> None:
        if message.delta.WhichOneof("type") == "new_element":
            self._drop_below(path)
            self.elements[path] = message.delta.new_element
            self._stale.discard(path)
            self.on_element(self, message.delta.new_element)
        elif path in self.elements:  # a container in its place
            del self.elements[path]

    def _drop_below(self, path: Path) -> None:
        for other in [other for other in self.elements if other[: len(path)] == path]:
            del self.elements[other]


def _has_key(element: Element, kind: str, key: str) -> bool:
    if element.WhichOneof("type") != kind:
        return False
    identity: str = getattr(element, kind).id
    return identity.rpartition("-")[2].startswith(key) or f"-{key}" in identity
