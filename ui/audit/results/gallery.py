"""The photos of an audit with their maps; a person chooses which to see, and opens one in Explain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from saliency.audit import Job
from saliency.audit.job import PHOTOS
from saliency.audit.reports.pictures import with_heat
from saliency.errors import SaliencyError
from saliency.photo.area import Area, Box
from saliency.photo.reading import read_photo
from ui import faults
from ui import words as wording
from ui.audit import store as audit_store
from ui.audit.results import words
from ui.audit.results.results import Entry, Results, chosen
from ui.check.marks import boxed
from ui.explain.panels import png
from ui.session import Session
from ui.widgets import samples
from ui.widgets.pictures import outlined

_PAGE, _COLUMNS = 12, 4
_ALL, _WORTH = "all", "worth"


def browse(results: Results, state: Session) -> None:
    """Filters, and the pictures that fit, page by page."""
    guess, files, right, finding = _filters(results)
    fitting = chosen(results.entries, guess=guess, files=files, right=right)
    if not fitting:
        st.info(words.NO_PICTURE)
        return
    pages = -(-len(fitting) // _PAGE)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        space = st.empty()
        page = st.pagination(pages, key=f"audit-page-{pages}-{guess}-{right}") if pages > 1 else 1
    first = (page - 1) * _PAGE
    part = fitting[first : first + _PAGE]
    space.caption(words.shown(first + 1, first + len(part), len(fitting)), width="content")
    for start in range(0, len(part), _COLUMNS):
        columns = st.columns(_COLUMNS, gap="small")
        for column, entry in zip(columns, part[start : start + _COLUMNS], strict=False):
            with column, st.container(border=True, height="stretch"):
                _card(results, entry, place(finding, entry), state)


def strip(results: Results, finding: Mapping[str, Any]) -> None:
    """A few pictures that a finding rests on, with the place outlined."""
    by_file = {entry["file"]: entry for entry in results.entries}
    few = [by_file[file] for file in finding["files"] if file in by_file][:_COLUMNS]
    for column, entry in zip(st.columns(_COLUMNS, gap="small"), few, strict=False):
        with column:
            _picture(results, entry, place(finding, entry))
            st.caption(wording.plain(entry["file"]))


def place(finding: Mapping[str, Any] | None, entry: Entry) -> Box | None:
    """Where the place of a finding is in a photo."""
    if finding is None:
        return None
    box = finding["box"] or entry["areas"].get(finding["place"])
    return tuple(box) if box else None


@st.cache_data(show_spinner=False, max_entries=120, scope="session")
def small(folder: Path, file: str, at: int | None, box: Box | None) -> bytes:
    """A photo with its map over it, and a box outlined if there is one, as a PNG file.

    Args:
        folder: Of the audit.
        file: The photo's path in the set.
        at: Its number; None if it has no map.
        box: In shares of the photo.

    Raises:
        SaliencyError: The photo cannot be read any more.
    """
    photo = read_photo(folder / PHOTOS / file)
    cells = None
    if at is not None:
        with Job(folder, alone=False) as job:
            cells = job.cells(at)
    picture = with_heat(photo, cells)
    return png(outlined(picture, Area((box,))) if box else picture)


def _filters(results: Results) -> tuple[str, frozenset[str] | None, str, Mapping[str, Any] | None]:
    worth = frozenset(entry["file"] for entry in results.entries if entry["reasons"])
    found = {f"finding-{at}": one for at, one in enumerate(results.shown) if one["files"]}
    labelled = any(entry["right"] is not None for entry in results.entries)
    names = {_WORTH: f"{words.WORTH} ({len(worth)})", _ALL: f"{words.ALL} ({len(results.entries)})"}
    names |= {key: f"{words.choice(one)} ({len(one['files'])})" for key, one in found.items()}
    columns = st.columns([5, 4, 4], gap="medium")
    with columns[0]:
        what = st.selectbox(
            words.FOUND,
            list(names) if worth else [_ALL, _WORTH, *found],
            format_func=names.__getitem__,
            key="audit-what",
        )
    with columns[1]:
        guess = st.selectbox(
            words.GUESS, ["", *results.guesses], format_func=lambda one: one or words.ALL, key="audit-guess"
        )
    right = "all"
    if labelled:
        with columns[2]:
            right = st.segmented_control(
                words.RIGHTNESS,
                list(words.RIGHTNESSES),
                default="all",
                format_func=words.RIGHTNESSES.__getitem__,
                key="audit-right",
                required=True,
            )
    one = found.get(what)
    files = {_ALL: None, _WORTH: worth}.get(what, frozenset(one["files"]) if one else None)
    return guess, files, right, one


def _card(results: Results, entry: Entry, box: Box | None, state: Session) -> None:
    _picture(results, entry, box)
    st.markdown(words.picture(entry))
    said = words.reasons(entry)
    if said:
        st.caption(said)
    st.caption(wording.plain(entry["file"]))
    if st.button(words.OPEN_PICTURE, key=f"audit-open-{entry['at']}", icon=":material/image_search:"):
        with faults.shown():
            open_in_explain(results, entry, box, state)


def _picture(results: Results, entry: Entry, box: Box | None) -> None:
    try:
        at = entry["at"] if entry["mapped"] else None
        picture = small(results.folder, entry["file"], at, box)
    except SaliencyError as error:
        st.caption(faults.sentence(error))
        return
    st.image(picture, width="stretch", output_format="PNG", alt=words.alt(entry))


def open_in_explain(results: Results, entry: Entry, box: Box | None, state: Session) -> None:
    """Shows a photo on the Explain page, to the same model in the same way; the place is marked already.

    Raises:
        SaliencyError: The photo cannot be read any more.
    """
    asked = audit_store.read(results.folder)
    photo = read_photo(results.folder / PHOTOS / entry["file"], name=Path(entry["file"]).name)
    state.take_photo(photo, samples.thumbnail(photo))
    state.uploads += 1
    if asked is not None:
        state.choose_model(asked.model)
        state.framing, state.view = asked.framing, asked.method
    if box is not None:
        state.mark(photo.digest, boxed(*box))
    state.link = {}
    st.switch_page("pages/explain.py")
