"""Products with other surroundings: what was counted, and an example in pictures."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from saliency.audit import Job
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.surroundings.figures import SurroundingsGroup, SurroundingsVerdict
from saliency.audit.job import PHOTOS
from saliency.audit.reports import surroundings_words as words
from saliency.audit.reports.surroundings_pictures import example_pictures
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit.results.results import Results
from ui.widgets.pictures import jpeg

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
    found = [finding.guess for finding in results.record.findings if finding.kind == "surroundings"]
    depends = SurroundingsVerdict.DEPENDS
    rest = [group for group in record.groups if not (found and group.verdict is depends)]
    telling = [group for group in rest if group.verdict is not SurroundingsVerdict.NO_EVIDENCE]
    classes = [group for group in telling if group.label is not None]
    shown = (classes or telling)[:_FIRST] or ([] if found else rest[:1])
    if found:
        st.markdown(words.SAID_ABOVE)
    for group in shown:
        with st.container(border=True):
            _group(results, group)
    if others := [group for group in rest if group not in shown]:
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
    _example(results, group)


def of_finding(results: Results, finding: AuditFinding) -> None:
    """An example in pictures for the finding that answers depend on the surroundings."""
    groups = results.record.surroundings.groups if results.record.surroundings else ()
    for group in groups:
        if group.label == finding.guess:
            _example(results, group)


def _example(results: Results, group: SurroundingsGroup) -> None:
    """A photo with other surroundings, and the answers; nothing where it cannot be read any more."""
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
    row = ["same" if name == "other" and "other" not in pictures else name for name in words.EXAMPLE]
    row = [name for name in row if name in pictures and name in example.guesses]
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
