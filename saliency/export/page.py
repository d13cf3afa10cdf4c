"""What all slides share: a white page with its texts, a row of pictures, and colour bars.

A slide is 1920×1080 pixels and 13.33 inches wide, so a point is two pixels: the smallest type, 36 pixels,
is 18 point. Nothing depends on colour alone; the margins stay white, so the picture can be cropped into any
deck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PIL import Image, ImageDraw

from saliency.export.typeset import ELLIPSIS, Block, Rgb, block
from saliency.heat import heatmap
from saliency.verdict.advice import Merit

WIDTH, HEIGHT = 1920, 1080
SIDE, TOP, BOTTOM = 96, 44, 40  # margins
INNER = WIDTH - 2 * SIDE
GUTTER = 48  # between pictures
COLUMN = (INNER - 2 * GUTTER) // 3
SMALL = 36  # pixels: 18 point
BAR = 72  # pixels of height for a colour bar and its words
PAPER: Rgb = (255, 255, 255)
INK: Rgb = (23, 27, 33)  # contrast with white 17:1
QUIET: Rgb = (84, 92, 104)  # 6.7:1
RULE: Rgb = (208, 213, 219)  # a hairline
ALARM: Rgb = (150, 18, 18)  # behind white: 8.6:1
MERITS: Mapping[Merit, Rgb] = {  # of a finding; contrast with white 5.4:1 and more
    Merit.GOOD: (22, 101, 52),
    Merit.MIXED: (146, 64, 14),
    Merit.BAD: ALARM,
    Merit.OPEN: INK,
}
_PARAGRAPH = 12  # pixels between two paragraphs
_GAP = 22  # between a colour bar and its words
_BAR_WIDTH = (110, 360)  # at least and at most


def headline(text: str, width: int) -> Block:
    """A finding in the largest type in which it fits, on two lines where one is too short."""
    line = block(text, width, sizes=(52, 46), most=1, bold=True)
    if line.lines[0].endswith(ELLIPSIS):
        return block(text, width, sizes=(46, 40, SMALL), most=2, bold=True)
    return line


def small(text: str, width: int, *, most: int = 1, bold: bool = False) -> Block:
    """A text in the smallest type, on so many lines at most."""
    return block(text, width, sizes=(SMALL,), most=most, bold=bold)


def paper(
    title: str,
    finding: str,
    *foot: Block,
    warning: str = "",
    below: Sequence[Block] = (),
    merit: Merit = Merit.OPEN,
    warning_lines: int = 2,
) -> tuple[Image.Image, int, int]:
    """A white page with its texts above and below, and the rows of pixels between which it is empty.

    Args:
        title: What the slide is about.
        finding: One sentence, the largest type.
        foot: Texts below a hairline, one under the other.
        warning: A sentence that nobody may overlook; a bar across the top.
        below: Paragraphs below the finding.
        merit: Whether the finding is what one would hope for, which gives it its colour.
        warning_lines: How many lines a warning may take.
    """
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    y = TOP
    if warning:
        text = small(warning, INNER - 2 * _GAP, most=warning_lines, bold=True)
        draw.rectangle((SIDE, y, WIDTH - SIDE - 1, y + text.height + _GAP), ALARM)
        y = text.write(draw, SIDE + _GAP, y + _GAP // 2, PAPER) + _GAP
    y = small(title, INNER).write(draw, SIDE, y, QUIET)
    y = headline(finding, INNER).write(draw, SIDE, y + 4, MERITS[merit])
    for number, text in enumerate(below):
        y = text.write(draw, SIDE, y + (_PARAGRAPH if number else 0), INK)
    top = y + 20
    y = HEIGHT - BOTTOM - sum(text.height for text in foot)
    bottom = y - 16
    draw.line((SIDE, bottom, WIDTH - SIDE - 1, bottom), RULE, 2)
    for text in foot:
        y = text.write(draw, SIDE, y, QUIET)
    return page, top, bottom


def picture_row(
    page: Image.Image,
    captions: Sequence[Sequence[tuple[Block, Rgb]]],
    pictures: Callable[[tuple[int, int]], Sequence[Image.Image]],
    proportions: tuple[int, int],
    rows: tuple[int, int],
    column: int = COLUMN,
) -> None:
    """Equal pictures side by side, as large as fits, each under its caption.

    Args:
        page: What they are drawn on.
        captions: For each picture its texts, one under the other, with their colours.
        pictures: Gives the pictures at a size (width, height) in pixels.
        proportions: Their width and height, up to a factor.
        rows: The rows of pixels between which they stand in the middle.
        column: Pixels of width that each of them has.
    """
    above = max(sum(text.height for text, _ in texts) for texts in captions) + 10
    room = rows[1] - rows[0] - above
    factor = min(column / proportions[0], room / proportions[1])
    width, height = (max(1, round(side * factor)) for side in proportions)
    start = rows[0] + (room - height) // 2
    draw = ImageDraw.Draw(page)
    for number, (texts, picture) in enumerate(zip(captions, pictures((width, height)), strict=True)):
        middle, y = SIDE + number * (column + GUTTER) + column // 2, start
        for text, ink in texts:
            y = text.write(draw, middle, y, ink, "ma")
        framed(page, picture, middle - width // 2, start + above)


def framed(page: Image.Image, picture: Image.Image, x: int, y: int) -> None:
    """Draw a picture inside a hairline; ``x`` and ``y`` are its upper left corner."""
    page.paste(picture, (x, y))
    ImageDraw.Draw(page).rectangle((x - 1, y - 1, x + picture.width, y + picture.height), outline=RULE)


def legend_bar(
    page: Image.Image, ends: tuple[str, str], across: tuple[int, int], y: int, *, signed: bool
) -> None:
    """The colour bar between its two words, centred between two columns of pixels."""
    width = across[1] - across[0] - 2 * _GAP
    room = width - _BAR_WIDTH[0]
    low = small(ends[0], room // 2)
    high = small(ends[1], room - low.width)
    bar = min(_BAR_WIDTH[1], width - low.width - high.width)
    x = across[0] + (width - bar - low.width - high.width) // 2
    draw = ImageDraw.Draw(page)
    low.write(draw, x, y, INK)
    x += low.width + _GAP
    framed(page, heatmap.legend(signed=signed, width=bar, height=28), x, y + 8)
    high.write(draw, x + bar + _GAP, y, INK)
