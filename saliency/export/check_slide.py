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
from saliency.export.outline import outlined
from saliency.export.page import COLUMN, INK, QUIET, RULE, SIDE, WIDTH, picture_row, small
from saliency.export.slide import paragraphs, titled
from saliency.export.slide_words import SlideWords
from saliency.export.typeset import Block, Rgb
from saliency.export.words import ANSWER, COVERED
from saliency.verdict.kinds import claim
from saliency.verdict.words import score

TITLE = "What is the answer without the marked area, {where}?"
_TITLES = {
    OutputKind.LABELS: "Is the tag “{label}” given without the marked area, {where}?",
    OutputKind.SCORE: "What is {claim} without the marked area, {where}?",
}
BOX, BOXES, OUTLINE = "in the blue box", "in the blue boxes", "inside the blue line"
AS_IS = "As it is: {score}"
STRIP, NUMBER_STRIP = "Score for “{label}”", "“{label}”"
ROWS = ("As it is", "Area blurred; filled in", "Equal areas elsewhere")
_BLUE: Rgb = (31, 95, 168)
_NAME, _DOTS = 44, 40  # pixels of height
_RADIUS = 11


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
        *paragraphs(conclusion),
        title=check_title(test),
        merit=conclusion.merit,
    )
    blurred = cover.fills[Fill.BLUR]
    captions = [
        _caption(
            text.format(score=score(given.score, outputs)), question.label(given) if outputs.exclusive else ""
        )
        for text, given in ((AS_IS, cover.before), (COVERED[Fill.BLUR], blurred.after))
    ]
    picture_row(
        page,
        captions,
        lambda size: (
            outlined(e.received_image(size), area),
            question.in_photo(blurred.picture, size),
        ),
        (e.photo.width, e.photo.height),
        (top, bottom - 16),
    )
    scores = scores_of(test)
    _strip(
        page,
        (top, bottom - 16),
        strip_title(test),
        scores,
        axis_of(outputs, scores),
    )
    return page


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


def _caption(text: str, label: str) -> list[tuple[Block, Rgb]]:
    """The score over a picture, and the model's answer where there is one to speak of."""
    answer = [(small(ANSWER.format(label=label), COLUMN), QUIET)] if label else []
    return [(small(text, COLUMN, bold=True), INK), *answer]


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
    left, right = WIDTH - SIDE - COLUMN, WIDTH - SIDE
    head, foot = small(title, COLUMN, bold=True), small("0", COLUMN).height
    rows_shown = [(name, values) for name, values in zip(ROWS, scores, strict=True) if values]
    room = rows[1] - rows[0] - len(rows_shown) * (_NAME + _DOTS) - foot
    y = rows[0] + max(0, (room - head.height) // 2)
    if room >= head.height:
        y = head.write(draw, left, y, INK)
    first, last = left + 2 * _RADIUS, right - 2 * _RADIUS
    end = y + len(rows_shown) * (_NAME + _DOTS)
    for number, (name, values) in enumerate(rows_shown):
        small(name, COLUMN).write(draw, left, y, INK)
        middle = y + _NAME + _DOTS // 2
        draw.line((first, middle, last, middle), RULE, 2)
        for value in values:
            x = first + (value - axis[0]) / (axis[1] - axis[0]) * (last - first)
            box = (x - _RADIUS, middle - _RADIUS, x + _RADIUS, middle + _RADIUS)
            fill, outline = (None, QUIET) if number == 2 else (_BLUE if number else INK, None)
            draw.ellipse(box, fill, outline, 3)
        y += _NAME + _DOTS
    for tick, x, anchor in zip(axis, (left, left + COLUMN), ("la", "ra"), strict=True):
        small(f"{tick:,.4g}", COLUMN).write(draw, x, end, QUIET, anchor)
