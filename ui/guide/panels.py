"""Draws the examples of the guide: as part of the page, or one at a time in large type for a meeting."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

import models
from saliency.checks.fills import Fill
from saliency.export.outline import outlined
from saliency.names import readable
from saliency.verdict.words import score
from ui.guide import examples, words
from ui.guide.examples import KINDS, TWIN, Example
from ui.widgets.pictures import display_size, show_picture
from ui.widgets.samples import samples
from ui.words import LIMITS, listed
from ui.work import loading
from ui.work.slow_work import place_in_line

_GREY, _BLUE, _TRACK = "#8A93A0", "#3F8FDD", "rgba(138, 147, 160, 0.2)"  # seen on white and on black
_WIDE = 1.6  # width over height from which pictures stand one above the other
_LARGE = "clamp(1.2rem, min(0.55rem + 1.35vw, 3.2vh), 2.5rem)"  # type for a screen across the room
_SMALLER = "clamp(1rem, min(0.5rem + 0.85vw, 2.2vh), 1.75rem)"


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


def _draw(example: Example, *, large: bool) -> None:
    """Pictures and bars on the left, what they show on the right."""
    wide = _is_wide(example)
    left, right = st.columns(([5, 6] if wide else [6, 5]) if large else [7, 6], gap="medium")
    with left:
        _pictures(example, large=large)
        st.html(bars(example.explanation.target.label, _scores(example), large=large))
        _small_print(words.facts(example), large=large)
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
            _small_print(LIMITS, large=True)


def large_heading(text: str) -> None:
    """The heading of a page in large type."""
    style = f"font-size:calc(1.15 * {_LARGE});line-height:1.2;margin:0;padding:0"
    st.html(f'<h1 style="{style}">{_as_html(text)}</h1>')


def large_type(texts: Mapping[str, str]) -> str:
    """Paragraphs by their headings as HTML in large type; they are markdown with bold at most."""
    paragraphs = [
        f'<h2 style="font-size:inherit;line-height:1.3;margin:0 0 0.1em;padding:0">{title}</h2>'
        f'<p style="font-size:inherit;line-height:1.35;margin:0 0 0.6em">{_as_html(text)}</p>'
        for title, text in texts.items()
    ]
    return f'<div style="font-size:{_LARGE}">{"".join(paragraphs)}</div>'


def bars(label: str, scores: Mapping[str, float], *, large: bool) -> str:
    """Scores for a class by what was done, as bars in HTML; the one with the area covered is blue."""
    rows = [
        f'<span style="text-align:right">{name}</span><strong>{score(value)}</strong>'
        f'<span style="background:{_TRACK};border-radius:3px;height:1.1em">'
        f'<span style="display:block;background:{_BLUE if name == words.COVERED else _GREY};'
        f'border-radius:3px;height:100%;width:{max(0.5, 100 * value):.1f}%"></span></span>'
        for name, value in scores.items()
    ]
    size = _SMALLER if large else "0.95rem"
    title = html.escape(words.CHART.format(label=readable(label)))
    return (
        f'<div style="font-size:{size};line-height:1.3"><div style="margin-bottom:0.3em">{title}</div>'
        '<div style="display:grid;grid-template-columns:auto auto 1fr;gap:0.3em 0.7em;align-items:center">'
        f"{''.join(rows)}</div></div>"
    )


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
        _small_print(words.MAP_PICTURE, large=large)
    with columns[1], st.container(gap="xxsmall"):
        show_picture(covered, words.COVERED_ALT.format(place=place))
        _small_print(words.COVERED_PICTURE, large=large)


def _small_print(text: str, *, large: bool) -> None:
    """A caption; larger in large type."""
    if large:
        st.html(f'<div style="font-size:{_SMALLER};line-height:1.3">{_as_html(text)}</div>')
    else:
        st.caption(text)


def _as_html(text: str) -> str:
    """Markdown that has bold at most, as HTML."""
    escaped = html.escape(listed(text.replace("**", "\0")))
    return re.sub("\0(.+?)\0", r"<strong>\1</strong>", escaped)


def _scores(example: Example) -> dict[str, float]:
    """The score as it is, with the area covered, and with equal areas elsewhere covered."""
    cover = example.cover
    scores = {words.AS_IS: cover.before.score, words.COVERED: cover.after}
    return scores if cover.elsewhere is None else scores | {words.ELSEWHERE: cover.elsewhere}
