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
from ui import words as wording
from ui.explain import panels
from ui.guide import words as guide
from ui.guide.examples import KINDS, TWIN, Example, example
from ui.widgets.pictures import outlined
from ui.widgets.samples import samples
from ui.work import loading

_GREY, _BLUE, _TRACK = "#8A93A0", "#3F8FDD", "rgba(138, 147, 160, 0.2)"  # seen on white and on black
_WIDE = 1.6  # width over height from which pictures stand one above the other
_LARGE = "clamp(1.2rem, min(0.55rem + 1.35vw, 3.2vh), 2.5rem)"  # type for a screen across the room
_SMALLER = "clamp(1rem, min(0.5rem + 0.85vw, 2.2vh), 1.75rem)"


def on_this_computer() -> tuple[list[str], bool]:
    """The examples whose model is here, in order, and whether any is missing."""
    here = {choice.key for choice in models.choices() if choice.present}
    kinds = [kind for kind in KINDS if kind not in TWIN or models.SHORTCUT in here]
    return kinds, len(kinds) < len(KINDS)


def show(kind: str, space: DeltaGenerator, *, large: bool) -> None:
    """An example, computed the first time anybody asks for it.

    Args:
        kind: Which one.
        space: A placeholder.
        large: Whether it is read from across a room.
    """
    with space.container(), st.spinner(guide.WORKING):
        classifier = loading.classifier(_model(kind))
        found = example(kind, classifier.digest, classifier, samples())
    with space.container():
        if found is None:
            st.info(guide.LEFT_OUT, icon=":material/info:")
        else:
            draw(found, large=large)


def draw(shown: Example, *, large: bool) -> None:
    """Pictures and bars on the left, what they show on the right.

    Args:
        shown: The example.
        large: Whether it is read from across a room.
    """
    wide = _is_wide(shown)
    left, right = st.columns(([5, 6] if wide else [6, 5]) if large else [7, 6], gap="medium")
    with left:
        _pictures(shown, large=large)
        st.html(bars(shown.result.target.label, _rows(shown), large=large))
        small_print(guide.facts(shown), large=large)
        if shown.link:
            link = {**shown.link, "model": _model(shown.kind)}
            page, icon = "pages/explain.py", ":material/image_search:"
            st.page_link(page, label=guide.TRY_IT, icon=icon, query_params=link)
    with right:
        parts = (
            (guide.MAP, guide.map_shows(shown)),
            (guide.TEST, guide.test_shows(shown)),
            (guide.TO_DO, guide.to_do(shown)),
        )
        if large:
            st.html(large_type(parts))
        else:
            for title, text in parts:
                st.markdown(f"**{title}**\n\n{text}")
    if large:
        with right if wide else left:  # where there is room
            small_print(wording.LIMITS, large=True)


def _is_wide(shown: Example) -> bool:
    """Whether the pictures stand one above the other."""
    return shown.result.photo.width >= _WIDE * shown.result.photo.height


def large_heading(text: str) -> None:
    """The heading of a page in large type."""
    style = f"font-size:calc(1.15 * {_LARGE});line-height:1.2;margin:0;padding:0"
    st.html(f'<h1 style="{style}">{_as_html(text)}</h1>')


def large_type(parts: tuple[tuple[str, str], ...]) -> str:
    """Headings and paragraphs as HTML in large type; the paragraphs are markdown with bold at most."""
    drawn = []
    for title, text in parts:
        drawn.append(
            f'<h3 style="font-size:inherit;line-height:1.3;margin:0 0 0.1em;padding:0">{title}</h3>'
            f'<p style="font-size:inherit;line-height:1.35;margin:0 0 0.6em">{_as_html(text)}</p>'
        )
    return f'<div style="font-size:{_LARGE}">{"".join(drawn)}</div>'


def _model(kind: str) -> str:
    """Key of the model an example is about."""
    return models.SHORTCUT if kind in TWIN else models.choices()[0].key


def _pictures(shown: Example, *, large: bool) -> None:
    """The area on the map, and what the model received with the area covered."""
    result, photo = shown.result, shown.result.photo
    size = panels.display_size(photo)
    if _is_wide(shown):  # a large picture gets a thick outline, which would hide much of a low one
        size = (round(0.7 * size[0]), round(0.7 * size[1]))
    heat = outlined(result.overlay(size=size), shown.area)
    covered = Image.fromarray(shown.cover.fills[Fill.GROWN].picture).resize(size, Image.Resampling.BICUBIC)
    label = result.target.label
    pictures = (
        (guide.MAP_PICTURE, heat, guide.MAP_ALT.format(photo=shown.title, label=label, place=shown.place)),
        (guide.COVERED_PICTURE, covered, guide.COVERED_ALT.format(place=shown.place)),
    )
    if _is_wide(shown):
        columns = [st.container(gap="xxsmall"), st.container(gap="xxsmall")]
    else:
        columns = list(st.columns(2, gap="small"))
    for column, (title, picture, alt_text) in zip(columns, pictures, strict=True):
        with column, st.container(gap="xxsmall"):
            st.image(panels.png(picture), width="stretch", output_format="PNG", alt=alt_text)
            small_print(title, large=large)


def bars(label: str, rows: Mapping[str, float], *, large: bool) -> str:
    """Scores as bars, as HTML; the one with the area covered is blue.

    Args:
        label: The class, as plain text.
        rows: Scores by what was done.
        large: Whether they are read from across a room.
    """
    drawn = []
    for name, value in rows.items():
        colour = _BLUE if name == guide.COVERED else _GREY
        drawn.append(
            f'<span style="text-align:right">{name}</span><strong>{wording.score(value)}</strong>'
            f'<span style="background:{_TRACK};border-radius:3px;height:1.1em">'
            f'<span style="display:block;background:{colour};border-radius:3px;height:100%;'
            f'width:{max(0.5, 100 * value):.1f}%"></span></span>'
        )
    size = _SMALLER if large else "0.95rem"
    title = html.escape(guide.CHART.format(label=label))
    return (
        f'<div style="font-size:{size};line-height:1.3"><div style="margin-bottom:0.3em">{title}</div>'
        '<div style="display:grid;grid-template-columns:auto auto 1fr;gap:0.3em 0.7em;align-items:center">'
        f"{''.join(drawn)}</div></div>"
    )


def small_print(text: str, *, large: bool) -> None:
    """A caption; larger in large type."""
    if large:
        st.html(f'<div style="font-size:{_SMALLER};line-height:1.3">{_as_html(text)}</div>')
    else:
        st.caption(text)


def _as_html(text: str) -> str:
    """Markdown that has bold at most, as HTML."""
    escaped = html.escape(re.sub(r"\\(.)", r"\1", text.replace("**", "\0")))
    return re.sub("\0(.+?)\0", r"<strong>\1</strong>", escaped)


def _rows(shown: Example) -> dict[str, float]:
    """The score as it is, with the area covered, and with equal areas elsewhere covered."""
    found = shown.cover
    rows = {guide.AS_IS: found.before.score, guide.COVERED: found.after}
    return rows if found.elsewhere is None else rows | {guide.ELSEWHERE: found.elsewhere}
