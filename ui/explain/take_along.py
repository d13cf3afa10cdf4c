"""What people take along from the Explain page: slides, the page of the result, all files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from saliency import files
from saliency.explanation import Explanation
from saliency.export.check_slide import check_slide
from saliency.export.checked_area import CheckedArea
from saliency.export.parcel import parcel, slide_notes
from saliency.export.result_page import result_page
from saliency.export.slide import slide
from saliency.export.slide_words import SlideWords, asked, details, slide_words
from saliency.verdict.words import score
from ui.answers.words import answer
from ui.explain import words
from ui.session import Session
from ui.sharing.section import share
from ui.widgets.controls import download_button
from ui.words import SLIDE, SLIDE_HELP, TAKE


def take_along(explanation: Explanation, view: str, today: date, state: Session) -> None:
    """Buttons for the slide and what is shared, and for more files behind another."""

    def said() -> SlideWords:
        return replace(
            slide_words(explanation, today),
            finding=_answer(explanation),
            details=details(view, asked(explanation), today),
        )

    def checked() -> CheckedArea | None:
        """The area that the page shows as tested, if that was about this question."""
        shown = state.checked
        return shown if shown and shown.test.probe.question.target == explanation.target else None

    def slide_png() -> bytes:
        area = checked()
        picture = slide(explanation, said(), state.strength / 100, checked=area)
        return files.png(picture, slide_notes(explanation, said(), area))

    def test_slide_png() -> bytes:
        area = checked()
        if area is None:
            return slide_png()
        return files.png(check_slide(explanation, area, said()), slide_notes(explanation, said(), area))

    def archive() -> bytes:
        return files.archive(parcel(explanation, said(), checked=checked(), strength=state.strength / 100))

    def page() -> bytes:
        return result_page(explanation, said(), checked=checked(), strength=state.strength / 100)

    def title() -> str:
        area = checked()
        return f"{explanation.photo.name}: {said().finding if area is None else area.conclusion.title}"

    stem = file_stem(explanation)
    st.markdown(f"### {TAKE}", anchors=False)
    with st.container(horizontal=True):
        icon = ":material/slideshow:"
        download_button(SLIDE, slide_png, f"{stem}-slide.png", key="slide", purpose=SLIDE_HELP, icon=icon)
        share(page, stem, title)
        with st.popover(words.MORE_FILES, type="tertiary", help=words.MORE_FILES_HELP):
            download_button(
                words.TEST_SLIDE,
                test_slide_png,
                f"{stem}-test-slide.png",
                key="test-slide",
                purpose=words.TEST_SLIDE_HELP,
                icon=icon,
            )
            icon = ":material/folder_zip:"
            download_button(words.ZIP, archive, f"{stem}.zip", key="zip", purpose=words.ZIP_HELP, icon=icon)


def _answer(explanation: Explanation) -> str:
    """The answer on a slide, where how far to rely on it is said below, among the cautions."""
    known, top, outputs = explanation.familiarity, explanation.scores[0], explanation.outputs
    if known is not None and known.strange and outputs.exclusive:
        return words.ANSWER.format(label=top.label, score=score(top.score))
    return answer(explanation.scores, outputs, known, markup=False)


def file_stem(explanation: Explanation) -> str:
    """A file name made from photo and view, safe on every system."""
    return f"spotlight-{files.stem(explanation.photo.name)}-{explanation.method}"
