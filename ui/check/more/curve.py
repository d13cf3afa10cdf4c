"""The chart of the score as more and more of the strongest places is hidden."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import altair as alt
import streamlit as st

from saliency.checks.hiding import HideCurve
from ui.check.charts import BLUE, GREY, ORANGE, axis, data, layers, legend, scale, thresholds
from ui.check.more import words
from ui.widgets.pictures import kept


def curve_spec(hidden: HideCurve, level: float) -> dict[str, Any]:
    """The score as more and more is hidden, with a line at the level that is shown, in Vega-Lite.

    The chart is built once for each theme and kept with the curve; another level only moves the line.
    """
    chart = kept(hidden, ("chart", st.context.theme.type), lambda: _chart(hidden).to_dict())
    spec: dict[str, Any] = deepcopy(chart)
    spec["layer"][1]["data"] = {"values": [{"hidden": 100 * level}]}
    return spec


def _chart(hidden: HideCurve) -> alt.LayerChart:
    """The two curves, and a line that stands at 0."""
    lines = {
        words.HIDE_STRONGEST: hidden.scores,
        words.HIDE_ELSEWHERE: hidden.scores_elsewhere,
    }
    rows = [
        {"hidden": 100 * share, "score": score, "what": name}
        for name, scores in lines.items()
        for share, score in zip(hidden.levels, scores, strict=True)
    ]
    x = alt.X(
        "hidden:Q",
        title=words.HIDE_X,
        scale=alt.Scale(domain=[0, 100]),
        axis=axis(grid=False, values=list(range(0, 101, 20))),
    )
    outputs = hidden.question.outputs
    ends = scale(outputs, (*hidden.scores, *hidden.scores_elsewhere))
    y = alt.Y("score:Q", title=words.HIDE_Y, scale=alt.Scale(domain=list(ends)), axis=axis(tickCount=5))
    domain, key = list(lines), legend()
    colour = alt.Color("what:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE]), legend=key)
    dash = alt.StrokeDash("what:N", scale=alt.Scale(domain=domain, range=[[1, 0], [6, 4]]), legend=key)
    return layers(
        260,
        data(rows).mark_line(strokeWidth=3).encode(x, y, colour, dash),
        data([{"hidden": 0}]).mark_rule(strokeWidth=2, color=GREY).encode(x),
        *thresholds(outputs, alt.Y),
    )
