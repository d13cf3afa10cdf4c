"""The charts of "Test an area", in the colours of the page, light or dark, and legible from the back row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import streamlit as st

from saliency.checks.cover import Cover
from saliency.checks.fills import Fill
from saliency.classifier import OutputKind, Outputs
from ui.check import words

BLUE, ORANGE, GREY = "#3F8FDD", "#E08A00", "#8A93A0"  # told apart by the colour-blind, on white and black
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
    low, high = scale(cover.outputs, scores_of(cover))
    beyond = 0.02 * (high - low)  # so that no point is cut at the edge
    x = alt.X(
        "score:Q",
        title=None,
        scale=alt.Scale(domain=[low - beyond, high + beyond], nice=False),
        axis=axis(**ticks(cover.outputs, low, high)),
    )
    labels = "['" + "','".join(rows) + "'][datum.value]"
    y = alt.Y(
        "row:Q",
        title=None,
        scale=alt.Scale(domain=[len(rows) - 0.5, -0.5], nice=False, zero=False),
        axis=axis(values=list(range(len(rows))), labelExpr=labels, grid=False, ticks=False, domain=False),
    )
    domain, key = list(names.values()), legend(symbolSize=160)
    colour = alt.Color("fill:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE]), legend=key)
    shape = alt.Shape("fill:N", scale=alt.Scale(domain=domain, range=["circle", "square"]), legend=key)
    as_is = data([{"row": 0.0, "score": cover.before.score}])
    return layers(
        60 + 54 * len(rows),
        *thresholds(cover.outputs, alt.X),
        data(elsewhere).mark_point(filled=True, size=70, opacity=0.45).encode(x, y, colour, shape),
        data(covered).mark_point(filled=True, size=300, opacity=1, clip=False).encode(x, y, colour, shape),
        as_is.mark_point(filled=True, size=300, opacity=1, clip=False, shape="diamond", color=GREY).encode(
            x, y
        ),
    )


def scores_of(cover: Cover) -> list[float]:
    """Every score that the strip shows."""
    fills = cover.fills.values()
    after = [answer.score for outcome in fills for answer in (outcome.after, *outcome.controls)]
    return [cover.before.score, *after]


def scale(outputs: Outputs, values: Sequence[float]) -> tuple[float, float]:
    """The ends of an axis: 0 and 1; of a number, its usual range, and what lies beyond it."""
    if not outputs.is_score:
        return 0.0, 1.0
    low, high = outputs.usual_range
    return min(low, *values), max(high, *values)


def ticks(outputs: Outputs, low: float, high: float) -> dict[str, Any]:
    """Where an axis of scores is marked, and how its marks are written."""
    if not outputs.is_score:
        return {"values": [low, (low + high) / 2, high], "format": ".1f"}
    return {"tickCount": 5, "format": ",~r"}


def thresholds(outputs: Outputs, channel: type[alt.X] | type[alt.Y]) -> list[alt.Chart]:
    """A line at the score from which a tag is given; nothing for other kinds."""
    if outputs.kind is not OutputKind.LABELS:
        return []
    line = data([{"score": outputs.threshold}]).mark_rule(strokeWidth=2, strokeDash=[4, 4], color=GREY)
    return [line.encode(channel("score:Q"))]


def data(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of rows, on which nothing is drawn yet."""
    return alt.Chart(alt.InlineData(values=rows))


def layers(height: int, *charts: alt.Chart) -> alt.LayerChart:
    """Charts over each other, so many pixels high, close to the edges."""
    padding = {"left": 0, "right": 4, "top": 4, "bottom": 0}
    chart = alt.LayerChart(layer=list(charts), height=height, padding=padding)
    styled: alt.LayerChart = chart.configure_view(stroke=None)
    return styled


def axis(**options: Any) -> alt.Axis:
    """An axis in the page's type."""
    return alt.Axis(
        labelFontSize=_TYPE,
        titleFontSize=_TYPE,
        labelColor=_ink(),
        titleColor=_ink(),
        labelFlush=False,
        labelLimit=200,
        **options,
    )


def legend(**options: Any) -> alt.Legend:
    """A legend in the page's type, below the chart."""
    return alt.Legend(
        title=None, orient="bottom", labelFontSize=_TYPE, labelColor=_ink(), symbolOpacity=1, **options
    )


def _ink() -> str:
    """The colour of words, as in the page's own theme."""
    return "#E8ECF1" if st.context.theme.type == "dark" else "#1B2430"
