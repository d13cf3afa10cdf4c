"""What a tab may say to the server: nothing that changes it for everybody.

Streamlit lets any tab empty the caches of the whole server, the line for heavy work and the audits at work
among them, whether or not the page has a menu for that.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

REFUSED = {"clear_cache", "set_run_on_save", "load_git_info"}
"""Kinds of messages that are for whoever develops an app."""


class MessageCheck:
    """ASGI middleware that leaves such messages out."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on all others."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def receive_allowed() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or not _refused(message.get("bytes") or b""):
                    return message

        await self._app(scope, receive_allowed, send)


def _refused(data: bytes) -> bool:
    try:
        return BackMsg.FromString(data).WhichOneof("type") in REFUSED
    except DecodeError:  # Streamlit closes the connection then
        return False
