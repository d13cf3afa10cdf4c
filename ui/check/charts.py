"""The charts of "Test an area", in the colours of the page, light or dark, and legible from the back row."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from saliency.checks.cover import Cover
from saliency.checks.fills import Fill
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
    x = alt.X(
        "score:Q",
        title=None,
        scale=alt.Scale(domain=[-0.02, 1.02], nice=False),
        axis=axis(values=[0, 0.5, 1], format=".1f"),
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
        data(elsewhere).mark_point(filled=True, size=70, opacity=0.45).encode(x, y, colour, shape),
        data(covered).mark_point(filled=True, size=300, opacity=1, clip=False).encode(x, y, colour, shape),
        as_is.mark_point(filled=True, size=300, opacity=1, clip=False, shape="diamond", color=GREY).encode(
            x, y
        ),
    )


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
