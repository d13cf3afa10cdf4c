"""A slide of one explanation: what the model received, the heat map, both together, and how to read them.

What has to be said of the model or of the photo is on it, whoever makes it: see ``Explanation.cautions``. So
is what the model says to the photo, where that is more than one label or a number on a scale.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from saliency.explanation import Explanation
from saliency.export.page import BAR, COLUMN, INK, INNER, SIDE, WIDTH, legend_bar, paper, picture_row, small
from saliency.verdict import sentences


@dataclass(frozen=True)
class SlideWords:
    """What the slide says.

    Attributes:
        title: What the slide is about.
        finding: One sentence, the largest type.
        details: Model, view and date on one line.
        limits: What the slide does not say.
        captions: The words over what was received, over the heat map and over both together.
        legend: The words at the two ends of the colour bar.
    """

    title: str
    finding: str
    details: str
    limits: str
    captions: tuple[str, str, str]
    legend: tuple[str, str]


def slide(e: Explanation, words: SlideWords, strength: float = 0.6) -> Image.Image:
    """The slide, 1920×1080 RGB on white.

    Texts that are too long get smaller down to 18 point, then more lines, then an ellipsis.

    Args:
        e: What to show.
        words: What to say.
        strength: As in `saliency.heat.heatmap.overlay`.
    """
    outcome = "" if e.outputs.exclusive else sentences.outcome(e.scores, e.outputs)
    texts = [outcome] if outcome and outcome not in words.finding else []
    page, top, bottom = titled(e, words, words.finding, *texts)
    legend_bar(page, words.legend, (SIDE, WIDTH - SIDE), bottom - BAR, signed=e.signed)
    picture_row(
        page,
        [[(small(caption, COLUMN), INK)] for caption in words.captions],
        lambda size: (e.received_image(size), e.heat_image(size), e.overlay(strength, size)),
        (e.photo.width, e.photo.height),
        (top, bottom - BAR - 24),
    )
    return page


def titled(
    e: Explanation, words: SlideWords, finding: str, *texts: str, title: str = ""
) -> tuple[Image.Image, int, int]:
    """The page with everything but the pictures, and the rows of pixels between which these go.

    Args:
        e: What is shown.
        words: What to say; the finding is the next argument.
        finding: One sentence, the largest type.
        texts: What stands below it, before what has to be said of the photo; on five lines at most.
        title: What the slide is about, where that is not what the words say.
    """
    said = " ".join(texts)
    cautions = [text for text in e.cautions if text != e.warning and text not in said]
    return paper(
        title or words.title,
        finding,
        *(small(text, INNER, most=2) for text in (f"Photo: {e.photo.name} · {words.details}", words.limits)),
        warning=e.warning,
        below=[small(text, INNER, most=5) for text in (" ".join((*texts, *cautions)),) if text],
    )
