"""Sign-in by OpenID Connect, Streamlit's own: whether it is on, and what the provider said."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from ui.people.roles import Claims, RoleRules, read_rules


def is_on() -> bool:
    """Whether the server has a section ``[auth]`` in its secrets."""
    return "auth" in _secrets()


def claims() -> Claims | None:
    """What the provider said of whoever uses this tab; None where they have not signed in, or it is over."""
    return _valid(st.user.to_dict())


def claims_of(cookies: Mapping[str, str]) -> Claims | None:
    """The same for a request that is not a tab's own connection, by its cookies."""
    try:
        kept = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
        said = json.loads(kept) if kept else {}
    except ValueError:
        return None
    return _valid(said) if isinstance(said, dict) else None


def _valid(said: Mapping[str, Any]) -> Claims | None:
    if said.get("is_logged_in") is not True or not said.get("iss") or not said.get("sub"):
        return None
    return None if _over(said) else said


def rules() -> RoleRules:
    """Who has which role.

    Raises:
        SaliencyError: The settings cannot be read.
    """
    return read_rules(_secrets().get("spotlight", {}).get("roles", {}))


def name_of(claims: Claims) -> str:
    """What somebody is called: by the provider's name for them, else by their address."""
    names = (claims.get(claim) for claim in ("name", "preferred_username", "email"))
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), "")


def _over(said: Mapping[str, Any]) -> bool:
    end = said.get("exp")
    return not isinstance(end, (int, float)) or time.time() >= end


def _secrets() -> Mapping[str, Any]:
    return st.secrets if st.secrets.load_if_toml_exists() else {}
