"""Telling browsers apart where nobody signs in: a signed cookie, which scripts do not see.

It holds a random number and the server's signature, nothing else. Who has no such cookie, or one that this
server did not sign, gets a new one with the page.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping

from itsdangerous import BadSignature, TimestampSigner
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.addresses import base
from ui.server.secret import secret

LONGEST = 365 * 86400  # seconds that a browser keeps it
RENEWED = 30 * 86400  # seconds after which it is signed anew


def cookie_name() -> str:
    """What it is called: another name for each secret, for servers on one computer share their cookies."""
    return f"spotlight_{hashlib.sha256(secret().encode()).hexdigest()[:8]}"


def browser_id(cookies: Mapping[str, str]) -> str | None:
    """Which browser sends these cookies; None where this server has not signed one of them."""
    found = _read(cookies)
    return found[0] if found else None


def signed(browser: str) -> str:
    """What a browser is given to keep."""
    return _signer().sign(browser).decode("ascii")


class BrowserCookie:
    """ASGI middleware that gives a cookie to a browser that opens the page without one."""

    def __init__(self, app: ASGIApp, wanted: Callable[[Headers], bool]) -> None:
        """Stand before an app.

        Args:
            app: What answers.
            wanted: Whether browsers are told apart, by the headers of a request.
        """
        self._app, self._wanted = app, wanted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on, and adds to the answer to who opens the page."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers({})
        if "text/html" not in headers.get("accept", "") or not self._wanted(headers):
            await self._app(scope, receive, send)
            return
        found = _read(HTTPConnection(scope).cookies)
        if found and time.time() - found[1] < RENEWED:
            await self._app(scope, receive, send)
            return
        browser = found[0] if found else secrets.token_urlsafe(24)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                answer = MutableHeaders(scope=message)
                answer.append("Set-Cookie", _cookie(browser, https=_https(scope, headers)))
                answer["Cache-Control"] = "private, no-store"  # nobody between hands it to somebody else
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _signer() -> TimestampSigner:
    return TimestampSigner(secret(), salt="browser", digest_method=hashlib.sha256)


def _read(cookies: Mapping[str, str]) -> tuple[str, float] | None:
    """Which browser a cookie is of, and when it was signed, in seconds of the clock."""
    try:
        value, when = _signer().unsign(cookies.get(cookie_name(), ""), max_age=LONGEST, return_timestamp=True)
        return value.decode("ascii"), when.timestamp()
    except (BadSignature, UnicodeError):
        return None


def _cookie(browser: str, *, https: bool) -> str:
    """The header that sets it."""
    answer = Response()
    answer.set_cookie(
        cookie_name(),
        signed(browser),
        LONGEST,
        path=base() or "/",
        secure=https,
        httponly=True,
        samesite="lax",
    )
    return answer.headers["set-cookie"]


def _https(scope: Scope, headers: Headers) -> bool:
    """Whether the browser came by HTTPS, to this server or to the proxy before it."""
    return "https" in (
        scope["scheme"],
        headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower(),
    )
