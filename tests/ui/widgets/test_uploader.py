from __future__ import annotations

import pytest
from stand_in import draw, encoded
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.testing.v1 import AppTest

from ui.photo import chooser
from ui.session import Session
from ui.widgets import uploader


class Context:
    """As of a run of the page: a store of files, and the session's name."""

    def __init__(self):
        from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

        self.uploaded_file_mgr, self.session_id = MemoryUploadedFileManager("/upload"), "tab"


@pytest.mark.parametrize("value", [None, DeletedFile("gone"), [], [DeletedFile("gone")]])
def test_files_that_were_let_go_of_are_no_files(monkeypatch, value):
    monkeypatch.setattr(uploader.st, "session_state", {"upload-0": value})
    assert uploader.handed_over("upload-0") == []
    state = Session()
    chooser._take(state, "upload-0")  # the browser may tell of one again
    assert (state.own, state.uploads, state.upload_error) == (None, 0, "")


def script():
    import streamlit as st

    from ui.widgets import uploader

    uploader.open_page(whole_sets=True)
    page = st.radio("Page", ["one", "other"])
    files = uploader.upload("Files", key=page, most=1, accept_multiple_files=True)
    st.write(f"{len(files)} files")
    uploader.forget_undrawn()
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    held = context.uploaded_file_mgr.file_storage.get(context.session_id, {})
    st.write(f"{len(held)} held")


def test_files_stay_while_the_page_shows_them_and_no_longer():
    app = AppTest.from_function(script, default_timeout=30).run()
    app.file_uploader[0].upload("a.jpg", encoded(draw(64, 64)))
    app.run()
    assert [text.value for text in app.markdown] == ["1 files", "1 held"]
    app.run()
    assert [text.value for text in app.markdown] == ["1 files", "1 held"]
    app.radio[0].set_value("other").run()
    assert [text.value for text in app.markdown] == ["0 files", "0 held"]


def test_a_photo_that_was_read_is_let_go_of(page):
    app = page()
    app.file_uploader[0].upload("a.jpg", encoded(draw(400, 300)))
    app.run()
    assert not app.error
    assert app.session_state["spotlight"].own.name == "a.jpg"
    assert uploader._SHOWN in app.session_state
    assert app.session_state[uploader._SHOWN] == set()
