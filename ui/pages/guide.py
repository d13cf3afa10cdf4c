"""How to read a heat map, with pictures computed on the spot."""

from __future__ import annotations

import streamlit as st

from ui import wording

st.title(wording.GUIDE_TITLE, anchor=False)
