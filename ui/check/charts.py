"""The charts of "Check it", in the colours of the page, light or dark, and legible from the back row."""

from __future__ import annotations

import altair as alt
import streamlit as st

from saliency.checks.cover import Cover
from saliency.checks.fills import Fill
from saliency.checks.hiding import HideCurve
from ui.check import words as wording_check
from ui.check.more import words as wording_more

_BLUE, _ORANGE, _GREY = (
    "#3F8FDD",
    "#E08A00",
    "#8A93A0",
)  # told apart by the colour-blind, on white and on black
_TYPE = 15  # pixels
_CLOSE = {"left": 0, "right": 4, "top": 4, "bottom": 0}
_APART = {Fill.BLUR: -0.18, Fill.GROWN: 0.18}  # of a row: the two ways of covering lie one above the other


def strip(found: Cover) -> alt.LayerChart:
    """Scores as it is, with the area covered, and with equal areas elsewhere covered."""
    names, rows = wording_check.FILLS, [wording_check.AS_IS, wording_check.YOURS, wording_check.OTHERS]
    before = [{"row": 0.0, "score": found.before.score}]
    yours = [
        {"row": 1 + _APART[fill], "score": one.after.score, "fill": names[fill]}
        for fill, one in found.fills.items()
    ]
    others = [
        {"row": 2 + _APART[fill], "score": answer.score, "fill": names[fill]}
        for fill, one in found.fills.items()
        for answer in one.controls
    ]
    if not others:
        rows = rows[:2]
    x = alt.X(
        "score:Q",
        title=None,
        scale=alt.Scale(domain=[-0.02, 1.02], nice=False),
        axis=_axis(values=[0, 0.5, 1], format=".1f"),
    )
    labels = "['" + "','".join(rows) + "'][datum.value]"
    y = alt.Y(
        "row:Q",
        title=None,
        scale=alt.Scale(domain=[len(rows) - 0.5, -0.5], nice=False, zero=False),
        axis=_axis(values=list(range(len(rows))), labelExpr=labels, grid=False, ticks=False, domain=False),
    )
    legend = _legend(symbolSize=160)
    colour = alt.Color(
        "fill:N", scale=alt.Scale(domain=list(names.values()), range=[_BLUE, _ORANGE]), legend=legend
    )
    shape = alt.Shape(
        "fill:N",
        scale=alt.Scale(domain=list(names.values()), range=["circle", "square"]),
        legend=legend,
    )
    point = {"filled": True, "opacity": 1.0, "clip": False}
    layers = [
        alt.Chart(alt.Data(values=others))
        .mark_point(filled=True, size=70, opacity=0.45)
        .encode(x, y, colour, shape),
        alt.Chart(alt.Data(values=yours)).mark_point(size=300, **point).encode(x, y, colour, shape),
        alt.Chart(alt.Data(values=before))
        .mark_point(size=300, shape="diamond", color=_GREY, **point)
        .encode(x, y),
    ]
    return (
        alt.layer(*layers).properties(height=60 + 54 * len(rows), padding=_CLOSE).configure_view(stroke=None)
    )


def curve(found: HideCurve, level: float) -> alt.LayerChart:
    """The score as more and more is hidden, with a line at the level that is shown."""
    names = (wording_more.HIDE_STRONGEST, wording_more.HIDE_ELSEWHERE)
    rows = [
        {"hidden": 100 * at, "score": value, "what": name}
        for name, values in zip(names, (found.scores, found.scores_elsewhere), strict=True)
        for at, value in zip(found.levels, values, strict=True)
    ]
    x = alt.X(
        "hidden:Q",
        title=wording_more.HIDE_X,
        scale=alt.Scale(domain=[0, 100]),
        axis=_axis(grid=False, values=list(range(0, 101, 20))),
    )
    y = alt.Y("score:Q", title=wording_more.HIDE_Y, scale=alt.Scale(domain=[0, 1]), axis=_axis(tickCount=5))
    legend = _legend()
    colour = alt.Color("what:N", scale=alt.Scale(domain=list(names), range=[_BLUE, _ORANGE]), legend=legend)
    dash = alt.StrokeDash(
        "what:N", scale=alt.Scale(domain=list(names), range=[[1, 0], [6, 4]]), legend=legend
    )
    lines = alt.Chart(alt.Data(values=rows)).mark_line(strokeWidth=3).encode(x, y, colour, dash)
    here = (
        alt.Chart(alt.Data(values=[{"hidden": 100 * level}])).mark_rule(strokeWidth=2, color=_GREY).encode(x)
    )
    return alt.layer(lines, here).properties(height=260, padding=_CLOSE).configure_view(stroke=None)


def _axis(**more: object) -> alt.Axis:
    return alt.Axis(
        labelFontSize=_TYPE,
        titleFontSize=_TYPE,
        labelColor=_ink(),
        titleColor=_ink(),
        labelFlush=False,
        labelLimit=200,
        **more,
    )


def _legend(**more: object) -> alt.Legend:
    return alt.Legend(
        title=None, orient="bottom", labelFontSize=_TYPE, labelColor=_ink(), symbolOpacity=1, **more
    )


def _ink() -> str:
    """The colour of words, as in the page's own theme."""
    return "#E8ECF1" if st.context.theme.type == "dark" else "#1B2430"
