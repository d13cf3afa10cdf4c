"""Where the number that a model gives lies in the range that it usually has."""

from __future__ import annotations

import html

import streamlit as st

from saliency.classifier import Outputs, Score
from saliency.names import readable
from saliency.verdict.words import score
from ui.answers.words import mark, usual_range

_BLUE, _TRACK = "#3F8FDD", "rgba(138, 147, 160, 0.35)"  # seen on white and on black
_GAUGE = """
<div role="img" aria-label="{said}" style="max-width:22rem;font-size:0.95rem;line-height:1.3">
<div style="margin-bottom:0.5rem">{label} <strong>{value}</strong></div>
<div style="position:relative;height:0.5rem;border-radius:4px;background:{track};margin:0 0.5rem">
<span style="position:absolute;left:{left:.1f}%;top:50%;width:1rem;height:1rem;margin:-0.5rem 0 0 -0.5rem;
border-radius:50%;background:{blue}"></span></div>
<div style="display:flex;justify-content:space-between;margin-top:0.4rem;font-size:0.875rem">
<span>{low}</span><span>{usual}</span><span>{high}</span></div></div>
"""


def gauge(entry: Score, outputs: Outputs) -> None:
    """The number on its scale; one beyond its usual range stands at the end."""
    low, high = outputs.usual_range
    share = min(1.0, max(0.0, (entry.score - low) / outputs.width))
    label, value = html.escape(readable(entry.label)), score(entry.score, outputs)
    st.html(
        _GAUGE.format(
            said=f"{label}: {value}, {usual_range(outputs)}",
            label=label,
            value=value,
            left=100 * share,
            low=mark(low, outputs),
            high=mark(high, outputs),
            usual="usual range",
            track=_TRACK,
            blue=_BLUE,
        )
    )
