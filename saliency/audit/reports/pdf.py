"""The report as PDF, A4."""

from __future__ import annotations

import io
from typing import IO, Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepInFrame, KeepTogether, PageBreak, Spacer

from saliency.audit.reports import words
from saliency.audit.reports.blocks import Content, GalleryEntry, first_picture
from saliency.audit.reports.pdf_page import HEIGHT, WIDTH, Story, build, text
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
from saliency.audit.reports.pictures import Drawn
from saliency.audit.reports.report import brief, named
from saliency.export.typeset import complete


def write_pdf(said: Content, drawn: Drawn, file: IO[bytes]) -> int:
    """Write the report, and return how many pages it has.

    It is laid out twice, as a page says how many there are.

    Args:
        said: What it says.
        drawn: Its pictures.
        file: Where to.
    """
    pages = build(io.BytesIO(), _story(said, drawn), title=said.title, pages=0)
    return build(file, _story(said, drawn), title=said.title, pages=pages)


def _story(said: Content, drawn: Drawn) -> Story:
    story: Story = [KeepInFrame(WIDTH, HEIGHT - 1, _summary(said, drawn), mode="shrink"), PageBreak()]
    if said.entries:
        story += [text("Findings in detail", "section"), legend(words.LEGEND)]
        story += [text(words.MARKS, "small"), text(words.COUNTED, "small")]
        for entry in said.entries:
            story += _entry(entry, drawn)
    story += _tables(said)
    if said.averages:
        note, bar = text(said.averages_note, "quiet"), legend(words.ONE_SCALE)
        story += _begun("Average heat maps", [note, bar], averages(said.averages))
    if said.eyes.shots:
        note, bar = text(said.eyes.note, "quiet"), legend(words.LEGEND)
        story += _begun(words.EYES, [note, bar], gallery(said.eyes, drawn))
    else:
        story += _begun(words.EYES, [], [text(words.NOTHING)])
    left_out = table(said.left_out, (0.38, 0.62)) if said.left_out.rows else [text(words.NOTHING)]
    story += [CondPageBreak(40 * mm), text("Photos left out", "section"), *left_out]
    story += [CondPageBreak(60 * mm), text("Method and limits", "section")]
    for heading, paragraph in said.method:
        story.append(KeepTogether([text(heading, "finding"), text(paragraph), Spacer(1, 4)]))
    made: Story = [text("How this was made", "section"), pairs(said.provenance)]
    if not all(complete(name) for name in said.names):
        made.append(text(words.LACKING, "quiet"))
    story.append(KeepTogether(made))
    return story


def _summary(said: Content, drawn: Drawn) -> Story:
    """One page."""
    leading = first_picture(said, drawn)
    texts: Story = []
    for entry in said.leading:
        texts += [text(entry.verdict, "verdict"), text(named(entry.heading), "finding")]
        texts += [text(named(entry.sentence)), _step(entry.brief_step), Spacer(1, 7)]
    if said.more:
        texts.append(text(said.more, "quiet"))
    story: Story = [text(brief(said.title, 90), "kicker"), text(said.headline, "headline")]
    story += [text(said.about, "quiet"), Spacer(1, 8), figures(said.figures), Spacer(1, 16)]
    if leading is None:
        story += texts
        if said.averages:
            story += [Spacer(1, 12), legend(words.ONE_SCALE), *averages(said.averages[:2])]
    else:
        beside = [
            *shot(leading, drawn),
            Spacer(1, 6),
            legend(words.LEGEND, COLUMN),
            text(words.MARKS, "small"),
        ]
        columns = [WIDTH - COLUMN - 9 * mm, 9 * mm, COLUMN]
        story.append(grid([[texts, "", beside]], columns))
    return [*story, Spacer(1, 10), rule(), Spacer(1, 6), text(said.limits, "quiet")]


def _entry(entry: GalleryEntry, drawn: Drawn) -> Story:
    """A finding, on one page where it fits there."""
    head: Story = [Spacer(1, 14), text(entry.verdict, "verdict"), text(entry.heading, "finding")]
    head += [text(entry.sentence), _step(entry.step), pairs(entry.counts, columns=2)]
    if entry.gallery.shots:
        head.append(text(f"Pictures that depend on it: {entry.gallery.note}", "quiet"))
        head += gallery(entry.gallery, drawn)
    return [KeepTogether(head)]


def _step(step: str) -> Any:
    return text(step, "step", before=f"{words.STEP}:")


def _begun(heading: str, under: Story, rows: Story) -> Story:
    """A section whose heading stays with its first row."""
    return [KeepTogether([text(heading, "section"), *under, rows[0]]), *rows[1:]]


def _tables(said: Content) -> Story:
    story: Story = []
    if said.others.rows:
        rows = table(said.others, (0.17, 0.45, 0.19, 0.19))
        story += [CondPageBreak(40 * mm), text("Further findings", "section"), *rows]
    if said.classes.rows:
        count = len(said.classes.head) - 1
        rows = table(said.classes, (0.4, *[0.6 / count] * count), numbers=True)
        story += [CondPageBreak(40 * mm), text("Pictures by guess", "section"), *rows]
    return story
