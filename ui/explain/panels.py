"""Draws an explanation: finding, three equal pictures, what to take along, technical details."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from saliency.explanation import Explanation
from saliency.export import files as report
from saliency.export.slide import SlideWords, slide
from saliency.heat.scale import MapKind
from saliency.methods.registry import find
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from ui import faults
from ui import words as wording
from ui.explain import words as wording_details
from ui.session import STRENGTH, Session

_LONG_SIDE = (640, 1000)  # of the pictures on the page, in pixels: at least and at most
_SKETCH = 420  # width in pixels of a map that is not finished
_TALL = 520  # height in pixels that portrait photos are shown at


def display_size(photo: Photo) -> tuple[int, int]:
    """Width and height at which a photo is shown: sharp on a projector, light to send."""
    long_side = max(photo.width, photo.height)
    scale = min(max(long_side, _LONG_SIDE[0]), _LONG_SIDE[1]) / long_side
    return max(1, round(photo.width * scale)), max(1, round(photo.height * scale))


def display_width(photo: Photo) -> int | str:
    """How wide its pictures are: the column, unless a portrait photo would be too tall to see at once."""
    return "stretch" if photo.height <= photo.width * 1.05 else round(_TALL * photo.width / photo.height)


def finding(prepared: PreparedPhoto) -> None:
    """The finding in one sentence, and what the model knows where that may not be enough."""
    st.markdown(f"### {wording.finding(prepared.scores)}", anchors=False)
    if prepared.classifier.may_know_nothing(prepared.scores):
        st.markdown(wording.plain(prepared.classifier.caution))


def answer(result: Explanation, view: str, today: date, state: Session) -> DeltaGenerator:
    """What the map says, the pictures, the limits, what to take along and how it was made.

    Args:
        result: What to draw.
        view: Name of the view, for people.
        today: The date on the slide.
        state: The tab.

    Returns:
        Space between the pictures and what to take along, for checks.
    """
    pictures(result, state)
    st.markdown(wording.LIMITS)
    space = st.container()
    take_along(result, view, today, state)
    st.caption(wording.SHARE)
    with st.expander(wording.DETAILS, icon=":material/info:"):
        details(result)
    return space


@st.fragment
def pictures(result: Explanation, state: Session) -> None:
    """The three pictures with legend and strength; the strength only blends anew.

    Args:
        result: What to draw.
        state: The tab, which remembers the strength.
    """
    with faults.shown():
        state.strength = st.session_state.get("strength", state.strength)
        size, width = display_size(result.photo), display_width(result.photo)
        drawings = {
            wording.RECEIVED: result.received_image(size),
            wording.HEAT: result.heat_image(size),
            wording.BOTH: result.overlay(state.strength / 100, size),
        }
        below = {wording.RECEIVED: _received, wording.HEAT: _legend, wording.BOTH: _strength}
        for column, (title, drawing) in zip(st.columns(3, gap="medium"), drawings.items(), strict=True):
            with column:
                st.markdown(f"#### {title}", anchors=False)
                alt = wording_details.alt(title, result.photo.name, _asked(result))
                with st.container(horizontal_alignment="center"):
                    st.image(png(drawing), width=width, output_format="PNG", alt=alt)
                below[title](result, state)


def sketch(so_far: Explanation, space: DeltaGenerator) -> None:
    """The map while it sharpens.

    Args:
        so_far: The explanation as far as it is known.
        space: A placeholder.
    """
    if so_far.estimate is None or so_far.empty:
        return
    label = wording_details.alt(wording.BOTH, so_far.photo.name, _asked(so_far))
    picture = so_far.overlay(size=display_size(so_far.photo))
    with space.container(width=_SKETCH, gap="xsmall"):
        st.image(png(picture), width="stretch", output_format="PNG", alt=label)
        st.caption(wording.so_far(so_far.estimate.samples))


def words(result: Explanation) -> str:
    """What the map says, in sentences: first the influence, then what else must be known to read it."""
    label = wording.asked(result.target, result.rather_than)
    if result.kind is MapKind.EMPTY:
        sentences = [wording.EMPTY.format(label=label)]
    elif result.kind is MapKind.EVEN:
        sentences = [wording.EVEN.format(label=label)]
    else:
        sentences = [(wording.SIGNED if result.signed else wording.BRIGHTEST).format(label=label)]
    if not find(result.method).class_specific:
        sentences.append(wording.NOT_CLASS_SPECIFIC)
    warning = wording.UNLEARNED.get(find(result.method).learning, "")
    if warning and not result.empty:
        sentences.append(warning)
    if result.placement.cut_share > 0:
        sentences.append(wording.cut_off(result.placement.cut_share))
    if result.placement.squeezed:
        sentences.append(wording.SQUEEZED)
    return " ".join(sentences)


def take_along(result: Explanation, view: str, today: date, state: Session) -> None:
    """Buttons for the slide and the ZIP; each is made when it is asked for, outside the page's own run.

    Args:
        result: What to take along.
        view: Name of the view.
        today: The date on the slide.
        state: The tab, which remembers the strength.
    """

    def slide_png() -> bytes:
        words = slide_words(result, view, today)
        return png(slide(result, words, strength=state.strength / 100))

    stem = file_stem(result)
    st.markdown(f"#### {wording.TAKE}", anchors=False)
    with st.container(horizontal=True):
        st.download_button(
            wording.SLIDE,
            slide_png,
            f"{stem}-slide.png",
            "image/png",
            key="slide",
            help=wording.SLIDE_HELP,
            icon=":material/slideshow:",
            on_click="ignore",
        )
        st.download_button(
            wording.ZIP,
            lambda: report.archive(result),
            f"{stem}.zip",
            "application/zip",
            key="zip",
            help=wording.ZIP_HELP,
            icon=":material/folder_zip:",
            on_click="ignore",
        )


def details(result: Explanation) -> None:
    """A table of how the result was made."""
    table(wording_details.details(result.record(), find(result.method)))


def table(rows: Mapping[str, str]) -> None:
    """Technical details, name and value."""
    columns = {
        wording_details.COLUMNS[0]: list(rows),
        wording_details.COLUMNS[1]: [wording.plain(value) for value in rows.values()],
    }
    st.table(columns, border="horizontal", hide_index=True, hide_header=True, alt=wording.DETAILS)


def slide_words(result: Explanation, view: str, today: date) -> SlideWords:
    """The words on the slide; the finding and what the map says stand together."""
    return SlideWords(
        title=wording.TITLE,
        finding=wording.finding(result.scores, markup=False),
        details=wording_details.slide_details(result.model, view, _asked(result), today),
        limits=wording.LIMITS,
        captions=(wording.RECEIVED, wording.HEAT, wording.BOTH),
        legend=_ends(result),
    )


def file_stem(result: Explanation) -> str:
    """A file name made from photo and view, safe on every system."""
    return f"spotlight-{report.stem(result.photo.name)}-{result.method}"


def _asked(result: Explanation) -> str:
    """What the map is about, as plain text."""
    rival = result.rather_than
    return result.target.label + (f" rather than {rival.label}" if rival else "")


def _received(result: Explanation, state: Session) -> None:
    height, width = result.placement.input_size
    st.caption(wording.received(width, height, str(result.framing)))


def _legend(result: Explanation, state: Session) -> None:
    low, high = _ends(result)
    alt = wording_details.alt_legend(signed=result.signed)
    with st.container(gap="xxsmall"):
        st.image(png(result.legend()), width="stretch", output_format="PNG", alt=alt)
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            st.caption(low, width="content")
            st.caption(high, width="content")
        st.caption(wording.CONTOUR_SIGNED if result.signed else wording.CONTOUR)


def _ends(result: Explanation) -> tuple[str, str]:
    """The words at the two ends of the colour bar."""
    return (wording.AGAINST, wording.FOR) if result.signed else (wording.LESS, wording.MORE)


def _strength(result: Explanation, state: Session) -> None:
    st.slider(
        wording.STRENGTH, 0, 100, STRENGTH, step=5, format="%d %%", key="strength", persist_state="session"
    )


def png(picture: Image.Image) -> bytes:
    """A picture as the bytes of a PNG file, packed for speed."""
    packed = io.BytesIO()
    picture.save(packed, format="PNG", compress_level=3)
    return packed.getvalue()
