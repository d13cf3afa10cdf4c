"""Draws "Share this result": what is in it, the file, and where people sign in a link that ends."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from ui import faults
from ui.people.person import Person, person
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
        link = store.add(make(), owner=someone.key, title=title(), days=int(days), now=time.time())
        st.success(words.MADE.format(ends=words.day(link.ends)))
        st.code(address(link.key), language=None, wrap_lines=True)
    _links(someone)


def _links(someone: Person) -> None:
    """One's own links, each with a button that ends it."""
    if said := st.session_state.pop(_SAID, ""):
        st.info(said)
    links = store.links_of(someone.key, time.time())
    if not links:
        return
    st.markdown(f"### {words.MINE}", anchors=False)
    for link in links:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            until = words.UNTIL.format(ends=words.day(link.ends))
            st.markdown(f"[{plain(link.title)}]({address(link.key)}){DOT}{until}")
            st.button(
                words.TAKE_BACK,
                key=f"take-back-{link.key}",
                type="tertiary",
                on_click=_take_back,
                args=(link,),
            )


def _take_back(link: store.SharedLink) -> None:
    try:
        store.take_back(link.key, person().key)  # whoever is here now, not who was when it was drawn
    except Exception as error:  # said where the link was
        st.session_state[_SAID] = faults.message(error)
    else:
        st.session_state[_SAID] = words.TAKEN_BACK
