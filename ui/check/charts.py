"""The charts of "Check it", in the colours of the page, light or dark, and legible from the back row."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from saliency.checks.cover import Cover
from saliency.checks.fills import Fill
from saliency.checks.hiding import HideCurve
from ui.check import words
from ui.check.more import words as more_words

_BLUE, _ORANGE, _GREY = "#3F8FDD", "#E08A00", "#8A93A0"  # told apart by the colour-blind, on white and black
_TYPE = 15  # pixels
_APART = {Fill.BLUR: -0.18, Fill.GROWN: 0.18}  # of a row: the two ways of covering lie one above the other


def strip(cover: Cover) -> alt.LayerChart:
    """Scores as it is, with the area covered, and with equal areas elsewhere covered."""
    names, rows = words.FILLS, [words.AS_IS, words.YOURS, words.OTHERS][: 3 if cover.count else 2]
    covered = [
        {"row": 1 + _APART[fill], "score": outcome.after.score, "fill": names[fill]}
        for fill, outcome in cover.fills.items()
    ]
    elsewhere = [
        {"row": 2 + _APART[fill], "score": control.score, "fill": names[fill]}
        for fill, outcome in cover.fills.items()
        for control in outcome.controls
    ]
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
    domain, legend = list(names.values()), _legend(symbolSize=160)
    colour = alt.Color("fill:N", scale=alt.Scale(domain=domain, range=[_BLUE, _ORANGE]), legend=legend)
    shape = alt.Shape("fill:N", scale=alt.Scale(domain=domain, range=["circle", "square"]), legend=legend)
    as_is = _data([{"row": 0.0, "score": cover.before.score}])
    return _layers(
        60 + 54 * len(rows),
        _data(elsewhere).mark_point(filled=True, size=70, opacity=0.45).encode(x, y, colour, shape),
        _data(covered).mark_point(filled=True, size=300, opacity=1, clip=False).encode(x, y, colour, shape),
        as_is.mark_point(filled=True, size=300, opacity=1, clip=False, shape="diamond", color=_GREY).encode(
            x, y
        ),
    )


def curve(hidden: HideCurve, level: float) -> alt.LayerChart:
    """The score as more and more is hidden, with a line at the level that is shown."""
    lines = {
        more_words.HIDE_STRONGEST: hidden.scores,
        more_words.HIDE_ELSEWHERE: hidden.scores_elsewhere,
    }
    rows = [
        {"hidden": 100 * share, "score": score, "what": name}
        for name, scores in lines.items()
        for share, score in zip(hidden.levels, scores, strict=True)
    ]
    x = alt.X(
        "hidden:Q",
        title=more_words.HIDE_X,
        scale=alt.Scale(domain=[0, 100]),
        axis=_axis(grid=False, values=list(range(0, 101, 20))),
    )
    y = alt.Y("score:Q", title=more_words.HIDE_Y, scale=alt.Scale(domain=[0, 1]), axis=_axis(tickCount=5))
    domain, legend = list(lines), _legend()
    colour = alt.Color("what:N", scale=alt.Scale(domain=domain, range=[_BLUE, _ORANGE]), legend=legend)
    dash = alt.StrokeDash("what:N", scale=alt.Scale(domain=domain, range=[[1, 0], [6, 4]]), legend=legend)
    return _layers(
        260,
        _data(rows).mark_line(strokeWidth=3).encode(x, y, colour, dash),
        _data([{"hidden": 100 * level}]).mark_rule(strokeWidth=2, color=_GREY).encode(x),
    )


def _data(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _layers(height: int, *layers: alt.Chart) -> alt.LayerChart:
    padding = {"left": 0, "right": 4, "top": 4, "bottom": 0}
    chart = alt.LayerChart(layer=list(layers), height=height, padding=padding)
    styled: alt.LayerChart = chart.configure_view(stroke=None)
    return styled


def _axis(**options: Any) -> alt.Axis:
    return alt.Axis(
        labelFontSize=_TYPE,
        titleFontSize=_TYPE,
        labelColor=_ink(),
        titleColor=_ink(),
        labelFlush=False,
        labelLimit=200,
        **options,
    )


def _legend(**options: Any) -> alt.Legend:
    return alt.Legend(
        title=None, orient="bottom", labelFontSize=_TYPE, labelColor=_ink(), symbolOpacity=1, **options
    )


def _ink() -> str:
    """The colour of words, as in the page's own theme."""
    return "#E8ECF1" if st.context.theme.type == "dark" else "#1B2430"
