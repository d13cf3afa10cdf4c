"""Who uses a tab, and what they may do."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from ui.people import settings, sign_in
from ui.people.roles import Claims, Role
from ui.server import reach
from ui.server.browser_cookie import browser_id

THIS_COMPUTER = "this-computer"
"""Key of the one person of a server that nobody else reaches."""

_TAB = "person-of-tab"


class Action(StrEnum):
    """What not everybody may do."""

    AUDIT = "audit"
    """Make audits, and see one's own."""
    ADD_MODELS = "add-models"
    """Add, rename and remove models."""
    SEE_ALL = "see-all"
    """See, stop and delete everybody's audits."""
    SETTINGS = "settings"
    """Change what holds for everybody."""


LEAST = {
    Action.AUDIT: Role.MEMBER,
    Action.ADD_MODELS: Role.OWNER,
    Action.SEE_ALL: Role.OWNER,
    Action.SETTINGS: Role.OWNER,
}
"""The role that an action needs at least."""


@dataclass(frozen=True)
class Person:
    """Who uses a tab.

    Attributes:
        key: Tells people apart, says nothing about them, and stays the same: small letters, digits and ``-``.
        name: What they are called; empty where nobody signs in.
        role: What they may do.
        address: Their mail address in small letters; empty where it is not known for sure.
        signed_in: Whether a provider of sign-in said who they are.
    """

    key: str
    name: str
    role: Role
    address: str = ""
    signed_in: bool = False


def person() -> Person:
    """Who uses the tab whose page runs now.

    Whoever is signed in; otherwise, where only this computer reaches the server, the one person of it, and
    elsewhere the browser by its signed cookie, or the tab where the browser keeps none.

    Raises:
        SaliencyError: Sign-in is not set as it has to be.
    """
    if settings.is_on():
        claims = sign_in.claims()
        if claims is None:
            return Person(_browser_key(), "", Role.VISITOR)
        rules, name = settings.settings().rules, sign_in.name_of(claims)
        return Person(_person_key(claims), name, rules.role(claims), rules.address(claims), signed_in=True)
    if reach.only_this_computer():
        return Person(THIS_COMPUTER, "", Role.OWNER)
    return Person(_browser_key(), "", Role.MEMBER)


def may(someone: Person, action: Action) -> bool:
    """Whether somebody may do something, by their role.

    Where the server's owner has said whether others add models, that holds: for members too, or for nobody.
    """
    others = reach.others_add_models()
    if action is Action.ADD_MODELS and others is not None:
        return others and someone.role.includes(Role.MEMBER)
    return someone.role.includes(LEAST[action])


def may_add_models() -> bool:
    """Whether whoever uses this tab may add, rename and remove models."""
    return may(person(), Action.ADD_MODELS)


def by_browser(headers: Mapping[str, str]) -> bool:
    """Whether people are told apart by their browsers, by the headers of a request."""
    return not settings.is_on() and not reach.only_this_computer(headers)


def key_of_request(headers: Mapping[str, str], cookies: Mapping[str, str]) -> str | None:
    """The key of who sends a request beside a page's own connection, by its headers and cookies.

    Returns:
        Empty where nothing tells who it is; None where nobody signs in and only this computer's people come.
    """
    claims = sign_in.claims_of(cookies) if settings.is_on() else None
    if claims is not None:
        return _person_key(claims)
    if not settings.is_on() and reach.only_this_computer(headers):
        return None
    browser = browser_id(cookies)
    return _key("browser", browser) if browser else ""


def is_of_tab(key: str) -> bool:
    """Whether a key stands for one tab, whose requests beside its own connection nothing tells apart."""
    return key.startswith("tab-")


def _person_key(claims: Claims) -> str:
    return _key("person", str(claims["iss"]), str(claims["sub"]))


def _browser_key() -> str:
    browser = browser_id(st.context.cookies)
    if browser is None:
        return _key("tab", st.session_state.setdefault(_TAB, secrets.token_hex(16)))
    return _key("browser", browser)


def _key(kind: str, *parts: str) -> str:
    """A key that leads back to nobody who is not known already."""
    return f"{kind}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"
