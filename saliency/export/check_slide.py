"""A slide of one checked area: the verdict, the photo before and after covering it, and the controls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from PIL import Image, ImageDraw

from saliency.checks.check import AreaTest
from saliency.checks.fills import Fill
from saliency.classifier import OutputKind, Outputs
from saliency.explanation import Explanation
from saliency.export.checked_area import CheckedArea
from saliency.export.elsewhere import as_much_elsewhere, outlined_elsewhere, ways_differ
from saliency.export.outline import outlined
from saliency.export.page import GUTTER, INK, INNER, QUIET, RULE, SIDE, WIDTH, picture_row, small
from saliency.export.slide import titled
from saliency.export.slide_words import SlideWords
from saliency.export.typeset import Block, Rgb
from saliency.export.words import FILLS
from saliency.verdict.conclusion import Conclusion
from saliency.verdict.evidence import Trial
from saliency.verdict.kinds import claim
from saliency.verdict.words import score

TITLE = "What is the answer without the marked area, {where}?"
_TITLES = {
    OutputKind.LABELS: "Is the tag “{label}” given without the marked area, {where}?",
    OutputKind.SCORE: "What is {claim} without the marked area, {where}?",
}
BOX, BOXES, OUTLINE = "in the blue box", "in the blue boxes", "inside the blue line"
AS_IS = "As it is: {score}"
ORANGE = "The orange lines surround such places."
ANSWERED, SCORED = "{name}: “{label}”, {score}", "{name}: {score}"
STRIP, NUMBER_STRIP = "Score for “{label}”", "“{label}”"
ROWS = ("As it is", "Area blurred; filled in", "Equal areas elsewhere")
_BLUE: Rgb = (31, 95, 168)
_NAME, _DOTS = 44, 40  # pixels of height
_RADIUS = 11
_CHART = 500  # pixels of width
_ROWS = ("As it is", "Blurred ●, filled in ■", "Other places covered ○")


def check_slide(e: Explanation, checked: CheckedArea, words: SlideWords) -> Image.Image:
    """The slide, 1920×1080 RGB on white; texts that are too long end in an ellipsis.

    Args:
        e: The map that the area was marked on.
        checked: The area, and what testing it showed.
        words: What to say of model, view and limits; title, finding and captions are those of the check.
    """
    test, conclusion = checked.test, checked.conclusion
    cover, question, area = test.cover, test.probe.question, test.probe.area
    outputs = question.outputs
    page, top, bottom = titled(
        e,
        words,
        conclusion.title,
        " ".join(filter(None, (_tried(conclusion), conclusion.own_doubt, _orange(test)))),
        title=check_title(test),
        merit=conclusion.merit,
    )
    # One way of covering stands for both, unless they differ.
    fills = [fill for fill in cover.fills if fill is Fill.BLUR or ways_differ(test)]
    column = (INNER - _CHART - (1 + len(fills)) * GUTTER) // (1 + len(fills))
    shown = [(ROWS[0], cover.before), *((FILLS[fill], cover.fills[fill].after) for fill in fills)]
    captions = [
        _caption(
            name,
            question.label(given) if outputs.exclusive else "",
            score(given.score, outputs),
            column,
        )
        for name, given in shown
    ]

    def pictures(size: tuple[int, int]) -> list[Image.Image]:
        received = e.received_image(size)
        first = outlined_elsewhere(received, test) if as_much_elsewhere(test) else outlined(received, area)
        return [first, *(question.in_photo(cover.fills[fill].picture, size) for fill in fills)]

    rows = (top, bottom - 16)
    picture_row(page, captions, pictures, (e.photo.width, e.photo.height), rows, column)
    scores = scores_of(test)
    _strip(page, rows, strip_title(test), scores, axis_of(outputs, scores))
    return page


def _tried(conclusion: Conclusion) -> str:
    """What covering and keeping the area showed; the slide of the map says why, and what to do."""
    shown = (entry.sentence for entry in conclusion.evidence if entry.kind in (Trial.COVER, Trial.KEEP))
    return " ".join(shown)


def _orange(test: AreaTest) -> str:
    """What the orange lines surround, where there are any."""
    return ORANGE if as_much_elsewhere(test) else ""


def check_title(test: AreaTest) -> str:
    """What is asked of the area, and how it is marked."""
    question, area = test.probe.question, test.probe.area
    boxes = BOX if len(area.boxes) == 1 else BOXES
    return _TITLES.get(question.outputs.kind, TITLE).format(
        label=question.target.label,
        claim=claim(question),
        where=boxes if area.mask is None and not area.joined else OUTLINE,
    )


def strip_title(test: AreaTest) -> str:
    """Whose scores the dots are."""
    question = test.probe.question
    return (NUMBER_STRIP if question.outputs.is_score else STRIP).format(label=question.target.label)


def _caption(name: str, label: str, value: str, width: int) -> list[tuple[Block, Rgb]]:
    """What stands over a picture: the model's answer where there is one to speak of, and the score."""
    text = (ANSWERED if label else SCORED).format(name=name, label=label, score=value)
    return [(small(text, width, most=2, bold=True), INK)]


def scores_of(test: AreaTest) -> tuple[list[float], list[float], list[float]]:
    """The scores as it is, with the area covered, and with equal areas elsewhere covered."""
    fills = test.cover.fills.values()
    return (
        [test.cover.before.score],
        [outcome.after.score for outcome in fills],
        [control.score for outcome in fills for control in outcome.controls],
    )


def axis_of(outputs: Outputs, scores: Iterable[Sequence[float]]) -> tuple[float, float]:
    """The ends of the axis of scores: 0 and 1, or the usual range, wider where it has to be."""
    if not outputs.is_score:
        return 0.0, 1.0
    values = [*outputs.usual_range, *chain(*scores)]
    return min(values), max(values)


def _strip(
    page: Image.Image,
    rows: tuple[int, int],
    title: str,
    scores: Sequence[Sequence[float]],
    axis: tuple[float, float],
) -> None:
    """A row of dots for each list of scores, on one axis, in the last column."""
    draw = ImageDraw.Draw(page)
    left, right = WIDTH - SIDE - _CHART, WIDTH - SIDE
    head, foot = small(title, _CHART, most=2, bold=True), small("0", _CHART).height
    rows_shown = [(name, values) for name, values in zip(_ROWS, scores, strict=True) if values]
    room = rows[1] - rows[0] - len(rows_shown) * (_NAME + _DOTS) - foot
    y = rows[0] + max(0, (room - head.height) // 2)
    if room >= head.height:
        y = head.write(draw, left, y, INK)
    first, last = left + 2 * _RADIUS, right - 2 * _RADIUS
    end = y + len(rows_shown) * (_NAME + _DOTS)
    for number, (name, values) in enumerate(rows_shown):
        small(name, _CHART).write(draw, left, y, INK)
        middle = y + _NAME + _DOTS // 2
        draw.line((first, middle, last, middle), RULE, 2)
        for place, value in enumerate(values):
            x = first + (value - axis[0]) / (axis[1] - axis[0]) * (last - first)
            box = (x - _RADIUS, middle - _RADIUS, x + _RADIUS, middle + _RADIUS)
            if number == 2:
                draw.ellipse(box, None, QUIET, 2)
            elif number and place:
                draw.rectangle(box, _BLUE)
            else:
                draw.ellipse(box, _BLUE if number else INK)
        y += _NAME + _DOTS
    for tick, x, anchor in zip(axis, (left, right), ("la", "ra"), strict=True):
        small(f"{tick:,.4g}", _CHART).write(draw, x, end, QUIET, anchor)
