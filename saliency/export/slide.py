"""A slide of one explanation: what the model received, the heat map, both together, and how to read them.

What has to be said of the model or of the photo is on it, whoever makes it: see ``Explanation.cautions``. So
is what the model says to the photo, where that is more than one label or a number on a scale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from PIL import Image

from saliency.explanation import Explanation
from saliency.export.checked_area import CheckedArea
from saliency.export.outline import outlined
from saliency.export.page import (
    BAR,
    COLUMN,
    INK,
    INNER,
    SIDE,
    WIDTH,
    legend_bar,
    paper,
    picture_row,
    small,
)
from saliency.export.slide_words import SlideWords
from saliency.export.typeset import Block
from saliency.export.words import shape
from saliency.verdict import sentences
from saliency.verdict.advice import Merit
from saliency.verdict.conclusion import Conclusion
from saliency.verdict.words import MAP_BRIGHT, TO_DO, joined

MODEL = "Model “{model}” · {title}"
MARKED, LINE = "{shape}: marked area", "line: strongest places"
_LINES, _ALL_LINES = 3, 5  # of a paragraph, and of all of them, at most
_UNCUT = 99  # lines
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z“])")  # between two


def slide(
    e: Explanation, words: SlideWords, strength: float = 0.6, *, checked: CheckedArea | None = None
) -> Image.Image:
    """The slide, 1920×1080 RGB on white.

    Texts that are too long get smaller down to 18 point, then more lines, then an ellipsis.

    Args:
        e: What to show.
        words: What to say.
        strength: As in `saliency.heat.heatmap.overlay`.
        checked: The area that was tested on it, if one was: it is outlined, and the slide begins with the
            verdict.
    """
    area = None if checked is None else checked.test.probe.area
    outcome = "" if e.outputs.exclusive else sentences.outcome(e.scores, e.outputs)
    texts = [outcome] if outcome and outcome not in words.finding else []
    first, *others = words.captions
    if checked is None:
        page, top, bottom = titled(e, words, words.finding, *texts)
    else:
        conclusion = checked.conclusion
        reason, _, to_do = paragraphs(conclusion)
        above = len(small(kicker(e, words.finding), INNER, most=2).lines) == 1  # else it goes into the text
        said = " ".join((*([] if above else [words.finding]), *texts, reason))
        title = words.finding if above else ""
        page, top, bottom = titled(
            e, words, conclusion.title, said, to_do, title=title, merit=conclusion.merit
        )
        first = MARKED.format(shape=shape(checked.test.probe.area))
    low, high = words.legend
    ends = low, high if e.empty else f"{high} · {LINE}"
    legend_bar(page, ends, (SIDE, WIDTH - SIDE), bottom - BAR, signed=e.signed)
    captions = [[(small(caption, COLUMN, bold=True), INK)] for caption in (first, *others)]

    def pictures(size: tuple[int, int]) -> tuple[Image.Image, ...]:
        received = e.received_image(size)
        first = received if area is None else outlined(received, area)
        return first, e.heat_image(size), e.overlay(strength, size)

    picture_row(
        page,
        captions,
        pictures,
        (e.photo.width, e.photo.height),
        (top, bottom - BAR - 24),
    )
    return page


def titled(
    e: Explanation,
    words: SlideWords,
    finding: str,
    *texts: str,
    title: str = "",
    merit: Merit = Merit.OPEN,
) -> tuple[Image.Image, int, int]:
    """The page with everything but the pictures, and the rows of pixels between which these go.

    Args:
        e: What is shown.
        words: What to say; the finding is the next argument.
        finding: One sentence, the largest type.
        texts: Paragraphs below it, before what has to be said of the photo; on six lines at most.
        title: What the slide is about, where that is not what the words say; the model stands before it.
        merit: Whether the finding is what one would hope for.
    """
    said = " ".join(texts)
    cautions = [text for text in e.cautions if text != e.warning and text not in said]
    return paper(
        kicker(e, title or words.title),
        finding,
        *(small(text, INNER, most=2) for text in (f"Photo: {e.photo.name} · {words.details}", words.limits)),
        warning=e.warning,
        below=_blocks([text for text in (*texts, " ".join(cautions)) if text]),
        merit=merit,
    )


def kicker(e: Explanation, title: str) -> str:
    """What a slide is about, and of which model."""
    return MODEL.format(model=e.model, title=title)


def _blocks(texts: Sequence[str]) -> list[Block]:
    """Paragraphs, of which the longest lose their last sentences where all have too many lines together.

    What to do goes last; a sentence that is too long by itself is cut.
    """
    left = list(texts)

    def lines(text: str) -> int:
        return len(small(text, INNER, most=_UNCUT).lines)

    while longer := {text: parts for text in left if len(parts := _SENTENCE.split(text)) > 1}:
        too_long = any(lines(text) > _LINES for text in longer)
        if not too_long and sum(min(lines(text), _LINES) for text in left) <= _ALL_LINES:
            break
        text = max(longer, key=lambda text: (lines(text) > _LINES, not text.startswith(TO_DO), lines(text)))
        left[left.index(text)] = " ".join(longer[text][:-1])
    return [small(text, INNER, most=_LINES) for text in left]


def paragraphs(conclusion: Conclusion) -> tuple[str, str, str]:
    """What a slide says of a tested area: why, what speaks against relying on it, what to do."""
    bright = MAP_BRIGHT if MAP_BRIGHT in conclusion.doubt else ""  # else the map seems to contradict
    return joined((conclusion.reason, bright)), conclusion.own_doubt, f"{TO_DO} {conclusion.advice}"
