"""Who comes in: navigation by role, the page to sign in on, and what stands in place of a refused page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from ui.people import sign_in, words
from ui.people.person import Person, person
from ui.people.roles import Role
from ui.people.settings import Settings, is_on, problem, settings
from ui.server.sign_in_return import FAILED, PASSING
from ui.words import APP, PAGES, plain

LEAST = {"audit": Role.MEMBER, "models": Role.MEMBER}
"""The role that a page needs at least, by its name; the others are for everybody who comes in."""

START = "pages/explain.py"
_LONGEST = 86400.0  # seconds after which a tab looks at the latest whether its sign-in is over
_PERSON = ":material/account_circle:"

Page = Any
"""What Streamlit makes of a script or a function."""


@dataclass(frozen=True)
class Opened:
    """What a tab has opened.

    Attributes:
        page: The page.
        title: What it is called.
        instead: Draws what stands in its place, where whoever uses the tab may not use it.
    """

    page: Page
    title: str
    instead: Callable[[], object] | None = None


def opened(own: Callable[[Person], None]) -> Opened:
    """Draws the navigation of whoever uses this tab, and finds out what they have opened and may see.

    Args:
        own: Draws what the page of somebody's account shows of theirs.
    """
    if wrong := problem():
        return Opened(_closed(), words.SIGN_IN, partial(_not_set, wrong))
    if not is_on():
        page = st.navigation(_pages(Role.OWNER), position="top")
        return Opened(page, page.title)
    someone, settled = person(), settings()
    if not someone.signed_in and not settled.visitors:
        return Opened(_closed(), words.SIGN_IN, partial(sign_in_page, settled))
    if someone.signed_in:
        _leave_in_time()
    page = st.navigation({"": _pages(someone.role), **_own(someone, settled, own)}, position="top")
    if someone.role.includes(LEAST.get(page.url_path, Role.VISITOR)):
        return Opened(page, page.title)
    return Opened(page, page.title, partial(_refused, page, someone, settled))


def sign_in_page(settled: Settings) -> None:
    """What it is, and a button to sign in with each provider."""
    with st.container(width=480):
        st.title(APP, anchor=False)
        st.markdown(words.INTRO)
        if sign_in.is_over():
            st.info(words.OVER, icon=":material/schedule:")
        elif FAILED in st.query_params:
            st.warning(words.FAILED, icon=":material/warning:")
        _buttons(settled)
        st.caption(words.NO_PASSWORD)


def _pages(role: Role) -> list[Page]:
    """The pages; those that the role may not use are not in the navigation."""
    return [
        st.Page(
            f"pages/{name}.py",
            title=title,
            icon=f":material/{icon}:",
            help=purpose,
            default=name == "explain",
            visibility="visible" if role.includes(LEAST.get(name, Role.VISITOR)) else "hidden",
        )
        for name, (title, icon, purpose) in PAGES.items()
    ]


def _closed() -> Page:
    """The page that was opened, with no way to another one; its address stays, for who then signs in."""
    return st.navigation([*_pages(Role.OWNER), *_passing(lambda: None, *PASSING)], position="hidden")


def _own(someone: Person, settled: Settings, own: Callable[[Person], None]) -> dict[str, list[Page]]:
    """What the navigation has below somebody's name: their account and the way out, or the way in."""
    if someone.signed_in:
        name = plain(someone.name or someone.address) or words.ACCOUNT
        out = st.Page(sign_in.sign_out, title=words.SIGN_OUT, icon=":material/logout:", url_path="sign-out")
        return {name: [_account(someone, own), out, *_passing(partial(st.switch_page, START), "sign-in")]}
    draw = partial(sign_in_page, settled)
    way_in = st.Page(draw, title=words.SIGN_IN, icon=":material/login:", url_path="sign-in")
    return {words.SIGN_IN: [way_in, *_passing(draw, "account", "sign-out")]}


def _passing(draw: Callable[[], None], *names: str) -> list[Page]:
    """Pages that are there for who was on them, or comes back to them, when they signed in or out."""
    return [st.Page(draw, title=words.SIGN_IN, url_path=name, visibility="hidden") for name in names]


def _account(someone: Person, own: Callable[[Person], None]) -> Page:
    def draw() -> None:
        st.title(words.ACCOUNT, anchor=False)
        names = dict.fromkeys(filter(None, (someone.name, someone.address)))
        st.markdown(f"**{plain(' · '.join(names))}**")
        st.markdown(words.ROLES[someone.role])
        if not someone.address:
            st.caption(words.UNVERIFIED)
        st.caption(words.KEPT)
        own(someone)

    return st.Page(draw, title=words.ACCOUNT, icon=_PERSON, url_path="account")


def _buttons(settled: Settings) -> None:
    here = urlsplit(st.context.url or settled.origin)
    if f"{here.scheme}://{here.netloc}" != settled.origin:
        st.info(words.ELSEWHERE, icon=":material/home:")
        st.link_button(plain(settled.origin), settled.origin + here._replace(scheme="", netloc="").geturl())
        return
    for number, (provider, name) in enumerate(settled.providers.items()):
        label = (
            words.SIGN_IN_WITH.format(provider=plain(name))
            if len(settled.providers) > 1 and name
            else words.SIGN_IN
        )
        if st.button(
            label,
            type="secondary" if number else "primary",
            icon=":material/login:",
            key=f"sign-in-{provider}",
        ):
            sign_in.sign_in(provider)


def _refused(page: Page, someone: Person, settled: Settings) -> None:
    st.title(page.title, anchor=False)
    address = f" ({plain(someone.address)})" if someone.address else ""
    rest = words.TO_MEMBERS.format(address=address) if someone.signed_in else words.TO_VISITORS
    st.info(f"{words.REFUSED[page.url_path]} {rest}", icon=":material/lock:")
    if not someone.signed_in:
        _buttons(settled)
    elif not someone.address:
        st.caption(words.UNVERIFIED)


def _not_set(wrong: str) -> None:
    st.title(APP, anchor=False)
    st.error(words.NOT_SET.format(problem=plain(wrong)), icon=":material/error:")


def _leave_in_time() -> None:
    """Draws the page anew when the sign-in is over: what it shows is for who is signed in."""
    said = sign_in.claims()
    rest = sign_in.ends(said) - time.time() if said else 0.0

    def look() -> None:
        if sign_in.claims() is None:
            st.rerun()

    st.fragment(look, run_every=min(max(1.0, rest + 0.5), _LONGEST))()
