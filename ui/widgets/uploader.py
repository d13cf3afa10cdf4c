"""Taking files from people: no larger ones than are of use, and none for longer than the page shows them.

Streamlit keeps every file in memory until its tab is closed, also where the page has emptied its uploader.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile

from saliency.photo.reading import MAX_BYTES, SUFFIXES
from ui.server.upload_ledger import largest_file, ledger

PHOTO_MEGABYTES, TABLE_MEGABYTES = MAX_BYTES // 2**20, 64
_DRAWN, _SHOWN = "uploads-drawn", "uploads-shown"  # ids of files: in this run so far, in the one before

Upload = Any
"""A file that was handed over, as Streamlit gives it: with name, size, `seek` and `read`."""


def megabytes() -> int:
    """How large a ZIP may be."""
    return largest_file() // 2**20


def upload(label: str, *, key: str, most: int, **settings: Any) -> list[Upload]:
    """An uploader for files of at most so many megabytes; `settings` are those of `st.file_uploader`.

    Returns:
        The files that were handed over.
    """
    st.file_uploader(label, key=key, max_upload_size=min(most, megabytes()), **settings)
    files = handed_over(key)
    st.session_state.setdefault(_DRAWN, set()).update(file.file_id for file in files)
    return files


def handed_over(key: str) -> list[Upload]:
    """The files in an uploader or a camera; a browser may still tell of files that were let go of."""
    value = st.session_state[key]
    files = value if isinstance(value, list) else [value]
    return [file for file in files if file is not None and not isinstance(file, DeletedFile)]


def forget(files: Iterable[Upload | None]) -> None:
    """Lets go of files in the server's memory."""
    _remove(file.file_id for file in files if file is not None)


def forget_undrawn() -> None:
    """Lets go of the files that the page showed when it was drawn before, and shows no more."""
    drawn = st.session_state.pop(_DRAWN, set())
    _remove(st.session_state.get(_SHOWN, set()) - drawn)
    st.session_state[_SHOWN] = drawn


def open_page(*, whole_sets: bool = False, models: bool = False) -> None:
    """Notes whether the page that is drawn takes ZIPs and tables, or files of models, which may be any."""
    st.session_state.pop(_DRAWN, None)
    context = get_script_run_ctx()
    if context is not None:
        sets = {".zip": largest_file(), ".csv": TABLE_MEGABYTES * 2**20} if whole_sets else {}
        photos = dict.fromkeys(SUFFIXES, MAX_BYTES)
        kinds = {"": largest_file(), **photos} if models else {"": MAX_BYTES, **sets}
        ledger().takes(context.session_id, kinds)


def _remove(ids: Iterable[str]) -> None:
    context = get_script_run_ctx()
    if context is None or not isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        return
    for file in ids:
        context.uploaded_file_mgr.remove_file(context.session_id, file)
