"""Draws an explanation: finding, three equal pictures, what to take along, technical details."""

from __future__ import annotations

import io
import re
from datetime import date

import streamlit as st
from PIL import Image

from saliency import report
from saliency.explanation import Explanation, Known
from saliency.heatmap import MapKind
from saliency.photo import Photo
from saliency.registry import find
from ui import faults, wording

_LONG_SIDE = (640, 1000)  # of the pictures on the page, in pixels: at least and at most
_TALL = 520  # height in pixels that portrait photos are shown at
_STRENGTH = 60  # percent


def display_size(photo: Photo) -> tuple[int, int]:
    """Width and height at which a photo is shown: sharp on a projector, light to send."""
    long_side = max(photo.width, photo.height)
    scale = min(max(long_side, _LONG_SIDE[0]), _LONG_SIDE[1]) / long_side
    return max(1, round(photo.width * scale)), max(1, round(photo.height * scale))


def display_width(photo: Photo) -> int | str:
    """How wide its pictures are: the column, unless a portrait photo would then be too tall to see at once."""
    return "stretch" if photo.height <= photo.width * 1.05 else round(_TALL * photo.width / photo.height)


def finding(known: Known) -> None:
    """The finding in one sentence, and what the model knows where that may not be enough."""
    scores, classifier = known.scores, known.classifier
    st.markdown(f"### {wording.finding(scores)}", anchors=False)
    none_label = classifier.none_label
    if none_label and (scores[0].label == none_label or wording.undecided(scores)):
        st.info(wording.none_of_these(classifier.labels, none_label), icon=":material/info:")


def answer(result: Explanation, view: str, today: date) -> None:
    """What the map says, the pictures, the limits, what to take along and how it was made.

    Args:
        result: What to draw.
        view: Name of the view, for people.
        today: The date on the slide.
    """
    st.markdown(" ".join(words(result)))
    pictures(result)
    st.caption(wording.LIMITS)
    take_along(result, view, today)
    with st.expander(wording.DETAILS, icon=":material/info:"):
        details(result)


@st.fragment
def pictures(result: Explanation) -> None:
    """The three pictures with legend and strength; the strength only blends anew.

    Args:
        result: What to draw.
    """
    with faults.shown():
        size, width = display_size(result.photo), display_width(result.photo)
        strength = st.session_state.get("strength", _STRENGTH) / 100
        drawings = {
            wording.RECEIVED: result.received_image(size),
            wording.HEAT: result.heat_image(size),
            wording.BOTH: result.overlay(strength, size),
        }
        for column, (title, drawing) in zip(st.columns(3, gap="medium"), drawings.items(), strict=True):
            with column:
                st.markdown(f"#### {title}", anchors=False)
                alt = wording.alt(title, result.photo.name, result.target.label)
                with st.container(horizontal_alignment="center"):
                    st.image(_png(drawing), width=width, output_format="PNG", alt=alt)
                if title == wording.HEAT:
                    _legend(result)
                elif title == wording.BOTH:
                    _strength()


def words(result: Explanation) -> list[str]:
    """What the map says, in sentences: first the influence, then what else must be known to read it."""
    label = wording.plain(result.target.label)
    if result.kind is MapKind.EMPTY:
        sentences = [wording.EMPTY.format(label=label)]
    elif result.kind is MapKind.EVEN:
        sentences = [wording.EVEN.format(label=label)]
    else:
        sentences = [(wording.SIGNED if result.signed else wording.BRIGHTEST).format(label=label)]
    if not find(result.method).class_specific:
        sentences.append(wording.NOT_CLASS_SPECIFIC)
    if result.placement.cut_share > 0:
        sentences.append(wording.cut_off(result.placement.cut_share))
    if result.placement.squeezed:
        sentences.append(wording.SQUEEZED)
    return sentences


def take_along(result: Explanation, view: str, today: date) -> None:
    """Buttons for the slide and the ZIP; each is made when it is asked for.

    Args:
        result: What to take along.
        view: Name of the view.
        today: The date on the slide.
    """
    stem = file_stem(result)

    def slide() -> bytes:
        strength = st.session_state.get("strength", _STRENGTH) / 100
        return _png(report.slide(result, slide_words(result, view, today), strength=strength))

    with st.container(horizontal=True):
        st.download_button(
            wording.SLIDE,
            slide,
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
    rows = wording.details(result.record(), find(result.method))
    table = {
        wording.DETAILS_COLUMNS[0]: list(rows),
        wording.DETAILS_COLUMNS[1]: [wording.plain(value) for value in rows.values()],
    }
    st.table(table, border="horizontal", hide_index=True, hide_header=True, alt=wording.DETAILS)


def slide_words(result: Explanation, view: str, today: date) -> report.SlideWords:
    """The words on the slide; the finding and what the map says stand together."""
    low, high = (wording.AGAINST, wording.FOR) if result.signed else (wording.LESS, wording.MORE)
    return report.SlideWords(
        title=wording.TITLE,
        finding=wording.finding(result.scores, markup=False),
        details=wording.slide_details(result.model, view, result.target.label, today),
        limits=wording.LIMITS,
        captions=(wording.RECEIVED, wording.HEAT, wording.BOTH),
        legend=(low, high),
    )


def file_stem(result: Explanation) -> str:
    """A file name made from photo and view, safe on every system."""
    photo = re.sub(r"\W+", "-", result.photo.name.rsplit(".", 1)[0]).strip("-")[:40] or "photo"
    return f"spotlight-{photo}-{result.method}"


def _legend(result: Explanation) -> None:
    low, high = (wording.AGAINST, wording.FOR) if result.signed else (wording.LESS, wording.MORE)
    st.image(_png(result.legend()), width="stretch", output_format="PNG", alt=wording.alt_legend(signed=result.signed))
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.caption(low, width="content")
        st.caption(high, width="content")


def _strength() -> None:
    st.slider(
        wording.STRENGTH,
        0,
        100,
        _STRENGTH,
        step=5,
        format="%d %%",
        key="strength",
        persist_state="session",
    )


def _png(picture: Image.Image) -> bytes:
    packed = io.BytesIO()
    picture.save(packed, format="PNG", compress_level=3)
    return packed.getvalue()
