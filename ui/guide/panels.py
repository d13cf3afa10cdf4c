"""Draws the examples of the guide: as part of the page, or one at a time in large type for a meeting."""

from __future__ import annotations

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

import models
from saliency.checks.fills import Fill
from saliency.export.outline import outlined
from ui.guide import examples, remedy, words
from ui.guide.examples import KINDS, SHORTCUT, TWIN, Example
from ui.guide.typesetting import bars, large_type, small_print
from ui.widgets.pictures import display_size, show_picture
from ui.widgets.samples import samples
from ui.words import LIMITS
from ui.work import loading
from ui.work.slow_work import place_in_line

_WIDE = 1.6  # width over height from which pictures stand one above the other


def on_this_computer() -> tuple[list[str], bool]:
    """The examples whose model is here, in order, and whether these are all."""
    here = {choice.key for choice in models.choices() if choice.present}
    kinds = [kind for kind in KINDS if kind not in TWIN or models.SHORTCUT in here]
    return kinds, len(kinds) == len(KINDS)


def show(kind: str, space: DeltaGenerator, *, large: bool) -> None:
    """An example in a placeholder, computed the first time anybody asks for it; large: for across a room."""
    with space.container(), st.spinner(words.WORKING):
        classifier = loading.classifier(_model(kind))
        made = examples.example(kind, classifier, samples(), place_in_line(st.empty()))
    with space.container():
        if made is None:
            st.info(words.LEFT_OUT, icon=":material/info:")
        else:
            _draw(made, large=large)
            if kind == SHORTCUT:
                remedy.show(made, classifier, large=large)


def _draw(example: Example, *, large: bool) -> None:
    """Pictures and bars on the left, what they show on the right."""
    wide = _is_wide(example)
    left, right = st.columns(([5, 6] if wide else [6, 5]) if large else [7, 6], gap="medium")
    with left:
        _pictures(example, large=large)
        st.html(bars(example.explanation.target.label, _scores(example), large=large))
        small_print(words.facts(example), large=large)
        if example.link:
            link = {**example.link, "model": _model(example.kind)}
            page, icon = "pages/explain.py", ":material/image_search:"
            st.page_link(page, label=words.TRY_IT, icon=icon, query_params=link)
    texts = {
        words.MAP: words.map_shows(example),
        words.TEST: words.test_shows(example),
        words.TO_DO: words.to_do(example),
    }
    with right:
        if large:
            st.html(large_type(texts))
        else:
            for title, text in texts.items():
                st.markdown(f"**{title}**\n\n{text}")
    if large:
        with right if wide else left:  # where there is room
            small_print(LIMITS, large=True)


def _model(kind: str) -> str:
    """Key of the model an example is about."""
    return models.SHORTCUT if kind in TWIN else models.SHOWROOM


def _is_wide(example: Example) -> bool:
    """Whether the pictures stand one above the other."""
    photo = example.explanation.photo
    return photo.width >= _WIDE * photo.height


def _pictures(example: Example, *, large: bool) -> None:
    """The area on the map, and what the model received with the area covered."""
    explanation, place = example.explanation, words.PLACES[example.place]
    size = display_size(explanation.photo)
    if _is_wide(example):  # a large picture gets a thick outline, which would hide much of a low one
        size = (round(0.7 * size[0]), round(0.7 * size[1]))
        columns = [st.container(gap="xxsmall"), st.container(gap="xxsmall")]
    else:
        columns = list(st.columns(2, gap="small"))
    covered = Image.fromarray(example.cover.fills[Fill.GROWN].picture).resize(size, Image.Resampling.BICUBIC)
    photo, label = words.photo_title(example), explanation.target.label
    with columns[0], st.container(gap="xxsmall"):
        alt = words.MAP_ALT.format(photo=photo, label=label, place=place)
        show_picture(outlined(explanation.overlay(size=size), example.area), alt)
        small_print(words.MAP_PICTURE, large=large)
    with columns[1], st.container(gap="xxsmall"):
        show_picture(covered, words.COVERED_ALT.format(place=place))
        small_print(words.COVERED_PICTURE, large=large)


def _scores(example: Example) -> dict[str, float]:
    """The score as it is, with the area covered, and with equal areas elsewhere covered."""
    cover = example.cover
    scores = {words.AS_IS: cover.before.score, words.COVERED: cover.after}
    return scores if cover.elsewhere is None else scores | {words.ELSEWHERE: cover.elsewhere}
