"""One 1920×1080 slide of an audit: the main finding with pictures and figures, set as other slides are."""

from __future__ import annotations

from PIL import Image, ImageDraw

from saliency.audit.reports import words
from saliency.audit.reports.blocks import Content, first_picture
from saliency.audit.reports.pictures import Drawn, average_map
from saliency.audit.reports.report import brief
from saliency.audit.reports.words import Pairs
from saliency.export.slide import GUTTER, INK, QUIET, RULE, SIDE, SMALL, WIDTH, legend_bar, paper
from saliency.export.typeset import block

_TEXT = 620  # pixels: the column of figures
_SHORT = 16  # characters of a name
_BAR = 72  # pixels of height for the colour bar
Rgb = Image.Image


def board(said: Content, drawn: Drawn) -> Rgb:
    """The slide, RGB on white.

    Args:
        said: What the report says.
        drawn: Its pictures.
    """
    page, top, bottom = paper(said.title, said.headline, said.about, said.limits)
    pictures, caption, ends = _pictures(said, drawn)
    left = SIDE
    if pictures:
        bottom -= _BAR
        legend_bar(page, ends, (SIDE, WIDTH - SIDE), bottom, signed=False)
        left = WIDTH - SIDE - _TEXT
        _place(page, pictures, caption, (SIDE, top, left - 2 * GUTTER, bottom - 24))
    _figures(page, said.on_slide, (left, top, WIDTH - SIDE, bottom - 24))
    return page


def _pictures(said: Content, drawn: Drawn) -> tuple[list[Rgb], str, tuple[str, str]]:
    """Up to two pictures of the finding whose figures are shown, else an average map; and what they are."""
    if said.leading:
        keys = [(shot.file, shot.finding) for shot in said.leading[0].gallery.shots]
        found = [drawn[key].image for key in keys if key in drawn]
        if found:
            return found[:2], words.BOX, words.LEGEND
    elif shot := first_picture(said, drawn):
        return [drawn[shot.file, shot.finding].image], shot.lines[0], words.LEGEND
    if said.averages:
        one = said.averages[0]
        pair = [picture.image for picture in average_map(one.cells, one.by_chance)]
        return pair, words.pair(brief(one.guess, _SHORT)), words.ONE_SCALE
    return [], "", words.LEGEND


def _place(page: Rgb, pictures: list[Rgb], caption: str, within: tuple[int, int, int, int]) -> None:
    """Pictures of one height side by side, as large as fits, in the middle over their caption."""
    left, top, right, bottom = within
    below = block(caption, right - left, sizes=(SMALL,), most=1)
    bottom -= below.height + 8
    room = right - left - GUTTER * (len(pictures) - 1)
    height = min(bottom - top, int(room / sum(one.width / one.height for one in pictures)))
    sizes = [(max(1, round(height * one.width / one.height)), height) for one in pictures]
    x = left + (room - sum(width for width, _ in sizes)) // 2
    y = top + (bottom - top - height) // 2
    draw = ImageDraw.Draw(page)
    below.write_centred(draw, (left + right) // 2, y + height + 8, QUIET)
    for one, size in zip(pictures, sizes, strict=True):
        page.paste(one.resize(size, Image.Resampling.BICUBIC), (x, y))
        draw.rectangle((x - 1, y - 1, x + size[0], y + size[1]), outline=RULE)
        x += size[0] + GUTTER


def _figures(page: Rgb, figures: Pairs, within: tuple[int, int, int, int]) -> None:
    """Large numbers, each over what it counts, in the middle of the height."""
    left, top, right, bottom = within
    draw = ImageDraw.Draw(page)
    blocks = [
        (
            block(value, right - left, sizes=(52, 44), most=1, bold=True),
            block(what, right - left, sizes=(SMALL,), most=2),
        )
        for value, what in figures
    ]
    gap = 20
    height = sum(number.height + what.height for number, what in blocks) + gap * (len(blocks) - 1)
    while height > bottom - top:
        number, what = blocks.pop()
        height -= number.height + what.height + gap
    y = top + (bottom - top - height) // 2
    for number, what in blocks:
        y = what.write(draw, left, number.write(draw, left, y, INK), QUIET) + gap
