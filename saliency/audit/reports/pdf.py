"""The report as PDF, A4."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import IO

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepInFrame, KeepTogether, PageBreak, Spacer

from saliency.audit.reports import words
from saliency.audit.reports.blocks import (
    Averages,
    Block,
    FindingText,
    Gallery,
    Legend,
    Pairs,
    Section,
    Table,
    Text,
    parts,
)
from saliency.audit.reports.pdf_page import HEIGHT, WIDTH, Story, build, paragraph
from saliency.audit.reports.pdf_parts import (
    COLUMN,
    averages,
    figures,
    gallery,
    grid,
    legend,
    pairs,
    rule,
    shot,
    table,
)
from saliency.audit.reports.pictures import ReportPictures
from saliency.audit.reports.report import Report, brief
from saliency.export.typeset import complete

_ROOM = 40 * mm  # that a section needs on a page to begin there


def write_pdf(report: Report, pictures: ReportPictures, file: IO[bytes]) -> int:
    """Write the report, and return how many pages it has.

    It is laid out twice, as a page says how many there are.

    Args:
        report: What it says.
        pictures: Its pictures.
        file: Where to.
    """
    pages = build(io.BytesIO(), _story(report, pictures), title=report.title, pages=0)
    return build(file, _story(report, pictures), title=report.title, pages=pages)


def _story(report: Report, pictures: ReportPictures) -> Story:
    story: Story = [KeepInFrame(WIDTH, HEIGHT - 1, _summary(report, pictures), mode="shrink"), PageBreak()]
    *sections, last = report.sections
    if not all(map(complete, parts(report, str))):
        last = replace(last, blocks=(*last.blocks, Text(words.LACKING, "quiet")))
    for section in (*sections, last):
        story += _section(section, pictures)
    return story


def _section(section: Section, pictures: ReportPictures) -> Story:
    """A section whose heading stays with what follows it."""
    heading = paragraph(section.heading, "section")
    *notes, last = section.blocks
    under = [part for block in notes for part in _block(block, pictures)]
    if isinstance(last, Gallery | Averages):
        first_row, *rows = _block(last, pictures)
        return [KeepTogether([heading, *under, first_row]), *rows]
    story = [*under, *_block(last, pictures)]
    if isinstance(section.blocks[0], Pairs):
        return [KeepTogether([heading, *story])]
    return [CondPageBreak(_ROOM), heading, *story]


def _block(block: Block, pictures: ReportPictures) -> Story:
    match block:
        case Text(heading=""):
            return [paragraph(block.text, block.style)]
        case Text():
            return [KeepTogether([paragraph(block.heading, "finding"), paragraph(block.text), Spacer(1, 4)])]
        case Legend():
            return [legend(block.ends)]
        case Pairs():
            return [pairs(block.rows)]
        case Table():
            return table(block)
        case Gallery():
            return gallery(block, pictures)
        case Averages():
            return averages(block.classes)
        case FindingText():
            return [KeepTogether(_finding(block, pictures))]


def _summary(report: Report, pictures: ReportPictures) -> Story:
    """One page."""
    texts: Story = []
    for finding in report.leading:
        texts += [*_statement(finding), Spacer(1, 7)]
    if report.more:
        texts.append(paragraph(report.more, "quiet"))
    story: Story = [paragraph(brief(report.title, 90), "kicker"), paragraph(report.headline, "headline")]
    story += [paragraph(report.about, "quiet"), Spacer(1, 8), figures(report.figures), Spacer(1, 16)]
    first = report.first_picture(pictures)
    if first is not None:
        beside = [*shot(first, pictures), Spacer(1, 6), legend(words.LEGEND, COLUMN)]
        beside.append(paragraph(words.MARKS, "small"))
        story.append(grid([[texts, "", beside]], [WIDTH - COLUMN - 9 * mm, 9 * mm, COLUMN]))
    else:
        story += texts
        if report.averages:
            story += [Spacer(1, 12), legend(words.ONE_SCALE), *averages(report.averages[:2])]
    return [*story, Spacer(1, 10), rule(), Spacer(1, 6), paragraph(report.limits, "quiet")]


def _statement(finding: FindingText) -> Story:
    """A finding's verdict, heading, sentence and step."""
    return [
        paragraph(finding.verdict, "verdict"),
        paragraph(finding.heading, "finding"),
        paragraph(finding.sentence),
        paragraph(finding.step, "step", before=f"{words.STEP}:"),
    ]


def _finding(finding: FindingText, pictures: ReportPictures) -> Story:
    story: Story = [Spacer(1, 14), *_statement(finding), pairs(finding.counts, columns=2)]
    if finding.gallery.shots:
        story.append(paragraph(f"Pictures that depend on it: {finding.gallery.note}", "quiet"))
        story += gallery(finding.gallery, pictures)
    return story
