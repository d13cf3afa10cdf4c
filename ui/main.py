"""The page: configuration and navigation, nothing else. Served by ``app.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import faults, words
from ui.audit.runner import runner
from ui.server.reach import may_add_models
from ui.session import session
from ui.widgets import uploader

st.set_page_config(
    page_title=words.APP,
    page_icon=Path(__file__).with_name("pages") / "icon.png",
    layout="wide",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
page = st.navigation(
    [
        st.Page(
            f"pages/{name}.py",
            title=title,
            icon=f":material/{icon}:",
            help=purpose,
            default=name == "explain",
        )
        for name, (title, icon, purpose) in words.PAGES.items()
    ],
    position="top",
)
st.set_page_config(page_title=words.page_title(page.title))
with faults.shown():
    runner().open()
    session().open(page.url_path)
    models = page.url_path == "models" and may_add_models()
    uploader.open_page(whole_sets=page.url_path == "audit", models=models)
    page.run()
    uploader.forget_undrawn()
    session().rest()
