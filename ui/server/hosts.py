"""Under which names the app answers.

A page of somebody else can make its own name lead to this computer (DNS rebinding), and would then count as
the same origin: a browser would let it read and delete audits. Such a name stands in the `Host` of every
request, so that requests under a name nobody gave the app are refused, before anything else sees them.

The names are those of Streamlit's option `server.allowedHosts`, which by itself only covers the page's
WebSocket. Where it is empty: `localhost`, any IP address (nobody can make one lead elsewhere), and what
`server.address` and `browser.serverAddress` say.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HEALTH = "/_stcore/health"
"""What watches over a server asks, under whatever name; the answer is “ok” and nothing else."""

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:/?#@\\\[\]]+)(?::(\d{1,5}))?")
_REFUSED = (
    "Spotlight does not answer under this name. Open it under the address it was started with, "
    "or ask whoever runs it to add the name: --server.allowedHosts NAME."
)


def host_allowed(host: str | None, names: Sequence[str] = (), own: Sequence[str] = ()) -> bool:
    """Whether the app answers under a name.

    Args:
        host: The `Host` of a request, with or without a port.
        names: Names the app answers under: whole ones, ``*.example.com`` for all below one, ``*`` for any.
        own: More names where `names` is empty, beside `localhost` and IP addresses.
    """
    parts = _HOST.fullmatch(host.lower()) if host else None
    if parts is None or int(parts[2] or 0) > 65535:
        return False
    name = parts[1].strip("[]").rstrip(".")
    if names:
        return any(_fits(name, _plain(pattern)) for pattern in names)
    usual = ("localhost", "*.localhost", *filter(None, map(_plain, own)))
    return _is_address(name) or any(_fits(name, pattern) for pattern in usual)


class HostCheck:
    """ASGI middleware that refuses requests under a name the app does not answer under."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or hands on."""
        if scope["type"] not in ("http", "websocket") or _allowed(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(_REFUSED, 403)(scope, receive, send)


def answers_under(host: str) -> bool:
    """Whether this server answers under a name, with or without a port, by its options."""
    own = [st.get_option(option) or "" for option in ("server.address", "browser.serverAddress")]
    return host_allowed(host, st.get_option("server.allowedHosts"), own)


def _allowed(scope: Scope) -> bool:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if scope["type"] == "http" and scope["path"].endswith(HEALTH):
        return True
    return len(hosts) == 1 and answers_under(hosts[0])


def _plain(name: str) -> str:
    return name.strip().lower().rstrip(".")


def _fits(name: str, pattern: str) -> bool:
    below = pattern.startswith("*.") and name.endswith(pattern[1:]) and name != pattern[1:]
    return pattern in ("*", name) or below


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
