"""What a browser is told to refuse: being framed, guessing types, scripts and pictures of other servers."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
_HOST = re.compile(r"[\w.:\[\]-]+", re.ASCII)
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policy(host: str) -> str:
    """The content security policy of the page.

    Args:
        host: The `Host` of the request, for browsers that do not count a WebSocket there as ``'self'``.
    """
    socket = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        [
            "default-src 'self'",
            # Streamlit runs components from blobs. Whatever drives a browser to test the page evaluates
            # strings in it; where scripts, and so strings, can come from is what the rest restricts.
            f"script-src 'self' blob: 'unsafe-eval' {' '.join(_inline_scripts())}",
            "style-src 'self' 'unsafe-inline'",  # it writes its styles into the page
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' data: blob:{socket}",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
        ]
    )


class SecurityHeaders:
    """ASGI middleware that adds the headers to every answer; those an answer has already are kept."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on, and adds to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, "Content-Security-Policy": policy(host)}.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


@cache
def _inline_scripts() -> tuple[str, ...]:
    """The scripts inside Streamlit's page, which the policy names by their digests."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page))
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
