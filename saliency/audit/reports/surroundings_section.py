"""The part of a report on products with other surroundings."""

from __future__ import annotations

from collections.abc import Callable

from saliency.audit.evidence.surroundings.figures import (
    SurroundingsExample,
    SurroundingsGroup,
    SurroundingsRecord,
)
from saliency.audit.reports import surroundings_words as words
from saliency.audit.reports.blocks import Block, Gallery, Section, Shot, Table, Text, surround_number
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.sentences import brief

_SAID, _LISTED, _SHOWN = 6, 30, 3
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
    texts: list[Block] = []
    for place, group in enumerate(_telling_first(surroundings)[:_SAID]):
        heading = shortened(words.headline(group, question))
        texts.append(Text(shortened(f"{group.sentence} {group.next}"), heading=heading))
        if place < _SHOWN and group.example is not None:
            texts.append(_gallery(group.example))
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


def _telling_first(surroundings: SurroundingsRecord) -> list[SurroundingsGroup]:
    """The classes, those that depend on their surroundings first; all photos together behind these."""
    return sorted(surroundings.groups, key=lambda group: group not in surroundings.depends)


def _gallery(example: SurroundingsExample) -> Gallery:
    """One photo's product with other surroundings, and the answers."""
    names = ["same" if name == "other" and example.other is None else name for name in words.EXAMPLE]
    shots = tuple(
        Shot(example.file, surround_number(name), (brief(f"“{example.guesses[name]}”"), words.PICTURES[name]))
        for name in names
        if name in example.guesses
    )
    return Gallery(shots, len(shots))
