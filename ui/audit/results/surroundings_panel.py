"""Products with other surroundings: what was counted, and an example in pictures."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from saliency.audit import Job
from saliency.audit.evidence.surroundings.figures import SurroundingsGroup, SurroundingsVerdict
from saliency.audit.job import PHOTOS
from saliency.audit.reports import surroundings_words as words
from saliency.audit.reports.surroundings_pictures import example_pictures
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit.results.results import Results
from ui.widgets.pictures import jpeg

_ROW = ("own", "greyed", "other", "alone", "without")  # of an example
_FIRST = 6  # classes that are shown one by one


def show(results: Results) -> None:
    """Draws all of it; nothing where no product is marked."""
    record = results.record.surroundings
    if record is None:
        return
    st.markdown(f"## {words.HEADING}", anchors=False)
    st.caption(f"{words.LEGEND} {words.extent(record)}")
    if corners := words.corners(record):
        st.caption(corners)
    telling = [group for group in record.groups if group.verdict is not SurroundingsVerdict.NO_EVIDENCE]
    classes = [group for group in telling if group.label is not None]
    shown = (classes or telling)[:_FIRST] or record.groups[:1]
    for group in shown:
        with st.container(border=True):
            _group(results, group)
    if others := [group for group in record.groups if group not in shown]:
        with st.expander(words.OTHERS.format(count=len(others))):
            for group in others:
                st.markdown(f"- {wording.plain(group.sentence)} {wording.plain(group.next)}")
    with st.expander(words.FIGURES):
        st.caption(words.table_note(judged=record.judged))
        st.table(words.table(record), border="horizontal", hide_index=True, alt=words.FIGURES)


def _group(results: Results, group: SurroundingsGroup) -> None:
    """One class: what was counted, and an example."""
    headline = words.headline(group, results.record.settings.question)
    st.markdown(f"### {wording.plain(headline)}", anchors=False)
    st.markdown(f"**{wording.plain(group.sentence)}** {wording.plain(group.next)}")
    example = group.example
    numbers = {photo.row.file: photo.number for photo in results.photos}
    if example is None or example.file not in numbers:
        return
    partners = {"same": example.same, "other": example.other}
    found = {name: numbers[file] for name, file in partners.items() if file in numbers}
    try:
        pictures = _pictures(results.folder, numbers[example.file], **found)
    except SaliencyError as error:
        st.caption(faults.sentence(error))
        return
    row = ["same" if name == "other" and "other" not in pictures else name for name in _ROW]
    row = [name for name in row if name in pictures]
    for column, name in zip(st.columns(len(row), gap="small"), row, strict=True):
        answer = example.guesses.get(name, "")
        with column:
            alt = f"{words.PICTURES[name]}, the answer is “{answer}”"
            st.image(pictures[name], width="stretch", output_format="JPEG", alt=alt)
            st.markdown(f"**{wording.plain(answer)}**")
            st.caption(words.PICTURES[name])
    st.caption(wording.plain(example.file))


@st.cache_data(show_spinner=False, max_entries=30, max_size=16 * 2**20, scope="session")
def _pictures(folder: Path, own: int, same: int | None = None, other: int | None = None) -> dict[str, bytes]:
    """An example's pictures as JPEG files, by the name of its surroundings.

    Raises:
        SaliencyError: A photo cannot be read any more.
    """
    with Job(folder, alone=False) as job:
        pictures = example_pictures(job, folder / PHOTOS, own, same, other)
    return {str(surround): jpeg(picture) for surround, picture in pictures.items()}
