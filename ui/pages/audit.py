"""The audit page: the same questions over a whole set of photos."""

from __future__ import annotations

import streamlit as st

from ui.audit.comparison import page
from ui.audit.overview import details, frame, overview
from ui.audit.store import AGAINST, OPEN

name = st.query_params.get(OPEN)  # the address alone says which: Back and Forward lead where they should
against = st.query_params.get(AGAINST)
with frame(f"{name} {against}" if name and against else name or ""):
    if name and against:
        page.show(against, name)
    elif name:
        details(name)
    else:
        overview()
