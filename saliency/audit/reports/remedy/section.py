"""A rehearsal as a part of a report: a page that can be handed on alone."""

from __future__ import annotations

from saliency.audit.reports.blocks import TWIN, Block, Gallery, Section, Shot, Table, Text
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.remedy import words
from saliency.audit.reports.remedy.record import RemedyRecord, RemedyVerdict
from saliency.audit.reports.sentences import brief

EXAMPLES = 6
"""Photos with their twins that are shown."""

_WIDTHS = (0.37, 0.21, 0.21, 0.21)


def remedy_sections(record: RemedyRecord | None) -> list[Section]:
    """What a rehearsal showed; none where there was none, or nothing to mend."""
    if record is None or record.verdict is RemedyVerdict.NOTHING:
        return []
    blocks: list[Block] = [Text(named(sentence, NAME)) for sentence in words.sentences(record)]
    blocks.append(Text(words.conclusion(record)))
    rows = tuple((named(row[0], NAME), *row[1:]) for row in words.rows(record))
    blocks += [Table(words.HEAD, rows, len(rows), _WIDTHS), Text(words.COPIES, "quiet")]
    shots = tuple(
        Shot(example.twin, TWIN, (named(example.made), *map(brief, words.answers(example))))
        for example in record.examples[:EXAMPLES]
    )
    if shots:
        blocks += [Text(words.TWINS, "quiet"), Gallery(shots, len(record.examples))]
    return [Section(words.HEADING, tuple(blocks), page=True)]
