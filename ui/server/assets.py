"""Files of Streamlit's front end from memory, packed once.

Streamlit reads each from the disk for every visitor, piece by piece and unpacked: 3 ms of the server's time
for each of more than a hundred, and three times as many bytes.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import STATIC_ASSET_CACHE_MAX_AGE_SECONDS

_LEVEL = 6  # of packing: more takes longer, and saves next to nothing
_WORTH = 0.9  # of its size, at most, that a file is packed to; fonts are packed as they are
_KEPT: dict[str, Response] = {}


def keep(files: Mapping[str, bytes]) -> None:
    """From now on answers for files, by their addresses from ``static/`` on; those never change."""
    for address, content in files.items():
        packed = gzip.compress(content, _LEVEL, mtime=0)
        headers = {"Cache-Control": f"public, immutable, max-age={STATIC_ASSET_CACHE_MAX_AGE_SECONDS}"}
        if len(packed) < _WORTH * len(content):
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            content = packed
        kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
        _KEPT[address] = Response(content, headers={**headers, "Content-Type": kind})


class Assets:
    """ASGI middleware that answers for the files that are kept; to who cannot unpack, Streamlit does."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or hands on."""
        if scope["type"] == "http" and scope["method"] == "GET":
            name = scope["path"].rpartition("/static/")[2]
            kept = _KEPT.get(f"static/{name}")
            headers = Headers(scope=scope)
            if kept is not None and "gzip" in headers.get("accept-encoding", "") and "range" not in headers:
                await kept(scope, receive, send)
                return
        await self._app(scope, receive, send)
