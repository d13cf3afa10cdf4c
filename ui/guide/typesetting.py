"""Texts and bars of the guide as they are set: on a page, or in large type for a screen across the room."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import streamlit as st

from saliency.names import readable
from saliency.verdict.words import score
from ui.guide import words
from ui.words import listed

_LARGE = "clamp(1.2rem, min(0.55rem + 1.35vw, 3.2vh), 2.5rem)"  # type for a screen across the room


_SMALLER = "clamp(1rem, min(0.5rem + 0.85vw, 2.2vh), 1.75rem)"


_GREY, _BLUE, _TRACK = "#8A93A0", "#3F8FDD", "rgba(138, 147, 160, 0.2)"  # seen on white and on black


def large_heading(text: str) -> None:
    """The heading of a page in large type."""
    style = f"font-size:calc(1.15 * {_LARGE});line-height:1.2;margin:0;padding:0"
    st.html(f'<h1 style="{style}">{as_html(text)}</h1>')


def large_type(texts: Mapping[str, str]) -> str:
    """Paragraphs by their headings as HTML in large type; they are markdown with bold at most."""
    paragraphs = [
        f'<h2 style="font-size:inherit;line-height:1.3;margin:0 0 0.1em;padding:0">{title}</h2>'
        f'<p style="font-size:inherit;line-height:1.35;margin:0 0 0.6em">{as_html(text)}</p>'
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


def small_print(text: str, *, large: bool) -> None:
    """A caption; larger in large type."""
    if large:
        st.html(f'<div style="font-size:{_SMALLER};line-height:1.3">{as_html(text)}</div>')
    else:
        st.caption(text)


def as_html(text: str) -> str:
    """Markdown that has bold at most, as HTML."""
    escaped = html.escape(listed(text.replace("**", "\0")))
    return re.sub("\0(.+?)\0", r"<strong>\1</strong>", escaped)
