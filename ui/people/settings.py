"""How sign-in is set on this server: ``[auth]``, Streamlit's, and ``[spotlight]`` in its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from saliency.errors import SaliencyError
from ui.people.roles import RoleRules, read_rules
from ui.server.hosts import answers_under

INSTALL = "pip install -r requirements-auth.txt"
CALLBACK = "/oauth2callback"
_NEEDED = ("client_id", "client_secret", "server_metadata_url")
_SHORTEST = 32  # characters of a secret that nobody guesses
_LONGEST = 30 * 24  # hours that Streamlit's cookie lasts
_NAMES = {"microsoft": "Microsoft", "google": "Google", "okta": "Okta", "keycloak": "Keycloak"}


@dataclass(frozen=True)
class Settings:
    """How sign-in is set.

    Attributes:
        origin: Where the page is opened to sign in: ``https://spotlight.example.com``.
        providers: Who people can sign in with: what they are called, by the name in the settings; one without
            a name of its own is called ``""``.
        rules: Who has which role.
        visitors: Whether who has not signed in may look at samples and photos of their own.
        hours: How long a sign-in lasts; None: until the provider's statement runs out.
    """

    origin: str
    providers: Mapping[str, str]
    rules: RoleRules
    visitors: bool = False
    hours: float | None = None


def is_on() -> bool:
    """Whether people have to sign in: there is a section ``[auth]``, or secrets that cannot be read."""
    return bool(_unreadable()) or "auth" in _secrets()


def settings() -> Settings:
    """How sign-in is set, where it is on.

    Raises:
        SaliencyError: It is set so that it cannot work, or is not safe: what is wrong, and what to do.
    """
    if unreadable := _unreadable():
        raise SaliencyError(f"{unreadable} cannot be read. Mend it, and start Spotlight again.")
    if not (find_spec("authlib") and find_spec("httpx")):
        raise SaliencyError(f"Sign-in needs packages that are not installed. Install them: {INSTALL}")
    auth, own = _secrets()["auth"], _secrets().get("spotlight", {})
    if not isinstance(auth, Mapping) or not isinstance(own, Mapping):
        raise SaliencyError("[auth] and [spotlight] are sections; expected: lines below each.")
    unknown = set(own) - {"roles", "visitors", "hours"}
    if unknown:
        raise SaliencyError(
            f"[spotlight] has {', '.join(sorted(unknown))}; expected: roles, visitors, hours."
        )
    hours, visitors = own.get("hours"), own.get("visitors", False)
    if hours is not None and not (_is_number(hours) and 0 < hours <= _LONGEST):
        raise SaliencyError(f"[spotlight] hours is {hours}; expected: a number above 0, at most {_LONGEST}.")
    if not isinstance(visitors, bool):
        raise SaliencyError(f"[spotlight] visitors is {visitors}; expected: true or false.")
    if len(str(auth.get("cookie_secret", ""))) < _SHORTEST:
        raise SaliencyError(
            f"[auth] needs a cookie_secret of at least {_SHORTEST} characters that nobody guesses. Make one: "
            'python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return Settings(_origin(auth), _providers(auth), read_rules(own.get("roles", {})), visitors, hours)


def problem() -> str:
    """Why nobody can sign in as it is set, and what to do; empty where all is well or sign-in is off."""
    try:
        if is_on():
            settings()
    except SaliencyError as error:
        return error.message
    return ""


def _origin(auth: Mapping[str, Any]) -> str:
    address = urlsplit(str(auth.get("redirect_uri", "")).replace("{port}", str(st.get_option("server.port"))))
    if address.scheme not in ("http", "https") or not address.netloc or not address.path.endswith(CALLBACK):
        raise SaliencyError(
            "[auth] needs redirect_uri: the address that people open Spotlight at, and "
            f"{CALLBACK} behind it, such as https://spotlight.example.com{CALLBACK}."
        )
    if not answers_under(address.netloc):
        raise SaliencyError(
            f"[auth] redirect_uri leads to {address.hostname}, a name under which Spotlight does not answer. "
            f"Start it with --server.allowedHosts {address.hostname}"
        )
    usual = {"http": ":80", "https": ":443"}[address.scheme]
    return f"{address.scheme}://{address.netloc.lower().removesuffix(usual)}"


def _providers(auth: Mapping[str, Any]) -> Mapping[str, str]:
    """Who people can sign in with; one that is not set to its end is refused."""
    sections = {
        name: part for name, part in auth.items() if isinstance(part, Mapping) and name != "client_kwargs"
    }
    if any(name in auth for name in _NEEDED):
        sections = {"": auth} | sections
    if not sections:
        raise SaliencyError(f"[auth] names nobody to sign in with; expected: {', '.join(_NEEDED)}.")
    for name, part in sections.items():
        missing = [key for key in _NEEDED if not part.get(key)]
        if missing:
            raise SaliencyError(f"[auth{'.' * bool(name)}{name}] lacks {', '.join(missing)}.")
        if "_" in name:
            raise SaliencyError(
                f"[auth.{name}] has a line in its name; expected: letters, digits and hyphens."
            )
    return {name: _NAMES.get(name, name[:1].upper() + name[1:]) for name in sections}


def _secrets() -> Mapping[str, Any]:
    return st.secrets if st.secrets.load_if_toml_exists() else {}


def _unreadable() -> str:
    """The file of secrets that is there and cannot be read: no reason to let everybody in."""
    if st.secrets.load_if_toml_exists():
        return ""
    return next((path for path in st.get_option("secrets.files") if Path(path).exists()), "")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
