"""Serves the pages that people share: to whoever is signed in and has the link, and shut off from all else.

A page is sandboxed: it has no origin, so that it could not reach the app or its cookies even if it wanted to.
Unknown, ended and taken back are one and the same answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from saliency.errors import SaliencyError
from saliency.export.web import document, escape, policy_of
from ui.people import settings, sign_in
from ui.server.addresses import base
from ui.sharing import store, words

ASKED = "shared"
"""What the address of the start has while somebody signs in to see a page: its key."""

_ALONE = "sandbox allow-scripts; frame-ancestors 'none'"
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class SharedPages:
    """ASGI middleware that answers for ``/shared/…``, and leads there who has just signed in for it."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.time) -> None:
        """Stand before an app; the clock tells the seconds since 1970."""
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or hands on."""
        answer = await self._answer(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        """The answer; None where another one has to give it."""
        key, asked = _key(scope["path"]), _asked(scope)
        cookies, now = HTTPConnection(scope).cookies, self._clock()
        if key is not None and scope["method"] in ("GET", "HEAD"):
            return await asyncio.to_thread(_answer, key, cookies, now)
        if key is not None:
            return Response(status_code=405, headers={**HEADERS, "Allow": "GET, HEAD"})
        if asked and is_signed_in(cookies, now):
            return RedirectResponse(f"{base()}/shared/{asked}", 302, HEADERS)
        return None


def _key(path: str) -> str | None:
    """What stands behind ``/shared/`` in an address; None in others."""
    start = f"{base()}/shared/"
    return path[len(start) :] if path.startswith(start) and "/" not in path[len(start) :] else None


def _asked(scope: Scope) -> str:
    """The key in the address to which whoever has to sign in first was led; empty in others."""
    if scope["path"] != f"{base()}/" or scope["method"] != "GET":
        return ""
    key = HTTPConnection(scope).query_params.get(ASKED, "")
    return key if store.is_key(key) else ""


def address(key: str) -> str:
    """The address of a link, where sign-in is on."""
    return f"{settings.settings().origin}{base()}/shared/{key}"


def _answer(key: str, cookies: Mapping[str, str], now: float) -> Response:
    if not settings.is_on():
        return PlainTextResponse(words.NOT_HERE, 404, HEADERS)
    if not is_signed_in(cookies, now):
        return _sign_in_first(key)
    page = store.shared_page(key, now)
    if page is None:
        return PlainTextResponse(words.NOT_HERE, 404, HEADERS)
    text = page.decode("utf-8", "replace")
    headers = {**HEADERS, "Content-Security-Policy": f"{policy_of(text)}; {_ALONE}"}
    return Response(page, headers=headers, media_type="text/html")


def is_signed_in(cookies: Mapping[str, str], now: float) -> bool:
    """Whether a browser has the cookie of somebody who is signed in, which only this server can have signed.

    It has to be for the address at which people sign in here, and is over when it is over for a tab.
    """
    try:
        said = sign_in.claims_of(cookies, now) if settings.is_on() else None
        return said is not None and said.get("origin") == settings.settings().origin
    except SaliencyError:  # sign-in is not set as it has to be
        return False


def _sign_in_first(key: str) -> Response:
    there = f"{base()}/" + (f"?{ASKED}={key}" if store.is_key(key) else "")
    body = [
        f"<h1>{escape(words.SIGN_IN_FIRST)}</h1><p>{escape(words.THEN)}</p>"
        f'<p><a href="{escape(there)}">{escape(words.SIGN_IN)}</a></p>'
    ]
    page = document(words.SIGN_IN_FIRST, body, "")
    headers = {**HEADERS, "Content-Security-Policy": f"{policy_of(page)}; frame-ancestors 'none'"}
    return Response(page, 401, headers, "text/html")
