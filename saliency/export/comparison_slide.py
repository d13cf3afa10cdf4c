"""One 1920×1080 slide of two maps on one scale and of where they differ, set as ``slide`` is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from saliency.export.slide import BOTTOM, GUTTER, HEIGHT, INK, QUIET, RULE, SIDE, SMALL, TOP, WIDTH, headline
from saliency.export.typeset import Block, block
from saliency.heat import heatmap

if TYPE_CHECKING:
    from saliency.comparison import Comparison

COLUMN = (WIDTH - 2 * SIDE - 2 * GUTTER) // 3
_GAP = 20  # between a colour bar and its words
_BAR = (110, 320)  # its width, at least and at most


@dataclass(frozen=True)
class CompareWords:
    """What the slide says.

    Attributes:
        title: What the slide is about.
        finding: One sentence, the largest type.
        captions: Of the left map, the right map and the difference.
        findings: A line below each of them.
        scale: What the shared scale means, in a sentence.
        details: Photo, what is the same on both sides, and date.
        limits: What the slide does not say.
        legend: At the two ends of the colour bar of the maps.
        difference_legend: At the two ends of that of the difference.
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
    """The slide; texts that are too long end in an ellipsis.

    Args:
        c: What to show.
        words: What to say.
        strength: As in `saliency.heat.heatmap.overlay`.

    Returns:
        1920×1080 RGB on white.
    """
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    inner = WIDTH - 2 * SIDE
    finding = headline(words.finding, inner)
    y = block(words.title, inner, sizes=(SMALL,), most=1).write(draw, SIDE, TOP, QUIET)
    top = finding.write(draw, SIDE, y + 4, INK) + 16
    texts = ((words.scale, 1), (words.details, 2), (words.limits, 1))
    foot = [block(text, inner, sizes=(SMALL,), most=most) for text, most in texts]
    start = y = HEIGHT - BOTTOM - sum(text.height for text in foot)
    draw.line((SIDE, y - 14, WIDTH - SIDE - 1, y - 14), RULE, 2)
    for text in foot:
        y = text.write(draw, SIDE, y, QUIET)
    bars = start - 14 - 64
    _bar(page, words.legend, SIDE, 2 * COLUMN + GUTTER, bars, signed=c.signed)
    _bar(page, words.difference_legend, SIDE + 2 * (COLUMN + GUTTER), COLUMN, bars, signed=True)
    _pictures(page, c, words, strength, top, bars - 20)
    return page


def _pictures(
    page: Image.Image, c: Comparison, words: CompareWords, strength: float, top: int, bottom: int
) -> None:
    """Three equal pictures in a row, each under its caption and a line, halfway between top and bottom."""
    heads: list[tuple[Block, Block]] = [
        (
            block(caption, COLUMN, sizes=(SMALL,), most=1, bold=True),
            block(line, COLUMN, sizes=(SMALL,), most=2),
        )
        for caption, line in zip(words.captions, words.findings, strict=True)
    ]
    above = max(title.height for title, _ in heads) + max(line.height for _, line in heads) + 8
    room = bottom - top - above
    photo = c.left.photo
    factor = min(COLUMN / photo.width, room / photo.height)
    size = max(1, round(photo.width * factor)), max(1, round(photo.height * factor))
    draw = ImageDraw.Draw(page)
    start = top + (room - size[1]) // 2
    pictures = (*c.overlays(strength, size), c.difference_image(size))
    for number, ((title, line), picture) in enumerate(zip(heads, pictures, strict=True)):
        middle = SIDE + number * (COLUMN + GUTTER) + COLUMN // 2
        line.write_centred(draw, middle, title.write_centred(draw, middle, start, INK), QUIET)
        x, y = middle - size[0] // 2, start + above
        page.paste(picture, (x, y))
        draw.rectangle((x - 1, y - 1, x + size[0], y + size[1]), outline=RULE)


def _bar(page: Image.Image, ends: tuple[str, str], left: int, width: int, y: int, *, signed: bool) -> None:
    """A colour bar between its two words, in the middle of a column."""
    room = width - 2 * _GAP - _BAR[0]
    low = block(ends[0], room // 2, sizes=(SMALL,), most=1)
    high = block(ends[1], room - low.width, sizes=(SMALL,), most=1)
    bar = min(_BAR[1], width - 2 * _GAP - low.width - high.width)
    draw = ImageDraw.Draw(page)
    x = left + (width - bar - 2 * _GAP - low.width - high.width) // 2
    low.write(draw, x, y, INK)
    x += low.width + _GAP
    page.paste(heatmap.legend(signed=signed, width=bar, height=28), (x, y + 8))
    draw.rectangle((x - 1, y + 7, x + bar, y + 36), outline=RULE)
    high.write(draw, x + bar + _GAP, y, INK)
