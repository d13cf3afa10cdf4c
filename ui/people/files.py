"""Whose the pictures and downloads are that pages show: nobody gets one but who it was drawn for.

Streamlit hands any file of any tab to whoever knows its address, which follows from what is in it. Here it is
noted for whom a file was drawn, and a request for it must come from them: signed in as the same person, or
from the same browser. Only this computer's own requests are not looked at where nobody signs in. Streamlit
looks at parts of large files only to tell them apart; here it looks at all, so that nobody gets another's.
"""

from __future__ import annotations

import re
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Protocol

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime import memory_media_file_storage
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from saliency.errors import SaliencyError
from ui.people.person import is_of_tab, key_of_request, person
from ui.server.addresses import base

_PATH = re.compile(r"/media/([^/]*)$")
_PRIVATE = {"Cache-Control": "private, no-cache"}  # some proxies keep pictures where nothing is said
NOT_HERE = "This file is not here, or is not for you. Please reload the page."


class _Deletion(Protocol):
    def __call__(self, file_id: str) -> None: ...


@dataclass(eq=False)
class FileLedger:
    """For whom each file was drawn. Any thread may use it."""

    _keys: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _deferred: dict[str, str] = field(default_factory=dict)  # files that are made when they are asked for
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watched: MediaFileManager | None = None

    def watch(self, manager: MediaFileManager) -> None:
        """Notes from now on for whom Streamlit's manager keeps files, until it lets go of them."""
        with self._lock:
            if self._watched is manager:
                return
            self._watched = manager
        add, add_deferred, execute = manager.add, manager.add_deferred, manager.execute_deferred
        delete, drop = manager._delete_file, manager._drop_deferred_id
        memory_media_file_storage._PARTIAL_HASH_THRESHOLD = sys.maxsize  # type: ignore[misc]  # see above

        def added(*args: Any, **settings: Any) -> str:
            address = add(*args, **settings)
            self._note(address, _key())
            return address

        def added_deferred(*args: Any, **settings: Any) -> str:
            file = add_deferred(*args, **settings)
            self._deferred[file] = _key()
            return file

        def executed(file_id: str) -> str:
            key = self._deferred.get(file_id, "")
            address = execute(file_id)
            self._note(address, key)
            return address

        manager.add = added  # type: ignore[method-assign]
        manager.add_deferred = added_deferred  # type: ignore[method-assign]
        manager.execute_deferred = executed  # type: ignore[method-assign]
        manager._delete_file = _after(delete, self._forget)  # type: ignore[method-assign]
        manager._drop_deferred_id = _after(drop, self._drop)  # type: ignore[method-assign]

    def may_have(self, file: str, keys: set[str]) -> bool:
        """Whether a file was drawn for one of these."""
        with self._lock:
            return not keys.isdisjoint(self._keys.get(file, ()))

    def _note(self, address: str, key: str) -> None:
        with self._lock:
            self._keys[_file(address)].add(key)

    def _forget(self, file: str) -> None:
        with self._lock:
            self._keys.pop(_file(file), None)

    def _drop(self, file: str) -> None:
        self._deferred.pop(file, None)


class FileCheck:
    """ASGI middleware that hands files only to whom they were drawn for."""

    def __init__(self, app: ASGIApp, files: FileLedger | None = None) -> None:
        """Stand before an app; by default with the ledger of this server."""
        self._app, self._ledger = app, files or ledger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on, or says that there is no such file."""
        if runtime.exists():
            self._ledger.watch(runtime.get_instance().media_file_mgr)
        file = _PATH.search(scope["path"]) if scope["type"] == "http" else None
        if file and scope["path"].startswith(f"{base()}/static/"):  # fonts of Streamlit's front end
            file = None
        key = _asking(scope) if file else None
        if file is None or key is None:
            await self._app(scope, receive, send)
        elif self._ledger.may_have(_file(file[1]), {key, ""}):
            await self._app(scope, receive, _private(send))
        else:
            await PlainTextResponse(NOT_HERE, 404, _PRIVATE)(scope, receive, send)


def _asking(scope: Scope) -> str | None:
    """The key of who sends a request, as `key_of_request` says it."""
    request = HTTPConnection(scope)
    try:
        return key_of_request(request.headers, request.cookies)
    except SaliencyError:  # sign-in is set so that it cannot work: nobody is known
        return ""


def _private(send: Send) -> Send:
    """Sends an answer that no proxy keeps for others, and no browser shows unasked."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_PRIVATE)
        await send(message)

    return sent


def _file(address: str) -> str:
    """What Streamlit knows a file by, of its address: without folders and ending."""
    return PurePosixPath(address).stem


def _key() -> str:
    """Whose the tab is whose page runs now; empty for no tab, and for one whose requests cannot be told."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    try:
        key = person().key
    except SaliencyError:  # the page has no more to show than this sentence
        return ""
    return "" if is_of_tab(key) else key


def _after(act: Callable[[str], None], note: Callable[[str], None]) -> _Deletion:
    """Does one after the other."""

    def both(file_id: str) -> None:
        act(file_id)
        note(file_id)

    return both


@cache
def ledger() -> FileLedger:
    """The one of this server."""
    return FileLedger()
