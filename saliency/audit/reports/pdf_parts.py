"""The parts of the PDF: galleries, tables, pairs, legends and average maps, as platypus lays them out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Image, Spacer, TableStyle
from reportlab.platypus import Table as Grid

from saliency.audit.reports import words
from saliency.audit.reports.blocks import ClassAverage, Gallery, Shot, Table
from saliency.audit.reports.pdf_page import INK, RULE, SOFT, WIDTH, Story, paragraph
from saliency.audit.reports.pictures import ReportPicture, ReportPictures, average_pictures, legend_bar
from saliency.audit.reports.report import brief
from saliency.audit.reports.words import Pair

GAP = 6 * mm
_ACROSS = 3  # pictures a row
COLUMN = (WIDTH - (_ACROSS - 1) * GAP) / _ACROSS
_PICTURE = (COLUMN, COLUMN * 0.85)  # at most
_ALL = (0, 0), (-1, -1)  # cells of a grid

Look = tuple[Any, ...]


def grid(rows: Sequence[Sequence[Any]], widths: Sequence[float], *look: Look, **more: Any) -> Grid:
    """Cells without frames, from the left edge on."""
    plain = [("LEFTPADDING", *_ALL, 0), ("RIGHTPADDING", *_ALL, 0), ("VALIGN", *_ALL, "TOP")]
    return Grid(rows, widths, style=TableStyle([*plain, *look]), hAlign="LEFT", **more)


def padding(above: float, below: float) -> tuple[Look, Look]:
    """Space in all cells."""
    return ("TOPPADDING", *_ALL, above), ("BOTTOMPADDING", *_ALL, below)


def figures(pairs: Sequence[Pair]) -> Grid:
    """Large numbers side by side."""
    cells = [[paragraph(value, "figure"), paragraph(what, "small")] for value, what in pairs]
    look = (("BACKGROUND", *_ALL, SOFT), ("LEFTPADDING", *_ALL, 9), *padding(7, 9))
    return grid([cells], [WIDTH / len(cells)] * len(cells), *look)


def gallery(block: Gallery, pictures: ReportPictures) -> Story:
    """Rows of pictures, none of which breaks."""
    return _rows([shot(one, pictures) for one in block.shots], _ACROSS, COLUMN)


def shot(picture_of: Shot, pictures: ReportPictures) -> Story:
    """A picture with what is said of it."""
    picture = pictures.get((picture_of.file, picture_of.finding))
    first, *rest = picture_of.lines
    if picture is None:
        rest.append(words.NO_PHOTO)
    elif not picture.has_map and words.NO_MAP not in rest:
        rest.append(words.NO_MAP)
    image: Story = [] if picture is None else [_image(picture, _PICTURE), Spacer(1, 3)]
    return [*image, paragraph(first, "cell"), *(paragraph(line, "small") for line in rest)]


def averages(classes: Sequence[ClassAverage]) -> Story:
    """Average maps with what chance would give, two a row."""
    side = (WIDTH - 3 * GAP) / 4
    cells = []
    for of in classes:
        pair = [
            [_image(picture, (side, side)) for picture in average_pictures(of.average)],
            [paragraph(caption, "small") for caption in (words.AVERAGE, words.CHANCE)],
        ]
        pictures = grid(pair, [side + GAP, side], *padding(0, 3))
        cells.append([paragraph(brief(of.guess), "finding"), pictures, paragraph(of.sentence, "small")])
    return _rows(cells, 2, 2 * side + GAP)


def table(block: Table) -> Story:
    """A table that goes on over pages with its head repeated."""
    kinds = ["cell", *["number" if block.numbers else "cell"] * (len(block.widths) - 1)]
    rows = [
        [paragraph(column, f"quiet {kind}") for column, kind in zip(block.head, kinds, strict=True)],
        *([paragraph(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in block.rows),
    ]
    lines = ("LINEBELOW", *_ALL, 0.5, RULE), ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK)
    between = ("RIGHTPADDING", (0, 0), (-2, -1), 8)
    widths = [share * WIDTH for share in block.widths]
    made = grid(rows, widths, between, *lines, *padding(4, 4), repeatRows=1, splitInRow=1)
    return [made, *([Spacer(1, 4), paragraph(block.note, "quiet")] if block.note else [])]


def pairs(rows: Sequence[Pair], *, columns: int = 1) -> Grid:
    """Names and values; in two columns, the second one goes on where the first one ends."""
    height = -(-len(rows) // columns)
    cells = [[paragraph(key, "quiet cell"), paragraph(value, "cell")] for key, value in rows]
    cells += [["", ""]] * (height * columns - len(rows))
    lines = []
    for start in range(height):
        line = cells[start]
        for cell in cells[start + height :: height]:
            line = [*line, "", *cell]
        lines.append(line)
    width = (WIDTH - (columns - 1) * GAP) / columns
    widths = [0.42 * width, 0.58 * width] if columns == 1 else [0.56 * width, 0.44 * width]
    rules = [("LINEBELOW", (3 * column, 0), (3 * column + 1, -1), 0.5, RULE) for column in range(columns)]
    all_widths = [*widths, *([GAP, *widths] * (columns - 1))]
    return grid(lines, all_widths, *rules, *padding(2.5, 3.5), spaceBefore=4, spaceAfter=6)


def rule() -> Grid:
    """A hairline."""
    return grid([[""]], [WIDTH], ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE), rowHeights=[1])


def legend(ends: Pair, width: float = WIDTH) -> Grid:
    """The colour bar between its words; in a narrow column, above them."""
    bar = _image(legend_bar(), (34 * mm, 8))
    if width < WIDTH:
        return grid([[bar], [paragraph(f"{ends[0]} … {ends[1]}", "small")]], [width])
    row = [[paragraph(ends[0], "small"), bar, paragraph(ends[1], "small")]]
    return grid(row, [25 * mm, 38 * mm, WIDTH - 63 * mm], ("VALIGN", *_ALL, "MIDDLE"), *padding(2, 6))


def _rows(cells: Sequence[Any], across: int, width: float) -> Story:
    """Rows of as many cells of one width, with gaps between them."""
    story: Story = []
    widths = [width, *([GAP, width] * (across - 1))]
    for start in range(0, len(cells), across):
        row = [*cells[start : start + across], *[""] * across][:across]
        spaced = [part for cell in row for part in ("", cell)][1:]
        story.append(grid([spaced], widths, *padding(3, 9)))
    return story


def _image(picture: ReportPicture, most: tuple[float, float]) -> Image:
    width, height = picture.size
    factor = min(most[0] / width, most[1] / height)
    return Image(io.BytesIO(picture.data), width * factor, height * factor, hAlign="LEFT")
