"""Draws "Share this result": what is in it, the file, and where people sign in a link that ends."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from ui import faults
from ui.people.person import Action, Person, may, person
from ui.sharing import store, words
from ui.sharing.shared_pages import address
from ui.widgets.controls import download_button
from ui.words import DOT, plain

_SAID = "share-said"  # key of the sentence about the last link, shown once


def share(make: Callable[[], bytes], stem: str, title: Callable[[], str]) -> None:
    """A button that opens all of it.

    Args:
        make: Makes the page.
        stem: What the file's name begins with.
        title: What the page is called in the list of links, as plain text.
    """
    with st.popover(words.SHARE, icon=":material/share:"), faults.shown():
        st.markdown(f"{words.WHAT} {words.FILE_WARNING}")
        download_button(
            words.PAGE,
            make,
            f"{stem}.html",
            key="page",
            purpose=words.PAGE_HELP,
            icon=":material/download:",
        )
        someone = person()
        if someone.signed_in:
            _by_link(someone, make, title)


def _by_link(someone: Person, make: Callable[[], bytes], title: Callable[[], str]) -> None:
    """How long, who then sees it, a button, and the links there are."""
    st.markdown(f"### {words.BY_LINK}", anchors=False)
    st.markdown(words.WHO)
    days = st.segmented_control(
        words.LASTS,
        list(store.DAYS),
        default=store.DAYS[1],
        format_func=words.LENGTHS.__getitem__,
        required=True,
        key="share-days",
    )
    if st.button(words.MAKE, icon=":material/link:", key="share-make"):
        link = store.add(
            make(),
            owner=someone.key,
            name=someone.name or someone.address,
            title=title(),
            days=int(days),
            now=time.time(),
        )
        st.success(words.MADE.format(ends=words.day(link.ends)))
        st.code(address(link.key), language=None, wrap_lines=True)
    links(someone)


def links(someone: Person) -> None:
    """One's own links, each with a button that ends it."""
    if said := st.session_state.pop(_SAID, ""):
        st.info(said)
    own = store.links_of(someone.key, time.time())
    if own:
        st.markdown(f"### {words.MINE}", anchors=False)
    for link in own:
        _line(link)


def all_links(someone: Person) -> None:
    """One's own links, and for owners of the server everybody's."""
    links(someone)
    if not may(someone, Action.SEE_ALL):
        return
    others = [link for link in store.all_links(time.time()) if link.owner != someone.key]
    if others:
        st.markdown(f"### {words.OTHERS.format(count=len(others))}", anchors=False)
        st.caption(words.OTHERS_HELP)
    for link in others:
        _line(link, by=link.name or words.SOMEBODY)


def _line(link: store.SharedLink, by: str = "") -> None:
    """A link, whose it is where that is not who looks at it, until when, and a button that ends it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = [f"[{plain(link.title)}]({address(link.key)})", words.UNTIL.format(ends=words.day(link.ends))]
        if by:
            said.insert(1, plain(by))
        st.markdown(DOT.join(said))
        st.button(
            words.TAKE_BACK,
            key=f"take-back-{link.key}",
            type="tertiary",
            on_click=_take_back,
            args=(link,),
        )


def _take_back(link: store.SharedLink) -> None:
    someone = person()  # whoever is here now, not who was when it was drawn
    try:
        store.take_back(link.key, someone.key, anybodys=may(someone, Action.SEE_ALL))
    except Exception as error:  # said where the link was
        st.session_state[_SAID] = faults.message(error)
    else:
        st.session_state[_SAID] = words.TAKEN_BACK
