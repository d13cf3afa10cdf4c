"""The pictures that a verdict speaks of: both ways of covering where they differ, other places that count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st
from PIL import Image

from saliency.checks.check import AreaTest
from saliency.checks.cover import FillOutcome
from saliency.checks.fills import Fill
from saliency.export.elsewhere import as_much_elsewhere, outlined_elsewhere, places, ways_differ
from saliency.export.outline import outlined
from saliency.verdict.words import score
from ui.check import words
from ui.check.evidence import Subject
from ui.widgets.pictures import kept, kept_jpeg, show_picture, small_size
from ui.words import plain


@contextmanager
def beside(subject: Subject, test: AreaTest) -> Iterator[None]:
    """Puts what is drawn in the block beside these pictures, or as wide as the page where there are none."""
    if as_much_elsewhere(test):
        text, pictures = st.columns([4, 1], gap="medium")
        with pictures:
            _as_much(subject, test)
    elif ways_differ(test):
        text, pictures = st.columns([3, 1.4], gap="medium")
        with pictures:
            _both_ways(subject, test)
    else:
        text = st.container(gap="xxsmall")
    with text:
        yield


def _as_much(subject: Subject, test: AreaTest) -> None:
    """The photo with lines around the area and the places that count as much."""
    size = small_size(subject.result.photo)

    def draw() -> Image.Image:
        return outlined_elsewhere(subject.result.received_image(size), test)

    _captioned(
        kept_jpeg(test, ("as much", size), draw),
        words.as_much_at(kept(test, ("as much at",), lambda: (places(test),))[0]),
        words.AS_MUCH_ALT,
    )


def _both_ways(subject: Subject, test: AreaTest) -> None:
    """The photo with the area covered in each way, and what the model answers then."""
    size = small_size(subject.result.photo)
    with st.container(horizontal=True, gap="small", wrap=False):
        for fill, outcome in test.cover.fills.items():
            with st.container(width="stretch"):
                _captioned(
                    kept_jpeg(test, ("beside", fill, size), partial(_covered, subject, test, outcome)),
                    _caption(subject, fill, outcome),
                    words.COVERED_ALT.format(fill=words.FILLS[fill].lower()),
                )


def _covered(subject: Subject, test: AreaTest, outcome: FillOutcome) -> Image.Image:
    return outlined(subject.picture(outcome.picture), test.probe.area)


def _caption(subject: Subject, fill: Fill, outcome: FillOutcome) -> str:
    label = plain(subject.question.label(outcome.after)) if subject.outputs.exclusive else ""
    return words.filled(words.FILLS[fill], label, score(outcome.after.score, subject.outputs))


def _captioned(picture: bytes, caption: str, alt: str) -> None:
    with st.container(gap="xxsmall"):
        show_picture(picture, alt)
        st.markdown(f":small[{caption}]")
