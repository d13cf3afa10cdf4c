"""Draws an explanation: finding, three equal pictures, what to take along, technical details."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from saliency import files
from saliency.explanation import Explanation
from saliency.export.parcel import parcel
from saliency.export.slide import SlideWords, slide
from saliency.heat.scale import MapKind
from saliency.methods.registry import find
from saliency.prepared_photo import PreparedPhoto
from ui import faults
from ui.explain import words
from ui.session import Session
from ui.views.words import NOT_CLASS_SPECIFIC, UNLEARNED
from ui.widgets.controls import choose_strength, details_table, download_button
from ui.widgets.pictures import colour_bar, display_size, kept_png, png, show_picture, titled_picture
from ui.widgets.words import details
from ui.words import (
    DETAILS,
    EMPTY,
    EVEN,
    FRAMINGS,
    LIMITS,
    SLIDE,
    SLIDE_HELP,
    TAKE,
    cut_off,
    finding,
    plain,
    target_name,
)

_SKETCH = 420  # width in pixels of a map that is not finished


def headline(prepared: PreparedPhoto) -> None:
    """The finding in one sentence, and what the model knows where that may not be enough."""
    st.markdown(f"### {finding(prepared.scores)}", anchors=False)
    if prepared.classifier.may_know_nothing(prepared.scores):
        st.markdown(plain(prepared.classifier.caution))


def answer(explanation: Explanation, view: str, today: date, state: Session) -> DeltaGenerator:
    """The pictures, the limits, space for checks (which is returned), what to take along, how it was made."""
    pictures(explanation, state)
    st.markdown(LIMITS)
    space = st.container()
    _take_along(explanation, view, today, state)
    st.caption(words.SHARE)
    with st.expander(DETAILS, icon=":material/info:"):
        details_table(details(explanation.record(), find(explanation.method)))
    return space


@st.fragment
def pictures(explanation: Explanation, state: Session) -> None:
    """The three pictures with legend and strength; the strength only blends anew."""
    with faults.shown():
        size, opacity = display_size(explanation.photo), state.opacity
        drawings: dict[str, tuple[float, Callable[[], Image.Image]]] = {
            words.RECEIVED: (0, lambda: explanation.received_image(size)),
            words.HEAT: (0, lambda: explanation.heat_image(size)),
            words.BOTH: (opacity, lambda: explanation.overlay(opacity, size)),
        }
        columns = dict(zip(drawings, st.columns(3, gap="medium"), strict=True))
        for title, (strength, draw) in drawings.items():
            with columns[title]:
                alt = words.alt(title, explanation.photo.name, _question(explanation))
                drawing = kept_png(explanation, (title, size, strength), draw)
                titled_picture(title, drawing, alt, explanation.photo)
        height, width = explanation.placement.input_size
        given = words.GIVEN.format(framing=FRAMINGS[explanation.framing], width=width, height=height)
        columns[words.RECEIVED].caption(given)
        with columns[words.HEAT], st.container(gap="xxsmall"):
            colour_bar(*_ends(explanation), signed=explanation.signed)
            line = words.CONTOUR_SIGNED if explanation.signed else words.CONTOUR
            st.caption(f"{line} {words.grain(explanation.attribution.shape)}".strip())
        with columns[words.BOTH]:
            choose_strength()


def sketch(so_far: Explanation, space: DeltaGenerator) -> None:
    """The map while it sharpens, in a placeholder."""
    if so_far.estimate is None or so_far.empty:
        return
    with space.container(width=_SKETCH, gap="xsmall"):
        alt = words.alt(words.BOTH, so_far.photo.name, _question(so_far))
        show_picture(so_far.overlay(size=display_size(so_far.photo)), alt)
        st.caption(words.SO_FAR.format(samples=so_far.estimate.samples))


def sentences(explanation: Explanation) -> str:
    """What the map says: first the influence, then what else must be known to read it."""
    spots = words.SIGNED if explanation.signed else words.BRIGHTEST
    influence = {MapKind.EMPTY: EMPTY, MapKind.EVEN: EVEN, MapKind.SPOTS: spots}[explanation.kind]
    text = [influence.format(label=target_name(explanation.target, explanation.rather_than))]
    if not find(explanation.method).class_specific:
        text.append(NOT_CLASS_SPECIFIC)
    warning = UNLEARNED.get(find(explanation.method).learning, "")
    if warning and not explanation.empty:
        text.append(warning)
    if explanation.placement.cut_share > 0:
        text.append(cut_off(explanation.placement.cut_share))
    if explanation.placement.squeezed:
        text.append(words.SQUEEZED)
    if explanation.cells is not None and not explanation.cells.derived and not explanation.empty:
        text.append(words.SUPPOSED)
    return " ".join(text)


def _take_along(explanation: Explanation, view: str, today: date, state: Session) -> None:
    """Buttons for the slide and the ZIP."""

    def said() -> SlideWords:
        return SlideWords(
            title=words.TITLE,
            finding=finding(explanation.scores, markup=False),
            details=words.slide_details(explanation.model, view, _question(explanation), today),
            limits=LIMITS,
            captions=(words.RECEIVED, words.HEAT, words.BOTH),
            legend=_ends(explanation),
        )

    def slide_png() -> bytes:
        return png(slide(explanation, said(), strength=state.strength / 100))

    def archive() -> bytes:
        return files.archive(parcel(explanation, said(), strength=state.strength / 100))

    stem = file_stem(explanation)
    st.markdown(f"#### {TAKE}", anchors=False)
    with st.container(horizontal=True):
        icon = ":material/slideshow:"
        download_button(SLIDE, slide_png, f"{stem}-slide.png", key="slide", purpose=SLIDE_HELP, icon=icon)
        icon = ":material/folder_zip:"
        download_button(words.ZIP, archive, f"{stem}.zip", key="zip", purpose=words.ZIP_HELP, icon=icon)


def file_stem(explanation: Explanation) -> str:
    """A file name made from photo and view, safe on every system."""
    return f"spotlight-{files.stem(explanation.photo.name)}-{explanation.method}"


def _question(explanation: Explanation) -> str:
    """What the map is about, as plain text."""
    rival = explanation.rather_than
    return explanation.target.label + (f" rather than {rival.label}" if rival else "")


def _ends(explanation: Explanation) -> tuple[str, str]:
    """The words at the two ends of the colour bar."""
    return words.ENDS_SIGNED if explanation.signed else words.ENDS
