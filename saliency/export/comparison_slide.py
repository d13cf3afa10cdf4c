"""A slide of two maps on one scale and of where they differ."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from saliency.comparison import Comparison
from saliency.export.page import (
    BAR,
    COLUMN,
    GUTTER,
    INK,
    INNER,
    QUIET,
    SIDE,
    WIDTH,
    legend_bar,
    paper,
    picture_row,
    small,
)
from saliency.export.typeset import Block


@dataclass(frozen=True)
class CompareWords:
    """What the slide says.

    Attributes:
        title: What the slide is about.
        finding: One sentence, the largest type.
        captions: The words over the left map, the right map and the difference.
        findings: A line below each of them.
        scale: What the shared scale means, in a sentence.
        details: Photo, what is the same on both sides, and date.
        limits: What the slide does not say.
        legend: The words at the two ends of the colour bar of the maps.
        difference_legend: The words at the two ends of that of the difference.
    """

    title: str
    finding: str
    captions: tuple[str, str, str]
    findings: tuple[str, str, str]
    scale: str
    details: str
    limits: str
    legend: tuple[str, str]
    difference_legend: tuple[str, str]


def compare_slide(c: Comparison, words: CompareWords, strength: float = 0.6) -> Image.Image:
    """The slide, 1920×1080 RGB on white; texts that are too long end in an ellipsis.

    Args:
        c: What to show.
        words: What to say.
        strength: As in `saliency.heat.heatmap.overlay`.
    """
    foot = (small(words.scale, INNER), small(words.details, INNER, most=2), small(words.limits, INNER))
    sides = (c.left, c.right)
    warned = (f"{side.model}: {side.warning}" for side in sides if side.warning)
    page, top, bottom = paper(
        words.title, words.finding, *foot, warning=" ".join(dict.fromkeys(warned)), below=_cautions(c)
    )
    maps = SIDE + 2 * COLUMN + GUTTER
    legend_bar(page, words.legend, (SIDE, maps), bottom - BAR, signed=c.signed)
    legend_bar(page, words.difference_legend, (maps + GUTTER, WIDTH - SIDE), bottom - BAR, signed=True)
    captions = [
        [(small(caption, COLUMN, bold=True), INK), (small(line, COLUMN, most=2), QUIET)]
        for caption, line in zip(words.captions, words.findings, strict=True)
    ]
    photo = c.left.photo
    picture_row(
        page,
        captions,
        lambda size: (*c.overlays(strength, size), c.difference_image(size)),
        (photo.width, photo.height),
        (top, bottom - BAR - 20),
    )
    return page


def _cautions(c: Comparison) -> list[Block]:
    """That their numbers are of different kinds, and how unsure the models are of the photo."""
    sides = (c.left, c.right)
    doubts = dict.fromkeys(filter(None, [c.caution]))
    doubts |= dict.fromkeys(text for side in sides for text in side.cautions if text != side.warning)
    return [small(" ".join(doubts), INNER, most=2)] if doubts else []
