"""Downloading one of torchvision's models."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from models import Choice
from ui.models import words
from ui.session import Session
from ui.words import licence, listed, model_in_list, plain
from ui.work.loading import offer_download


def download(state: Session, missing: Mapping[str, Choice]) -> None:
    """A list of those that are not on this computer, and the offer to download the one that is chosen."""
    if not missing:
        st.markdown(words.ALL_HERE)
        return
    st.markdown(words.DOWNLOADS_INTRO)
    key: str | None = st.selectbox(
        words.DOWNLOAD_WHICH,
        list(missing),
        index=None,
        format_func=lambda key: listed(model_in_list(missing[key])),
        placeholder=words.DOWNLOAD_SEARCH,
        key="model-download",
        width=560,
    )
    if key is None:
        return
    choice = missing[key]
    st.markdown(f"{plain(choice.sentence)} {licence(choice)}".strip())
    offer_download(choice, state, st.container())
