"""The part of a report on products with other surroundings."""

from __future__ import annotations

from collections.abc import Callable

from saliency.audit.reports import surroundings_words as words
from saliency.audit.reports.blocks import Section, Table, Text
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.sentences import brief

_SAID, _LISTED = 6, 30
_NAME = 30  # characters of a class in the table


def surroundings_sections(record: AuditRecord, shortened: Callable[[str], str]) -> list[Section]:
    """What was counted with whose surroundings; nothing where no product is marked.

    Args:
        record: All that was found.
        shortened: A sentence whose names are not too long.
    """
    surroundings = record.surroundings
    if surroundings is None:
        return []
    question = record.settings.question
    texts = [
        Text(shortened(f"{group.sentence} {group.next}"), heading=shortened(words.headline(group, question)))
        for group in surroundings.groups[:_SAID]
    ]
    rows = tuple(
        (brief(group.label or words.ALL, _NAME), *words.cells(group).values())
        for group in surroundings.groups[:_LISTED]
    )
    widths = (0.23, *[0.11] * len(words.COLUMNS))
    table = Table(
        ("Surroundings", *words.COLUMNS.values()), rows, len(surroundings.groups), widths, numbers=True
    )
    notes = [Text(f"{words.LEGEND} {words.extent(surroundings)}", "quiet")]
    if corners := words.corners(surroundings):
        notes.append(Text(corners, "quiet"))
    note = Text(words.table_note(judged=surroundings.judged), "small")
    return [Section(words.HEADING, (*notes, *texts, table, note))]
