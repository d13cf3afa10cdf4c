"""The page: configuration and navigation, nothing else. Served by ``app.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import faults, words
from ui.audit.remedy.rehearsals import rehearsals
from ui.audit.runner import runner
from ui.people import gate
from ui.people.person import may_add_models
from ui.session import session
from ui.sharing import section
from ui.widgets import uploader

st.set_page_config(
    page_title=words.APP,
    page_icon=Path(__file__).with_name("pages") / "icon.png",
    layout="wide",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
opened = gate.opened(section.all_links)
st.set_page_config(page_title=words.page_title(opened.title))
with faults.shown():
    runner().open()
    rehearsals()
    if opened.instead is not None:
        opened.instead()
    else:
        name = opened.page.url_path
        session().open(name)
        uploader.open_page(whole_sets=name == "audit", models=name == "models" and may_add_models())
        opened.page.run()
        uploader.forget_undrawn()
        session().rest()
