"""One 1920×1080 slide of an audit: the main finding with pictures and figures, set as other slides are."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from saliency.audit.reports import words
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.pictures import ReportPictures, average_pictures
from saliency.audit.reports.report import Report
from saliency.audit.reports.sentences import brief
from saliency.audit.reports.words import Pair
from saliency.export.page import (
    BAR,
    GUTTER,
    INK,
    INNER,
    QUIET,
    SIDE,
    SMALL,
    WIDTH,
    framed,
    legend_bar,
    paper,
    small,
)
from saliency.export.typeset import Block, block
from saliency.export.web import visible

_SHORT = 16  # characters of a name
# pixels of the column, of the numbers and between figures; characters of a name in them
_SETTINGS = (
    (620, 52, 20, 34),
    (620, 44, 8, 34),
    (760, 44, 8, 34),
    (760, 44, 0, 24),
    (900, 44, 0, _SHORT),
    (1100, 44, 0, _SHORT),
    (1100, SMALL, 0, 8),
)
Rgb = Image.Image


def slide(report: Report, pictures: ReportPictures, *, warning_lines: int = 2) -> Rgb:
    """The slide, RGB on white; its warning takes so many lines at most."""
    judged = [report.judgements] if report.judged else []  # few lines: figures must not have to go
    foot = [small(visible(text), INNER, most=2) for text in (*judged, report.about, report.limits)]
    if report.rehearsed:
        foot.insert(0, small(visible(report.rehearsed), INNER, most=3))
    short = visible(report.unfamiliar).partition(". ")[0]  # one line, so that no figure has to go
    doubt = [small(f"{short}.", INNER, most=1, bold=True)] if short and not report.warning else []
    title = visible(report.title)
    if short and report.warning:
        title = f"{brief(title, _SHORT)} · {short}."
    page, top, bottom = paper(
        title,
        visible(report.headline),
        *foot,
        warning=visible(report.warning),
        below=doubt,
        merit=report.merit,
        warning_lines=warning_lines,
    )
    images, caption, ends = _images(report, pictures)
    left = SIDE
    if images:
        bottom -= BAR
        legend_bar(page, ends, (SIDE, WIDTH - SIDE), bottom, signed=False)
    width, gap, figures = figure_column(report.on_slide, bottom - 24 - top, 0 if images else INNER)
    if images:
        left = WIDTH - SIDE - width
        _place(page, images, caption, (SIDE, top, left - 2 * GUTTER, bottom - 24))
    draw = ImageDraw.Draw(page)
    y = (top + bottom - 24 - _height(figures, gap)) // 2
    for number, what in figures:
        y = what.write(draw, left, number.write(draw, left, y, INK), QUIET) + gap
    return page


def _images(report: Report, pictures: ReportPictures) -> tuple[list[Rgb], str, Pair]:
    """Up to two pictures of the finding whose figures are shown, else an average map; and what they are.

    Where there is a wrong guess, the second picture is one.
    """
    wrong = report.wrong_picture(pictures)
    if report.leading:
        keys = [(shot.file, shot.finding) for shot in report.leading[0].gallery.shots]
        images = [pictures[key].image for key in keys if key in pictures]
        if images and wrong is not None:
            images.insert(1, pictures[wrong.file, wrong.finding].image)
            beside = words.beside_wrong(report.leading[0].shown, named(wrong.lines[1], _SHORT))
            return images[:2], beside, words.LEGEND
        if images:
            return images[:2], report.leading[0].shown, words.LEGEND
    elif shot := report.first_picture(pictures):
        return [pictures[shot.file, shot.finding].image], shot.lines[0], words.LEGEND
    if report.averages:
        largest = report.averages[0]
        pair = [picture.image for picture in average_pictures(largest.average)]
        return pair, words.pair(brief(largest.guess, _SHORT)), words.ONE_SCALE
    return [], "", words.LEGEND


def _place(page: Rgb, images: list[Rgb], caption: str, within: tuple[int, int, int, int]) -> None:
    """Pictures of one height side by side, as large as fits, in the middle over their caption."""
    left, top, right, bottom = within
    below = small(visible(caption), right - left, most=3)
    bottom -= below.height + 8
    room = right - left - GUTTER * (len(images) - 1)
    height = min(bottom - top, int(room / sum(image.width / image.height for image in images)))
    sizes = [(max(1, round(height * image.width / image.height)), height) for image in images]
    x = left + (room - sum(width for width, _ in sizes)) // 2
    y = top + (bottom - top - height) // 2
    draw = ImageDraw.Draw(page)
    below.write(draw, (left + right) // 2, y + height + 8, QUIET, "ma")
    for image, size in zip(images, sizes, strict=True):
        framed(page, image.resize(size, Image.Resampling.BICUBIC), x, y)
        x += size[0] + GUTTER


def figure_column(
    figures: Sequence[Pair], room: int, only: int
) -> tuple[int, int, list[tuple[Block, Block]]]:
    """Large numbers, each over what it counts, none of them cut: the column grows before names get shorter.

    Args:
        figures: Numbers and texts.
        room: Pixels of height.
        only: Width of the column where it has to be that.

    Returns:
        The column's width in pixels, the pixels between two figures, and the texts. Where not even short
        names fit, figures are left out, the last one first.
    """
    for column, size, gap, most in _SETTINGS:
        width = only or column
        blocks = [
            (_whole(value, width, size, bold=True), _whole(named(what, most), width, SMALL))
            for value, what in figures
        ]
        if _height(blocks, gap) <= room:
            break
    while _height(blocks, gap) > room:
        blocks.pop()
    return width, gap, blocks


def _whole(text: str, width: int, size: int, *, bold: bool = False) -> Block:
    """A text on as many lines as it takes."""
    return block(visible(text), width, sizes=(size,), most=len(text) + 1, bold=bold)


def _height(blocks: Sequence[tuple[Block, Block]], gap: int) -> int:
    return sum(number.height + what.height + gap for number, what in blocks) - gap
