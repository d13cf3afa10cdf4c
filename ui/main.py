"""The page: configuration and navigation, nothing else. Served by ``app.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import faults
from ui import words as wording
from ui.audit.runner import runner

st.set_page_config(
    page_title=wording.APP,
    page_icon=Path(__file__).with_name("icon.png"),
    layout="wide",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
page = st.navigation(
    [
        st.Page(
            "pages/explain.py",
            title=wording.PAGE_EXPLAIN,
            icon=":material/image_search:",
            help=wording.PAGE_EXPLAIN_HELP,
            default=True,
        ),
        st.Page(
            "pages/compare.py",
            title=wording.PAGE_COMPARE,
            icon=":material/compare:",
            help=wording.PAGE_COMPARE_HELP,
        ),
        st.Page(
            "pages/audit.py",
            title=wording.PAGE_AUDIT,
            icon=":material/fact_check:",
            help=wording.PAGE_AUDIT_HELP,
        ),
        st.Page(
            "pages/guide.py",
            title=wording.PAGE_GUIDE,
            icon=":material/menu_book:",
            help=wording.PAGE_GUIDE_HELP,
        ),
    ],
    position="top",
)
with faults.shown():
    runner().open()
    page.run()
