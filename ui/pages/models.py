"""The models: what is on this computer, one's own, downloads."""

from __future__ import annotations

import streamlit as st

import models
from ui.models import words
from ui.models.cards import cards
from ui.models.download import download
from ui.models.form import adding
from ui.session import session

choices = models.choices()
state = session()
st.title(words.TITLE, anchor=False)
st.markdown(f"{words.INTRO} {words.TO_ADD}")
st.markdown(f"## {words.HERE}", anchors=False)
cards(state, [choice for choice in choices if choice.present or choice.kind != "catalogue"])
st.header(words.ADD, anchor=words.ADD_ANCHOR)
adding(state)
st.markdown(f"## {words.DOWNLOADS}", anchors=False)
download(
    state, {choice.key: choice for choice in choices if not choice.present and choice.kind == "catalogue"}
)
