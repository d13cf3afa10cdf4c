"""How much may be uploaded, counted while it arrives.

Streamlit takes any file of up to `server.maxUploadSize` under any id, as often as it comes, and keeps it in
memory for as long as its tab is open; what an uploader says it takes is only looked at in the browser. Here
a file is let in where the page asked for it (its id was given out, for this name, in this tab), where it is
no larger than files of its kind may be, and while there is room for it. Nothing is read before that is known.
"""

from __future__ import annotations

import logging
import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from ui.server.upload_ledger import UploadLedger, UploadRefused, ledger

FRAMING = 64 * 2**10  # bytes that a request has beside its file
TOO_LARGE = "This file is larger than {megabytes} MB, which is the limit for files of its kind."
_LOG = logging.getLogger("spotlight")
_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)")


class UploadQuota:
    """ASGI middleware that lets no more than the limits in."""

    def __init__(self, app: ASGIApp, uploads: UploadLedger | None = None) -> None:
        """Stand before an app; by default with the ledger of this server."""
        self._app, self._ledger = app, uploads or ledger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or hands on and counts."""
        if runtime.exists():
            manager = runtime.get_instance().uploaded_file_mgr
            if isinstance(manager, MemoryUploadedFileManager):
                self._ledger.watch(manager)
        upload = _PATH.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if upload is None:
            await self._app(scope, receive, send)
            return
        answered = False

        async def send_noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._counted(scope, receive, send_noted, *upload.groups())
        except UploadRefused as refusal:
            if answered:
                raise
            _LOG.warning("An upload was refused: %s", refusal.sentence)
            answer = PlainTextResponse(refusal.sentence, refusal.status, {"Connection": "close"})
            await answer(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, session: str, file: str) -> None:
        limit = self._ledger.limit(session, file)
        announced = _announced(scope)
        if announced > limit + FRAMING:
            raise UploadRefused(413, _too_large(limit))
        self._ledger.check_room(session, announced)
        with self._ledger.arriving(session) as arrival:

            async def receive_counted() -> Message:
                message = await receive()
                more = len(message.get("body", b""))
                if arrival.bytes + more > limit + FRAMING:
                    raise UploadRefused(413, _too_large(limit))
                self._ledger.count(arrival, more)
                return message

            await self._app(scope, receive_counted, send)


def _announced(scope: Scope) -> int:
    """How long a request says that it is; 0 where it does not.

    Raises:
        UploadRefused: It says it in no number, or twice.
    """
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    if len(lengths) > 1 or not all(length.isdigit() and len(length) < 16 for length in lengths):
        raise UploadRefused(400, "The length of this file is not a number.")
    return int(lengths[0]) if lengths else 0


def _too_large(limit: int) -> str:
    return TOO_LARGE.format(megabytes=limit // 2**20)
