"""One 1920×1080 slide of an audit: the main finding with pictures and figures, set as other slides are."""

from __future__ import annotations

from PIL import Image, ImageDraw

from saliency.audit.reports import words
from saliency.audit.reports.pictures import ReportPictures, average_pictures
from saliency.audit.reports.report import Report, brief
from saliency.audit.reports.sentences import visible
from saliency.audit.reports.words import Pair
from saliency.export.page import BAR, GUTTER, INK, INNER, QUIET, SIDE, WIDTH, framed, legend_bar, paper, small
from saliency.export.typeset import block

_TEXT = 620  # pixels: the column of figures
_SHORT = 16  # characters of a name
# pixels of numbers, lines below each, pixels between
_SETTINGS = (
    (52, 3, 20),
    (44, 3, 8),
    (44, 2, 8),
    (44, 2, 0),
)
Rgb = Image.Image


def slide(report: Report, pictures: ReportPictures) -> Rgb:
    """The slide, RGB on white."""
    foot = (small(visible(text), INNER, most=2) for text in (report.about, report.limits))
    short = visible(report.unfamiliar).partition(". ")[0]  # one line, so that no figure has to go
    doubt = [small(f"{short}.", INNER, most=1, bold=True)] if short and not report.warning else []
    title = f"{visible(report.title)} · {short}." if short and report.warning else visible(report.title)
    page, top, bottom = paper(
        title, visible(report.headline), *foot, warning=visible(report.warning), below=doubt
    )
    images, caption, ends = _images(report, pictures)
    left = SIDE
    if images:
        bottom -= BAR
        legend_bar(page, ends, (SIDE, WIDTH - SIDE), bottom, signed=False)
        left = WIDTH - SIDE - _TEXT
        _place(page, images, caption, (SIDE, top, left - 2 * GUTTER, bottom - 24))
    _figures(page, report.on_slide, (left, top, WIDTH - SIDE, bottom - 24))
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
            return images[:2], words.beside_wrong(wrong.lines[1]), words.LEGEND
        if images:
            return images[:2], words.BOX, words.LEGEND
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
    below = small(visible(caption), right - left, most=2)
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


def _figures(page: Rgb, figures: tuple[Pair, ...], within: tuple[int, int, int, int]) -> None:
    """Large numbers, each over what it counts, in the middle of the height."""
    left, top, right, bottom = within
    draw = ImageDraw.Draw(page)
    for size, most, gap in _SETTINGS:
        blocks = [
            (
                block(visible(value), right - left, sizes=(size, 44), most=1, bold=True),
                small(visible(what), right - left, most=most),
            )
            for value, what in figures
        ]
        height = sum(number.height + what.height + gap for number, what in blocks) - gap
        if height <= bottom - top:
            break
    while height > bottom - top:
        number, what = blocks.pop()
        height -= number.height + what.height + gap
    y = top + (bottom - top - height) // 2
    for number, what in blocks:
        y = what.write(draw, left, number.write(draw, left, y, INK), QUIET) + gap
