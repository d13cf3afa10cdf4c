"""One 1920×1080 slide: what the model received, the heat map, both together, and how to read them.

A slide is 13.33 inches wide, so a point is two pixels: the smallest type, 36 pixels, is 18 point. Nothing
depends on colour alone; the margins stay white, so the picture can be cropped into any deck.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from saliency.export.typeset import ELLIPSIS, Block, block
from saliency.heat import heatmap

if TYPE_CHECKING:
    from saliency.explanation import Explanation

WIDTH, HEIGHT = 1920, 1080
SIDE, TOP, BOTTOM = 96, 60, 56  # margins
GUTTER = 48  # between pictures
SMALL = 36  # pixels: 18 point
INK, QUIET, RULE = (
    (23, 27, 33),
    (84, 92, 104),
    (208, 213, 219),
)  # contrast with white 17:1, 6.7:1 and a hairline


@dataclass(frozen=True)
class SlideWords:
    """What the slide says.

    Attributes:
        title: What the slide is about.
        finding: One sentence, the largest type.
        details: Model, view and date on one line.
        limits: What the slide does not say.
        captions: Of what was received, of the heat map, of both together.
        legend: At the two ends of the colour bar.
    """

    title: str
    finding: str
    details: str
    limits: str
    captions: tuple[str, str, str]
    legend: tuple[str, str]


def headline(text: str, width: int) -> Block:
    """A finding in the largest type in which it fits, on two lines where one is too short."""
    found = block(text, width, sizes=(52, 46), most=1, bold=True)
    if found.lines[0].endswith(ELLIPSIS):
        return block(text, width, sizes=(46, 40, SMALL), most=2, bold=True)
    return found


def slide(e: Explanation, words: SlideWords, strength: float = 0.6) -> Image.Image:
    """The slide.

    Texts that are too long get smaller down to 18 point, then more lines, then an ellipsis.

    Args:
        e: What to show.
        words: What to say.
        strength: As in `saliency.heat.heatmap.overlay`.

    Returns:
        1920×1080 RGB on white.
    """
    page, top, bottom = paper(words.title, words.finding, words.details, words.limits)
    bottom -= 72
    legend_bar(page, words.legend, (SIDE, WIDTH - SIDE), bottom, signed=e.signed)
    _pictures(page, e, words, strength, top, bottom - 28)
    return page


def paper(title: str, finding: str, details: str, limits: str) -> tuple[Image.Image, int, int]:
    """A white page with its texts above and below, and the rows of pixels between which it is empty."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    inner = WIDTH - 2 * SIDE
    y = block(title, inner, sizes=(SMALL,), most=1).write(draw, SIDE, TOP, QUIET)
    top = headline(finding, inner).write(draw, SIDE, y + 4, INK) + 24
    below = [block(text, inner, sizes=(SMALL,), most=2) for text in (details, limits)]
    y = HEIGHT - BOTTOM - sum(text.height for text in below)
    bottom = y - 18
    draw.line((SIDE, bottom, WIDTH - SIDE - 1, bottom), RULE, 2)
    for text in below:
        y = text.write(draw, SIDE, y, QUIET)
    return page, top, bottom


def _pictures(
    page: Image.Image, e: Explanation, words: SlideWords, strength: float, top: int, bottom: int
) -> None:
    """Three equal pictures in a row, each under its caption, halfway between top and bottom."""
    column = (WIDTH - 2 * SIDE - 2 * GUTTER) // 3
    captions = [block(caption, column, sizes=(SMALL,), most=1) for caption in words.captions]
    room = bottom - top - captions[0].leading - 10
    factor = min(column / e.photo.width, room / e.photo.height)
    size = max(1, round(e.photo.width * factor)), max(1, round(e.photo.height * factor))
    draw = ImageDraw.Draw(page)
    start = top + (room - size[1]) // 2
    pictures = (e.received_image(size), e.heat_image(size), e.overlay(strength, size))
    for number, (caption, picture) in enumerate(zip(captions, pictures, strict=True)):
        left = SIDE + number * (column + GUTTER)
        caption.write_centred(draw, left + column // 2, start, INK)
        x, y = left + (column - size[0]) // 2, start + caption.leading + 10
        page.paste(picture, (x, y))
        draw.rectangle((x - 1, y - 1, x + size[0], y + size[1]), outline=RULE)


def legend_bar(
    page: Image.Image, ends: tuple[str, str], across: tuple[int, int], y: int, *, signed: bool
) -> None:
    """The colour bar between its two words, centred between two columns of pixels."""
    bar_width, gap = 360, 24
    width = across[1] - across[0]
    room = (width - bar_width - 2 * gap) // 2
    low = block(ends[0], 2 * room - min(room, _width(ends[1])), sizes=(SMALL,), most=1)
    high = block(ends[1], 2 * room - min(room, _width(ends[0])), sizes=(SMALL,), most=1)
    low_width, high_width = low.width, high.width
    x = across[0] + (width - low_width - high_width - bar_width - 2 * gap) // 2
    draw = ImageDraw.Draw(page)
    low.write(draw, x, y, INK)
    bar = x + low_width + gap
    page.paste(heatmap.legend(signed=signed, width=bar_width, height=28), (bar, y + 8))
    draw.rectangle((bar - 1, y + 7, bar + bar_width, y + 36), outline=RULE)
    high.write(draw, bar + bar_width + gap, y, INK)


def _width(text: str) -> int:
    """In pixels, on one line."""
    return block(text, 1 << 20, sizes=(SMALL,), most=1).width
