"""The report as PDF, A4: what each block looks like, as platypus lays it out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Image,
    KeepInFrame,
    KeepTogether,
    PageBreak,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as Grid

from saliency.audit.reports import blocks, words
from saliency.audit.reports.blocks import CROPS, ClassAverage, FindingText, Section, Shot, Text
from saliency.audit.reports.pdf_page import ALARM, HEIGHT, INK, RULE, SOFT, WIDTH, Story, build, paragraph
from saliency.audit.reports.pictures import ReportPicture, ReportPictures, average_pictures, legend_bar
from saliency.audit.reports.report import Report
from saliency.audit.reports.sentences import brief
from saliency.audit.reports.words import Pair
from saliency.export.typeset import complete
from saliency.export.web import visible

_GAP = 6 * mm
_ACROSS = 3  # pictures a row
_COLUMN = (WIDTH - (_ACROSS - 1) * _GAP) / _ACROSS
_SHEET = (WIDTH, 0.36 * WIDTH)  # of crops, at most
_PICTURE = (_COLUMN, _COLUMN * 0.85)  # at most
_SHARES = (1, 0.9, 0.8, 0.7, 0.6, 0.5)  # of that, on the first page
_WIDER = (1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2)  # times the page, on which all is set before it is made smaller
_ROOM = (40 * mm, 60 * mm)  # that a section of rows or of texts needs on a page to begin there
_ALL = (0, 0), (-1, -1)  # cells of a grid

Look = tuple[Any, ...]


def write_pdf(report: Report, pictures: ReportPictures, path: Path) -> int:
    """Write the report, laid out twice as a page says how many there are; returns how many there are."""
    pages = build(io.BytesIO(), _story(report, pictures), title=report.title, pages=0)
    return build(str(path), _story(report, pictures), title=report.title, pages=pages)


def _story(report: Report, pictures: ReportPictures) -> Story:
    summary = _first_page(report, pictures)
    story: Story = [KeepInFrame(WIDTH, HEIGHT - 1, summary, mode="shrink", fakeWidth=False), PageBreak()]
    *sections, last = report.sections
    if not all(complete(visible(text)) for text in blocks.parts(report, str)):
        last = replace(last, blocks=(*last.blocks, Text(words.LACKING, "quiet")))
    before = False
    for section in (*sections, last):
        if before or section.page:  # it begins a page, and so does what follows it
            story.append(PageBreak())
        story += _section(section, pictures)
        before = section.page
    return story


def _section(section: Section, pictures: ReportPictures) -> Story:
    """A section whose heading stays with what follows it."""
    heading = paragraph(section.heading, "section")
    *notes, last = section.blocks
    if any(isinstance(block, FindingText) for block in section.blocks):
        return _findings_section(section, pictures)
    under: Story = []
    for before, block in zip((None, *notes), notes, strict=False):
        if isinstance(before, blocks.Table) and isinstance(block, Text):
            under.append(Spacer(1, 12))
        under += _block(block, pictures)
    rows = _block(last, pictures)
    if isinstance(last, blocks.Gallery | blocks.Averages):
        return [KeepTogether([heading, *under, rows[0]]), *rows[1:]]
    if isinstance(section.blocks[0], blocks.Pairs):
        return [KeepTogether([heading, *under, *rows])]
    return [CondPageBreak(_ROOM[isinstance(last, Text)]), heading, *under, *rows]


def _findings_section(section: Section, pictures: ReportPictures) -> Story:
    """Its heading and its notes stay with the first finding."""
    together: Story = [paragraph(section.heading, "section")]
    story: Story = []
    for block in section.blocks:
        if isinstance(block, FindingText):
            story += [KeepTogether([*together, *_counted(block)]), *_shown(block, pictures)]
            together = []
        else:
            together += _block(block, pictures)
    return story


def _block(block: blocks.Block, pictures: ReportPictures) -> Story:
    match block:
        case Text(heading=""):
            return [paragraph(block.text, block.style)]
        case Text():
            return [KeepTogether([paragraph(block.heading, "finding"), paragraph(block.text), Spacer(1, 4)])]
        case blocks.Legend():
            return [_legend(block.ends)]
        case blocks.Pairs():
            return [_pairs(block.rows)]
        case blocks.Table():
            return _table(block)
        case blocks.Gallery():
            return _gallery(block.shots, block.across, pictures)
        case blocks.Averages():
            side = (WIDTH - 3 * _GAP) / 4
            return _rows([_average(average, side) for average in block.classes], 2, 2 * side + _GAP)
        case FindingText():
            return [KeepTogether(_counted(block)), *_shown(block, pictures)]


def _gallery(
    shots: Sequence[Shot], across: int, pictures: ReportPictures, share: float = 1, width: float = WIDTH
) -> Story:
    """Rows of pictures, so many beside each other."""
    column = (width - (across - 1) * _GAP) / across
    return _rows([_shot(shot, pictures, share * column / _COLUMN) for shot in shots], across, column)


def _height(story: Story, wider: float) -> float:
    """How high it is at most, in points, on a page so much wider."""
    room = wider * WIDTH, wider * HEIGHT
    return float(sum(part.getSpaceBefore() + part.wrap(*room)[1] + part.getSpaceAfter() for part in story))


def _first_page(report: Report, pictures: ReportPictures) -> Story:
    """The summary as wide as it takes to fit on a page made smaller; pictures give way before type does."""
    *shares, least = _SHARES
    for share, wider in [*((share, 1.0) for share in shares), *((least, wider) for wider in _WIDER)]:
        if _height(_summary(report, pictures, share, wider), wider) < wider * HEIGHT:
            break
    return _summary(report, pictures, share, wider)  # as what was measured was laid out


def _summary(report: Report, pictures: ReportPictures, share: float, wider: float) -> Story:
    """One page, its pictures by a share smaller than others, all on a page so much wider."""
    texts: Story = []
    width, column, share = wider * WIDTH, wider * _COLUMN, wider * share
    for finding in report.leading:
        crops = _crops(finding, pictures, (width - column - 9 * mm, wider * 16 * mm))
        texts += [*_statement(finding), *crops, Spacer(1, 7)]
    if report.more:
        texts.append(paragraph(report.more))
    tiles = [[paragraph(value, "figure"), paragraph(what, "small")] for value, what in report.figures]
    look = (("BACKGROUND", *_ALL, SOFT), ("LEFTPADDING", *_ALL, 9), *_padding(7, 9))
    story: Story = [*_alarm(report.warning, width), paragraph(brief(report.title, 90), "kicker")]
    story.append(paragraph(report.headline, f"headline {report.merit}"))
    if report.unfamiliar:
        story.append(paragraph(report.unfamiliar, "alarming"))
    story += [paragraph(report.about, "quiet"), Spacer(1, 8)]
    story += [_grid([tiles], [width / len(tiles)] * len(tiles), *look), Spacer(1, 12)]
    for question, answer in report.answers:
        start, *lines = answer.split("\n")
        numbered = [start, *lines] if lines else []
        story.append(paragraph("" if lines else start, before=question))
        story += [paragraph(line, "step") for line in numbered]
    if report.judgements:
        story.append(paragraph(report.judgements))
    story.append(Spacer(1, 8))
    if report.unjudged:
        story += [paragraph(report.unjudged, before=f"{words.UNJUDGED}:"), Spacer(1, 8)]
    first = report.first_picture(pictures)
    wrong = report.wrong_picture(pictures)
    if first is not None and not report.leading:  # nothing to stand beside
        shots = report.looked_at(pictures, report.eyes.across)
        story += [*texts, Spacer(1, 8), _legend(words.LEGEND), paragraph(words.MARKS, "small")]
        story += [Spacer(1, 6), *_gallery(shots, report.eyes.across, pictures, share / wider, width)]
    elif first is not None:
        beside = [*_shot(first, pictures, share), Spacer(1, 6), _legend(words.LEGEND, column)]
        beside.append(paragraph(words.MARKS, "small"))
        if wrong is not None:
            beside += [Spacer(1, 12), *_shot(wrong, pictures, share)]
        story.append(_grid([[texts, "", beside]], [width - column - 9 * mm, 9 * mm, column]))
    else:
        story += texts
        if report.averages:
            maps = _block(blocks.Averages(report.averages[:2]), pictures)
            story += [Spacer(1, 12), _legend(words.ONE_SCALE), *maps]
    hairline = _grid([[""]], [width], ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE), rowHeights=[1])
    return [*story, Spacer(1, 10), hairline, Spacer(1, 6), paragraph(report.limits, "quiet")]


def _alarm(warning: str, width: float) -> Story:
    """A bar with what nobody may overlook."""
    if not warning:
        return []
    bar = _grid([[paragraph(warning, "alarm")]], [width], ("BACKGROUND", *_ALL, ALARM), *_padding(6, 8))
    bar.setStyle(TableStyle([("LEFTPADDING", *_ALL, 9)]))
    return [bar, Spacer(1, 10)]


def _statement(finding: FindingText) -> Story:
    """A finding's verdict, heading, sentence and step."""
    return [
        paragraph(finding.verdict, "verdict"),
        paragraph(finding.heading, "finding"),
        paragraph(finding.sentence),
        *([paragraph(finding.judged, "quiet")] if finding.judged else []),
        paragraph(finding.step, "step", before=f"{words.STEP}:"),
    ]


def _counted(finding: FindingText) -> Story:
    """What a finding says and what was counted."""
    return [Spacer(1, 14), *_statement(finding), _pairs(finding.counts, columns=2)]


def _crops(finding: FindingText, pictures: ReportPictures, most: tuple[float, float]) -> Story:
    """What a thing looks like where it was covered, of a width and height at most; nothing of all else."""
    sheet = pictures.get((CROPS, finding.number))
    if sheet is None:
        return []
    return [Spacer(1, 6), _image(sheet, most), Spacer(1, 3), paragraph(finding.crops, "small")]


def _shown(finding: FindingText, pictures: ReportPictures) -> Story:
    """The pictures of a finding."""
    crops = [KeepTogether(_crops(finding, pictures, _SHEET))] if finding.crops else []
    if not finding.gallery.shots:
        return crops
    note = paragraph(f"Pictures that depend on it: {finding.gallery.note}", "quiet")
    first, *rows = _block(finding.gallery, pictures)
    return [*crops, KeepTogether([note, first]), *rows]


def _grid(rows: Sequence[Sequence[Any]], widths: Sequence[float], *look: Look, **more: Any) -> Grid:
    """Cells without frames, from the left edge on."""
    plain = [("LEFTPADDING", *_ALL, 0), ("RIGHTPADDING", *_ALL, 0), ("VALIGN", *_ALL, "TOP")]
    return Grid(rows, widths, style=TableStyle([*plain, *look]), hAlign="LEFT", **more)


def _padding(above: float, below: float) -> tuple[Look, Look]:
    """Space in all cells."""
    return ("TOPPADDING", *_ALL, above), ("BOTTOMPADDING", *_ALL, below)


def _shot(shot: Shot, pictures: ReportPictures, share: float = 1) -> Story:
    """A picture with what is said of it."""
    picture = pictures.get((shot.file, shot.finding))
    first, *rest = shot.lines
    if picture is None:
        rest.append(words.NO_PHOTO)
    elif not (picture.has_map or shot.exchanged) and words.NO_MAP not in rest:
        rest.append(words.NO_MAP)
    image: Story = (
        [] if picture is None else [_image(picture, (share * _PICTURE[0], share * _PICTURE[1])), Spacer(1, 3)]
    )
    return [*image, paragraph(first, "cell"), *(paragraph(line, "small") for line in rest)]


def _average(of: ClassAverage, side: float) -> Story:
    """An average map beside what chance would give."""
    pair = [
        [_image(picture, (side, side)) for picture in average_pictures(of.average)],
        [paragraph(caption, "small") for caption in (words.AVERAGE, words.CHANCE)],
    ]
    pictures = _grid(pair, [side + _GAP, side], *_padding(0, 3))
    return [paragraph(brief(of.guess), "finding"), pictures, paragraph(of.sentence, "small")]


def _table(block: blocks.Table) -> Story:
    """A table that goes on over pages with its head repeated."""
    kinds = ["cell", *["number" if block.numbers else "cell"] * (len(block.widths) - 1)]
    rows = [
        [paragraph(column, f"quiet {kind}") for column, kind in zip(block.head, kinds, strict=True)],
        *([paragraph(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in block.rows),
    ]
    lines = ("LINEBELOW", *_ALL, 0.5, RULE), ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK)
    between = ("RIGHTPADDING", (0, 0), (-2, -1), 8)
    widths = [share * WIDTH for share in block.widths]
    cells = _grid(rows, widths, between, *lines, *_padding(4, 4), repeatRows=1, splitInRow=1)
    return [cells, *([Spacer(1, 4), paragraph(block.note, "quiet")] if block.note else [])]


def _pairs(rows: Sequence[Pair], *, columns: int = 1) -> Grid:
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
    width = (WIDTH - (columns - 1) * _GAP) / columns
    widths = [0.42 * width, 0.58 * width] if columns == 1 else [0.56 * width, 0.44 * width]
    rules = [("LINEBELOW", (3 * column, 0), (3 * column + 1, -1), 0.5, RULE) for column in range(columns)]
    all_widths = [*widths, *([_GAP, *widths] * (columns - 1))]
    return _grid(lines, all_widths, *rules, *_padding(2.5, 3.5), spaceBefore=4, spaceAfter=6)


def _legend(ends: Pair, width: float = WIDTH) -> Grid:
    """The colour bar between its words; in a narrow column, above them."""
    bar = _image(legend_bar(), (34 * mm, 8))
    if width < WIDTH:
        return _grid([[bar], [paragraph(f"{ends[0]} … {ends[1]}", "small")]], [width])
    row = [[paragraph(ends[0], "small"), bar, paragraph(ends[1], "small")]]
    return _grid(row, [10 * mm, 38 * mm, WIDTH - 48 * mm], ("VALIGN", *_ALL, "MIDDLE"), *_padding(2, 6))


def _rows(cells: Sequence[Any], across: int, width: float) -> Story:
    """Rows of as many cells of one width, with gaps between them."""
    story: Story = []
    widths = [width, *([_GAP, width] * (across - 1))]
    for start in range(0, len(cells), across):
        row = [*cells[start : start + across], *[""] * across][:across]
        spaced = [part for cell in row for part in ("", cell)][1:]
        story.append(_grid([spaced], widths, *_padding(3, 9)))
    return story


def _image(picture: ReportPicture, most: tuple[float, float]) -> Image:
    width, height = picture.size
    factor = min(most[0] / width, most[1] / height)
    return Image(io.BytesIO(picture.data), width * factor, height * factor, hAlign="LEFT")
