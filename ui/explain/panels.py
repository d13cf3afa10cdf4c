"""Draws an explanation: finding, three equal pictures, what to take along, technical details."""

from __future__ import annotations

from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency import files
from saliency.explanation import Explanation
from saliency.export.check_slide import check_slide
from saliency.export.checked_area import CheckedArea
from saliency.export.parcel import parcel, slide_notes
from saliency.export.slide import SlideWords, slide
from saliency.heat.scale import MapKind
from saliency.methods.registry import find
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.words import score
from ui import faults
from ui.answers.words import answer, ends, topic, unsteady
from ui.explain import words
from ui.session import Session
from ui.views.words import UNLEARNED, not_class_specific
from ui.widgets.announcement import announced
from ui.widgets.controls import choose_strength, details_box, details_table, download_button, share_note
from ui.widgets.pictures import (
    FIRST_SCREEN,
    colour_bar,
    display_size,
    heat_jpeg,
    overlay_jpeg,
    received_jpeg,
    show_picture,
    titled_picture,
)
from ui.widgets.places import Place
from ui.widgets.words import details
from ui.words import (
    EMPTY,
    EVEN,
    FRAMINGS,
    LIMITS,
    SLIDE,
    SLIDE_HELP,
    TAKE,
    cut_off,
    plain,
    target_name,
)

_NARROWEST = 150  # pixels of a picture: two stand side by side on a phone
_SKETCH = 420  # width in pixels of a map that is not finished


def headline(prepared: PreparedPhoto, model: str, view: str) -> None:
    """The finding in one sentence, whose it is, and what the model knows where that may not be enough."""
    known, classifier = prepared.familiarity, prepared.classifier
    with st.container(gap=None):
        st.markdown(f"## {answer(prepared.scores, classifier.outputs, known)}", anchors=False)
        if said := unsteady(known):
            st.markdown(plain(said))
        st.markdown(words.asked(model, view))
    announced(answer(prepared.scores, classifier.outputs, known, markup=False), key="finding")
    if known.doubtful:
        st.markdown(plain(classifier.caution))
    if classifier.warning:
        st.warning(plain(classifier.warning), icon=":material/warning:")


def below(explanation: Explanation, view: str, today: date, state: Session) -> DeltaGenerator:
    """Space for the test (which is returned), what to take along, how it was made."""
    space = st.container()
    _take_along(explanation, view, today, state)
    share_note(words.SHARE)
    if box := details_box("details"):
        with box:
            details_table(details(explanation.record(), find(explanation.method)))
    return space


def meanwhile(explanation: Explanation, state: Session) -> None:
    """What the quick view shows while a slower one is waited for, its colours as strong as before."""
    st.markdown(f"### {words.MEANWHILE}", anchors=False)
    pictures(explanation, state, adjustable=False)
    st.markdown(sentences(explanation))


def pictures(explanation: Explanation, state: Session, *, adjustable: bool = True) -> Place:
    """The three pictures with legend and strength; gives the place of a fourth, of what was tested."""
    with st.grid(4, min_column_width=_NARROWEST, gap="medium") as grid:
        with grid.cell():
            _picture(explanation, words.RECEIVED, received_jpeg(explanation))
            height, width = explanation.placement.input_size
            given = words.GIVEN.format(framing=FRAMINGS[explanation.framing], width=width, height=height)
            st.caption(given)
        with grid.cell():
            _picture(explanation, words.HEAT, heat_jpeg(explanation))
            signed = explanation.signed
            colour_bar(*ends(signed=signed, outputs=explanation.outputs), signed=signed)
        with grid.cell():
            if adjustable:
                _overlay(explanation, state)
            else:
                _both(explanation, state)
        with grid.cell():
            return Place(st.container())


@st.fragment
def _overlay(explanation: Explanation, state: Session) -> None:
    """Photo and map together with the strength of the colours, which only blends anew."""
    with faults.shown():
        _both(explanation, state)
        choose_strength()


def _both(explanation: Explanation, state: Session) -> None:
    _picture(explanation, words.BOTH, overlay_jpeg(explanation, state.opacity))


def _picture(explanation: Explanation, title: str, drawing: bytes) -> None:
    alt = words.alt(title, explanation.photo.name, _question(explanation), explanation.outputs)
    titled_picture(title, drawing, alt, explanation.photo, tallest=FIRST_SCREEN)


def sketch(so_far: Explanation, space: DeltaGenerator) -> None:
    """The map while it sharpens, in a placeholder."""
    if so_far.estimate is None or so_far.empty:
        return
    with space.container(width=_SKETCH, gap="xsmall"):
        alt = words.alt(words.BOTH, so_far.photo.name, _question(so_far), so_far.outputs)
        show_picture(so_far.overlay(size=display_size(so_far.photo)), alt)
        st.caption(words.SO_FAR.format(samples=so_far.estimate.samples))


def sentences(explanation: Explanation) -> str:
    """What the map says: first the influence, then what else must be known to read it."""
    outputs, signed = explanation.outputs, explanation.signed
    label = target_name(explanation.target, explanation.rather_than)
    if explanation.empty:
        nothing = EMPTY if explanation.kind is MapKind.EMPTY else EVEN
        text = [nothing.format(topic=topic(label, outputs))]
    else:
        text = [words.spots(label, outputs, signed=signed), words.contour(outputs, signed=signed)]
        text.append(words.grain(explanation.attribution.shape))
    if not find(explanation.method).class_specific:
        text.append(not_class_specific(outputs))
    warning = UNLEARNED.get(find(explanation.method).learning, "")
    if warning and not explanation.empty:
        text.append(warning)
    if explanation.placement.cut_share > 0:
        text.append(cut_off(explanation.placement.cut_share))
    if explanation.placement.squeezed:
        text.append(words.SQUEEZED)
    if explanation.cells is not None and not explanation.cells.derived and not explanation.empty:
        text.append(words.SUPPOSED)
    stopped = f"**{plain(explanation.stopped)}**" if explanation.stopped else ""
    return " ".join(filter(None, [stopped, *text, LIMITS]))


def _take_along(explanation: Explanation, view: str, today: date, state: Session) -> None:
    """Buttons for the slide and the ZIP."""

    def said() -> SlideWords:
        return SlideWords(
            title=words.TITLE,
            finding=_answer(explanation),
            details=words.slide_details(view, _question(explanation), today),
            limits=LIMITS,
            captions=(words.RECEIVED, words.HEAT, words.BOTH),
            legend=ends(signed=explanation.signed, outputs=explanation.outputs),
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

    stem = file_stem(explanation)
    st.markdown(f"### {TAKE}", anchors=False)
    with st.container(horizontal=True):
        icon = ":material/slideshow:"
        download_button(SLIDE, slide_png, f"{stem}-slide.png", key="slide", purpose=SLIDE_HELP, icon=icon)
        name = f"{stem}-test-slide.png"
        download_button(
            words.TEST_SLIDE, test_slide_png, name, key="test-slide", purpose=words.TEST_SLIDE_HELP, icon=icon
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


def _question(explanation: Explanation) -> str:
    """What the map is about, as plain text."""
    rival = explanation.rather_than
    return explanation.target.label + (f" compared with {rival.label}" if rival else "")
