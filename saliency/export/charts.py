"""Charts for pages that stand alone, as SVG in the colours of the page: bars, and a strip of dots."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.checks.check import AreaTest
from saliency.classifier import OutputKind, Outputs
from saliency.export.check_slide import axis_of, scores_of, strip_title
from saliency.export.web import escape

_ROW, _RADIUS = 52, 7  # pixels
_KINDS = ("now", "covered", "elsewhere")  # of the dots, by row: the style gives their colours


def bar(value: float, outputs: Outputs) -> str:
    """A score as a bar from the lower end of its scale; of a tag, with a line where it is given.

    The number beside it says the same, so nothing is read out.
    """
    low, high = axis_of(outputs, [[value]])
    share = 100 * (value - low) / (high - low)
    line = ""
    if outputs.kind is OutputKind.LABELS:
        at = f"{100 * outputs.threshold:.1f}"
        line = f'<line class="limit" x1="{at}" x2="{at}" y1="0" y2="8"/>'
    return (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8"/>'
        f'<rect class="share" width="{share:.1f}" height="8"/>{line}</svg>'
    )


def strip(test: AreaTest, names: Sequence[str]) -> str:
    """The scores as it is, with the area covered, and with equal areas elsewhere, as dots on one axis.

    Args:
        test: What covering the area showed.
        names: The names of these three rows.
    """
    outputs, scores = test.probe.question.outputs, scores_of(test)
    low, high = axis_of(outputs, scores)
    rows = [row for row in zip(names, scores, _KINDS, strict=True) if row[1]]
    height = _ROW * len(rows) + 22
    drawn, spoken = [], [strip_title(test)]
    for number, (name, values, kind) in enumerate(rows):
        middle = _ROW * number + 34
        drawn.append(f'<text x="0" y="{middle - 16}">{escape(name)}</text>')
        drawn.append(f'<line class="track" x1="0" x2="100%" y1="{middle}" y2="{middle}"/>')
        for value in values:
            x = 100 * (value - low) / (high - low)
            drawn.append(f'<circle class="{kind}" cx="{x:.2f}%" cy="{middle}" r="{_RADIUS}"/>')
        spoken.append(f"{name}: {_range(values, outputs)}")
    for end, at, anchor in ((low, "0", "start"), (high, "100%", "end")):
        ends = f'<text class="end" x="{at}" y="{height - 4}" text-anchor="{anchor}">{end:,.4g}</text>'
        drawn.append(ends)
    return (
        f'<svg class="strip" height="{height}" role="img" '
        f'aria-label="{escape(". ".join(spoken))}.">{"".join(drawn)}</svg>'
    )


def _range(values: Sequence[float], outputs: Outputs) -> str:
    """Scores in words: one, or the lowest and the highest of so many."""
    low, high = outputs.shown(min(values)), outputs.shown(max(values))
    if low == high:
        return low
    return f"{low} to {high}" if len(values) < 3 else f"{len(values)} scores from {low} to {high}"
