"""The audit page: the same questions over a whole set of photos."""

from __future__ import annotations

import streamlit as st

from ui.audit.overview import details, frame, overview
from ui.audit.store import OPEN

name = st.query_params.get(OPEN)  # the address alone says which: Back and Forward lead where they should
with frame(name or ""):
    if name:
        details(name)
    else:
        overview()
