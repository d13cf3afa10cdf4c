"""The parts of the PDF: galleries, tables, pairs, legends and average maps, as platypus lays them out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Image as Placed
from reportlab.platypus import Spacer, TableStyle
from reportlab.platypus import Table as Cells

from saliency.audit.reports import words
from saliency.audit.reports.blocks import AverageMap, Gallery, Shot, Table
from saliency.audit.reports.pdf_page import INK, RULE, SOFT, WIDTH, Story, text
from saliency.audit.reports.pictures import Drawn, ReportPicture, average_map, legend_bar
from saliency.audit.reports.report import brief
from saliency.audit.reports.words import Pairs

GAP = 6 * mm
_ACROSS = 3  # pictures a row
COLUMN = (WIDTH - (_ACROSS - 1) * GAP) / _ACROSS
_PICTURE = (COLUMN, COLUMN * 0.85)  # at most

Look = tuple[Any, ...]


def grid(rows: Sequence[Sequence[Any]], widths: Sequence[float], *look: Look, **more: Any) -> Cells:
    """Cells without frames, from the left edge on."""
    plain = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Cells(rows, widths, style=TableStyle([*plain, *look]), hAlign="LEFT", **more)


def padding(above: float, below: float) -> tuple[Look, Look]:
    """Space in all cells."""
    return ("TOPPADDING", (0, 0), (-1, -1), above), ("BOTTOMPADDING", (0, 0), (-1, -1), below)


def figures(pairs: Pairs) -> Cells:
    """Large numbers side by side."""
    cells = [[text(value, "figure"), text(what, "small")] for value, what in pairs]
    soft = ("BACKGROUND", (0, 0), (-1, -1), SOFT)
    side = ("LEFTPADDING", (0, 0), (-1, -1), 9)
    return grid([cells], [WIDTH / len(cells)] * len(cells), soft, side, *padding(7, 9))


def gallery(of: Gallery, drawn: Drawn) -> Story:
    """Rows of pictures, none of which breaks."""
    made: Story = []
    for start in range(0, len(of.shots), _ACROSS):
        cells: list[Any] = [shot(one, drawn) for one in of.shots[start : start + _ACROSS]]
        cells += [""] * (_ACROSS - len(cells))
        made.append(_spaced(cells, COLUMN))
    return made


def shot(one: Shot, drawn: Drawn) -> Story:
    """A picture with what is said of it."""
    picture = drawn.get((one.file, one.finding))
    first, *rest = one.lines
    if picture is None:
        rest.append(words.NO_PHOTO)
    elif not picture.has_map and words.NO_MAP not in rest:
        rest.append(words.NO_MAP)
    shown: Story = [] if picture is None else [_placed(picture, _PICTURE), Spacer(1, 3)]
    return [*shown, text(first, "cell"), *(text(line, "small") for line in rest)]


def averages(given: Sequence[AverageMap]) -> Story:
    """Average maps with what chance would give, two a row."""
    made: Story = []
    side = (WIDTH - 3 * GAP) / 4
    for start in range(0, len(given), 2):
        cells: list[Any] = []
        for one in given[start : start + 2]:
            pair = [
                [_placed(picture, (side, side)) for picture in average_map(one.cells, one.by_chance)],
                [text(caption, "small") for caption in (words.AVERAGE, words.CHANCE)],
            ]
            maps = grid(pair, [side + GAP, side], *padding(0, 3))
            cells.append([text(brief(one.guess), "finding"), maps, text(one.sentence, "small")])
        cells += [""] * (2 - len(cells))
        made.append(_spaced(cells, 2 * side + GAP))
    return made


def table(of: Table, shares: Sequence[float], *, numbers: bool = False) -> Story:
    """A table that goes on over pages with its head repeated."""
    kinds = ["cell", *["number" if numbers else "cell"] * (len(shares) - 1)]
    rows = [
        [text(one, f"quiet {kind}") for one, kind in zip(of.head, kinds, strict=True)],
        *([text(one, kind) for one, kind in zip(row, kinds, strict=True)] for row in of.rows),
    ]
    lines = ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE), ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK)
    between = ("RIGHTPADDING", (0, 0), (-2, -1), 8)
    widths = [share * WIDTH for share in shares]
    made = grid(rows, widths, between, *lines, *padding(4, 4), repeatRows=1, splitInRow=1)
    return [made, *([Spacer(1, 4), text(of.note, "quiet")] if of.note else [])]


def pairs(of: Pairs, *, columns: int = 1) -> Cells:
    """Names and values; in two columns, the second one goes on where the first one ends."""
    per_column = -(-len(of) // columns)
    blank = [("", "")] * (per_column * columns - len(of))
    cells = [[text(key, "quiet cell"), text(value, "cell")] for key, value in (*of, *blank)]
    gap = [""] if columns > 1 else []
    rows = [
        [
            *cells[at],
            *(one for column in range(1, columns) for one in (*gap, *cells[at + column * per_column])),
        ]
        for at in range(per_column)
    ]
    width = (WIDTH - (columns - 1) * GAP) / columns
    widths = [0.42 * width, 0.58 * width] if columns == 1 else [0.56 * width, 0.44 * width]
    lines = [("LINEBELOW", (3 * column, 0), (3 * column + 1, -1), 0.5, RULE) for column in range(columns)]
    all_widths = [*widths, *([GAP, *widths] * (columns - 1))]
    return grid(rows, all_widths, *lines, *padding(2.5, 3.5), spaceBefore=4, spaceAfter=6)


def rule() -> Cells:
    """A hairline."""
    return grid([[""]], [WIDTH], ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE), rowHeights=[1])


def legend(ends: tuple[str, str], width: float = WIDTH) -> Cells:
    """The colour bar between its words; in a narrow column, above them."""
    bar = _placed(legend_bar(), (34 * mm, 8))
    if width < WIDTH:
        return grid([[bar], [text(f"{ends[0]} … {ends[1]}", "small")]], [width])
    row = [[text(ends[0], "small"), bar, text(ends[1], "small")]]
    middle = ("VALIGN", (0, 0), (-1, -1), "MIDDLE")
    return grid(row, [25 * mm, 38 * mm, WIDTH - 63 * mm], middle, *padding(2, 6))


def _spaced(cells: Sequence[Any], width: float) -> Cells:
    """Cells of one width side by side with gaps."""
    row: list[Any] = [cells[0]]
    widths = [width]
    for cell in cells[1:]:
        row += ["", cell]
        widths += [GAP, width]
    return grid([row], widths, *padding(3, 9))


def _placed(picture: ReportPicture, most: tuple[float, float]) -> Placed:
    width, height = picture.size
    factor = min(most[0] / width, most[1] / height)
    return Placed(io.BytesIO(picture.data), width * factor, height * factor, hAlign="LEFT")
