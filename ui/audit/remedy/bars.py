"""Before, after and control of a rehearsal as bars in HTML, for a projector too, on light and dark."""

from __future__ import annotations

import html
from collections.abc import Iterable

from saliency.audit.remedy.record import Share
from saliency.audit.reports.remedy.words import HEAD, Row
from saliency.names import readable

_GREY, _BLUE, _PALE = "#8A93A0", "#3F8FDD", "rgba(138, 147, 160, 0.55)"  # seen on white and on black
_TRACK = "rgba(138, 147, 160, 0.2)"
_COLOURS = (_GREY, _BLUE, _PALE)


def bars(rows: Iterable[Row]) -> str:
    """Each figure under its name: three bars with their counts."""
    return f'<div style="font-size:1rem;line-height:1.35">{"".join(map(_figure, rows))}</div>'


def _figure(row: Row) -> str:
    name, *shares = row
    lines = "".join(_bar(*line) for line in zip(HEAD[1:], shares, _COLOURS, strict=True))
    return (
        f'<div style="margin:0 0 1.1rem"><div style="font-weight:600;margin-bottom:0.3rem">'
        f"{html.escape(readable(name))}</div>"
        f"{lines}</div>"
    )


def _bar(name: str, share: Share, colour: str) -> str:
    width = 100 * (share.value or 0.0)
    bold = "font-weight:600;" if colour == _BLUE else ""
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:0.1rem 0.7rem;align-items:center;margin-bottom:0.25rem">'
        f'<span style="{bold}flex:1 0 17rem;max-width:100%;display:flex;justify-content:space-between">'
        f'<span>{html.escape(name)}</span><span style="white-space:nowrap">{share.photos} of {share.of}'
        "</span></span>"
        f'<span style="flex:3 1 18rem;background:{_TRACK};border-radius:3px;height:1.1em">'
        f'<span style="display:block;background:{colour};border-radius:3px;height:100%;'
        f'width:{max(0.5, width):.1f}%"></span></span></div>'
    )
