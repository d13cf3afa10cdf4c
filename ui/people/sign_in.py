"""Signing in and out, by OpenID Connect: Streamlit asks the provider and signs what it says into a cookie."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import streamlit as st
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from ui.people.roles import Claims
from ui.people.settings import settings

_KEPT = 31 * 86400.0  # seconds after which Streamlit takes no cookie any more


@dataclass(eq=False)
class SignedOut:
    """Sign-ins that people ended: for all tabs of their browser, and for who copied its cookie."""

    _when: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, said: Claims) -> None:
        """Ends one."""
        now = time.time()
        with self._lock:
            self._when = {key: when for key, when in self._when.items() if now - when < _KEPT}
            self._when[_digest(said)] = now

    def __contains__(self, said: Claims) -> bool:
        """Whether it was ended."""
        return _digest(said) in self._when


@cache
def signed_out() -> SignedOut:
    """Those of this server, since it was started."""
    return SignedOut()


def claims() -> Claims | None:
    """What the provider said of whoever uses this tab; None where they have not signed in, or it is over.

    Raises:
        SaliencyError: Sign-in is not set as it has to be.
    """
    return _holding(_said())


def claims_of(cookies: Mapping[str, str], now: float | None = None) -> Claims | None:
    """The same for a request that is not a tab's own connection, by its cookies; by the clock, or then.

    Raises:
        SaliencyError: Sign-in is not set as it has to be.
    """
    try:
        kept = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
        said = json.loads(kept) if kept else {}
    except ValueError:
        return None
    return _holding(_signed_in(said), now) if isinstance(said, dict) else None


def is_over() -> bool:
    """Whether whoever uses this tab was signed in for as long as that lasts."""
    said = _said()
    return bool(said) and time.time() >= ends(said)


def ends(said: Claims) -> float:
    """When a sign-in is over, in seconds of the clock; 0 where that is not known."""
    hours = settings().hours
    when = said.get("exp") if hours is None else said.get("iat")
    return when + 3600 * (hours or 0) if isinstance(when, (int, float)) else 0.0


def name_of(said: Claims) -> str:
    """What somebody is called: by the provider's name for them, else by their address."""
    names = (said.get(claim) for claim in ("name", "preferred_username", "email"))
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), "")


def sign_in(provider: str) -> None:
    """Leads the browser to a provider; `provider` as in the settings."""
    st.login(provider or None)


def sign_out() -> None:
    """Ends the sign-in of this tab and of all others that have it, here and with the provider."""
    if said := _said():
        signed_out().add(said)
    st.logout()


def _said() -> Mapping[str, Any]:
    return _signed_in(st.user.to_dict())


def _signed_in(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return said if said.get("is_logged_in") is True and said.get("iss") and said.get("sub") else {}


def _holding(said: Mapping[str, Any], now: float | None = None) -> Claims | None:
    now = time.time() if now is None else now
    return said if said and now < ends(said) and said not in signed_out() else None


def _digest(said: Claims) -> str:
    """What is remembered of a sign-in: nothing that tells who it was."""
    parts = (str(said.get(claim)) for claim in ("iss", "sub", "iat", "exp", "nonce"))
    return hashlib.sha256(chr(0).join(parts).encode()).hexdigest()
