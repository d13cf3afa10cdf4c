"""What is wrong with the set itself: labels to check, copies, sources, photos to look at, in pictures."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from saliency.audit.evidence.hygiene.labels import DoubtfulLabel
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.reports import set_section
from saliency.audit.reports.set_sentences import (
    HEADING,
    copies_sentence,
    copy_sentence,
    doubts_sentence,
    flaws_sentence,
)
from saliency.audit.sheet.thumbnails import thumbnail
from saliency.errors import SaliencyError
from saliency.names import readable
from ui import faults
from ui import words as wording
from ui.audit.results import gallery, words
from ui.audit.results.results import Results
from ui.session import Session

_PAIRS, _ROW = 4, 2  # of photos beside each other, and such pairs in a row
_PHOTOS = 4
_LISTED = 20


def show(results: Results, state: Session) -> None:
    """Draws it, if there is anything to say."""
    hygiene = results.record.hygiene
    if hygiene is None or not hygiene.says_something:
        return
    st.markdown(f"## {HEADING}", anchors=False)
    _doubts(results, hygiene, state)
    _copies(results, hygiene, state)
    if hygiene.origins:
        st.markdown(f"### {set_section.ORIGINS}", anchors=False)
        for origin in hygiene.origins[:_LISTED]:
            st.markdown(f"- {wording.plain(origin.sentence)}")
        st.caption(set_section.SOURCES)
        _more(len(hygiene.origins) - _LISTED)
    _flaws(results, hygiene, state)


def _doubts(results: Results, hygiene: SetHygiene, state: Session) -> None:
    """Each photo beside the nearest one that has the other label."""
    if not hygiene.doubtful:
        return
    st.markdown(f"### {set_section.DOUBTS}", anchors=False)
    st.markdown(f"**{wording.plain(doubts_sentence(hygiene))}**")
    st.caption(set_section.SUGGESTIONS)
    shown = hygiene.doubtful[:_PAIRS]
    for card, doubt in gallery.cards(shown, _ROW, "medium"):
        with card:
            _pair(results, _beside(doubt))
            st.markdown(wording.plain(doubt.sentence))
            _open(results, doubt.file, "doubt", state)
    _more(len(hygiene.doubtful) - len(shown))


def _beside(doubt: DoubtfulLabel) -> list[tuple[str, str | None]]:
    """The photo and its nearest of the other label, with their labels."""
    return [(doubt.file, doubt.label), *((file, doubt.other) for file in doubt.alike[:1])]


def _copies(results: Results, hygiene: SetHygiene, state: Session) -> None:
    """Copies under different labels beside each other; the others in a list."""
    if not hygiene.copies:
        return
    st.markdown(f"### {set_section.COPIES}", anchors=False)
    st.markdown(f"**{wording.plain(copies_sentence(hygiene))}**")
    st.caption(set_section.HALVES)
    across = hygiene.across[:_PAIRS]
    for card, group in gallery.cards(across, _ROW, "medium"):
        with card:
            _pair(results, [(photo.file, photo.label) for photo in group.photos[:2]])
            st.markdown(wording.plain(copy_sentence(group)))
            _open(results, group.photos[0].file, "copy", state)
    _more(len(hygiene.across) - len(across))
    same = [group for group in hygiene.copies if not group.across]
    if same:
        with st.expander(words.SAME_LABEL.format(count=len(same))):
            for group in same[:_LISTED]:
                st.markdown(f"- {wording.plain(copy_sentence(group))}")
            _more(len(same) - _LISTED)


def _flaws(results: Results, hygiene: SetHygiene, state: Session) -> None:
    """Photos in which little can be seen, or unlike all others."""
    if not hygiene.flawed:
        return
    st.markdown(f"### {set_section.FLAWS}", anchors=False)
    st.markdown(f"**{wording.plain(flaws_sentence(hygiene))}**")
    shown = hygiene.flawed[:_PHOTOS]
    for card, photo in gallery.cards(shown):
        with card:
            _photo(results, photo.file)
            st.markdown(wording.plain(photo.sentence))
            st.caption(wording.plain(photo.file))
            _open(results, photo.file, "flaw", state)
    _more(len(hygiene.flawed) - len(shown))


def _pair(results: Results, photos: Sequence[tuple[str, str | None]]) -> None:
    """Two photos beside each other, with their labels."""
    for column, (file, label) in zip(st.columns(2, gap="small"), photos, strict=False):
        with column:
            _photo(results, file)
            said = words.LABELLED.format(label=label) if label else words.UNLABELLED
            st.markdown(f"**{wording.plain(said)}**")
            st.caption(wording.plain(file))


def _photo(results: Results, file: str) -> None:
    """A photo without its map: it is to be looked at as it is."""
    try:
        picture = thumbnail(results.folder, file)
    except SaliencyError as error:
        st.caption(faults.sentence(error))
        return
    st.image(picture, width="stretch", output_format="JPEG", alt=readable(f"The photo “{file}”"))


def _open(results: Results, file: str, kind: str, state: Session) -> None:
    """A button that shows a photo on the Explain page, if it was audited."""
    photo = next((photo for photo in results.photos if photo.row.file == file), None)
    if photo is not None and st.button(
        words.OPEN_PICTURE, key=f"audit-set-{kind}-{photo.number}", icon=":material/image_search:"
    ):
        with faults.shown():
            gallery.open_in_explain(results, photo, None, state)


def _more(count: int) -> None:
    if count > 0:
        st.caption(words.MORE_OF_SET.format(count=count))
