"""What an audit shows by class: how good, why wrong, and average heat maps."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.audit.evidence.findings import ENOUGH
from saliency.audit.reports import blocks, figures, words
from saliency.audit.reports.blocks import (
    LISTED,
    ClassAverage,
    Section,
    Table,
    Text,
)
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.record import AuditRecord

AVERAGES = 8  # classes with their average heat map


def truth_sections(record: AuditRecord) -> list[Section]:
    """How good, by what the photos show; why wrong."""
    sections = []
    if record.true_classes:
        rows = tuple(
            (
                group.label,
                str(group.photos),
                figures.share_of(group.right, group.photos),
                str(group.missed),
                ", ".join(f"{other.guess} ({other.photos})" for other in group.taken_for),
            )
            for group in record.true_classes[:LISTED]
        )
        head = words.TRUTH if record.settings.question is None else words.TRUE_ANSWERS
        table = Table(head, rows, len(record.true_classes), (0.24, 0.1, 0.2, 0.1, 0.36))
        heading = words.BY_TRUTH if record.settings.question is None else words.BY_TRUE_ANSWER
        sections.append(Section(heading, (table,)))
    if record.wrong:
        shared = [Text(named(prop.sentence, NAME)) for prop in record.shared[:LISTED]]
        note = Text(words.OBSERVED, "quiet") if shared else Text(words.compared(record.compared))
        sections.append(Section(words.WHY, (*shared, note)))
    return sections


def guess_sections(record: AuditRecord) -> list[Section]:
    """The classes in numbers, by guess."""
    columns = {"Pictures": "pictures"}
    if record.judged:
        columns |= {"Right": "right", "Wrong": "wrong"}
    columns |= {"With a heat map": "with_map"}
    rows = tuple(
        (group.guess, *(str(getattr(group, field)) for field in columns.values()))
        for group in record.classes_by_size[:LISTED]
    )
    widths = (0.4, *[0.6 / len(columns)] * len(columns))
    table = Table(("Answer", *columns), rows, len(record.classes), widths, numbers=True)
    return [Section(words.BY_GUESS, (table,))] if rows else []


def average_sections(record: AuditRecord, averages: Sequence[ClassAverage]) -> list[Section]:
    """The largest classes' average maps."""
    if not averages:
        return []
    with_map = sum(group.with_map >= ENOUGH for group in record.classes)
    note = Text(words.classes_shown(len(averages), with_map), "quiet")
    maps = blocks.Averages(tuple(averages))
    return [Section("Average heat maps", (note, blocks.Legend(words.ONE_SCALE), maps))]


def class_averages(record: AuditRecord) -> tuple[ClassAverage, ...]:
    """The average maps of the answers with most pictures."""
    return tuple(
        ClassAverage(group.guess, words.peak(group.with_map, average.peak_in_standard_errors), average)
        for group in record.classes_by_size
        if (average := group.average_map) is not None and group.with_map >= ENOUGH
    )[:AVERAGES]
