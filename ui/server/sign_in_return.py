"""Whoever signs in comes back to where they were, and is told where that did not work.

Streamlit's own addresses lead to the start: a link that a colleague sent would be lost on the way, and who
could not sign in would not know why they see the same page again.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from ui.server.addresses import base

LOGIN, CALLBACK = "/auth/login", "/oauth2callback"
COOKIE, FAILED = "spotlight_return", "sign-in"
PASSING = ("account", "sign-in", "sign-out")
"""Pages that nobody wants to come back to."""

_PATH = re.compile(r"([\w.~%-]+(/[\w.~%-]+)*)?", re.ASCII)  # none that leads to another server
_REST = re.compile(r"[\x21-\x7e]*")
_LASTS = 900  # seconds that somebody may take to sign in
_LONGEST = 2000  # characters of an address


class SignInReturn:
    """ASGI middleware around the addresses with which Streamlit signs people in."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on; notes where whoever signs in comes from, and leads them back."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path not in (base() + LOGIN, base() + CALLBACK):
            await self._app(scope, receive, send)
            return
        headers, going, start = Headers(scope=scope), path.endswith(LOGIN), f"{base()}/"
        where = came_from(headers, start) if going else kept(headers, start)
        refused = False

        async def send_back(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                refused = going and message["status"] >= 400
                if refused:
                    await RedirectResponse(failed(where), 302)(scope, receive, send)
                elif going:
                    _keep(message, where, start)
                else:
                    _lead_back(message, scope, where, start)
            if not refused:
                await send(message)

        await self._app(scope, receive, send_back)


def came_from(headers: Headers, start: str) -> str:
    """The address of the page that a browser comes from; the start where it is none of this server."""
    try:
        before = urlsplit(headers.get("referer", ""))
    except ValueError:  # no address at all
        return start
    query = urlencode([(name, value) for name, value in parse_qsl(before.query) if name != FAILED])
    return (
        _checked(before.path + (f"?{query}" if query else ""), start)
        if before.netloc == headers.get("host")
        else start
    )


def kept(headers: Headers, start: str) -> str:
    """The address that was noted when whoever comes back went to sign in."""
    cookies = cookie_parser("; ".join(headers.getlist("cookie")))
    return _checked(unquote(cookies.get(COOKIE, "")), start)


def failed(address: str) -> str:
    """An address that says that signing in did not work."""
    return f"{address}{'&' if '?' in address else '?'}{FAILED}=failed"


def _checked(address: str, start: str) -> str:
    """The address of a page of this server; another one's, or none, becomes the start."""
    path = address.partition("?")[0]
    name = path.removeprefix(start)
    ours = path.startswith(start) and _PATH.fullmatch(name) and _REST.fullmatch(address)
    return address if ours and name not in PASSING and len(address) <= _LONGEST else start


def _keep(message: Message, address: str, start: str) -> None:
    """Lets the browser keep an address, or forget it."""
    answer = Response()
    value = quote(address, safe="")
    answer.set_cookie(COOKIE, value, _LASTS if address else 0, path=start, httponly=True, samesite="lax")
    MutableHeaders(scope=message).append("Set-Cookie", answer.headers["set-cookie"])


def _lead_back(message: Message, scope: Scope, where: str, start: str) -> None:
    """Leads whoever comes back from a provider to where they were; who signed out comes to the start."""
    signed_in = any(
        name == b"set-cookie"
        and value.startswith(f"{USER_COOKIE_NAME}=".encode())
        and b"max-age=0" not in value.lower()
        for name, value in message["headers"]
    )
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if signed_in or "state" in query or "error" in query:
        MutableHeaders(scope=message)["Location"] = where if signed_in else failed(where)
        _keep(message, "", start)
