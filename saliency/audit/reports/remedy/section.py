"""A rehearsal as a part of a report: a page that can be handed on alone."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.audit.remedy.record import Rehearsal
from saliency.audit.reports.blocks import LISTED, TWIN, Block, Gallery, Section, Shot, Table, Text
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.remedy import words
from saliency.audit.reports.remedy.examples import TwinExample
from saliency.audit.reports.sentences import brief

EXAMPLES = 6
"""Photos with their twins that are shown."""

_WIDTHS = (0.37, 0.21, 0.21, 0.21)


def remedy_sections(rehearsal: Rehearsal | None, examples: Sequence[TwinExample] = ()) -> list[Section]:
    """What a rehearsal showed; none where there was none, or nothing to mend.

    Args:
        rehearsal: The rehearsal.
        examples: A few of its twins.
    """
    if rehearsal is None or rehearsal.outcome == "nothing to mend":
        return []
    blocks: list[Block] = [Text(named(sentence, NAME)) for sentence in words.sentences(rehearsal)]
    blocks.append(Text(words.conclusion(rehearsal)))
    lines = [words.cells(row) for row in words.rows(rehearsal)]
    rows = tuple((named(line[0], NAME), *line[1:]) for line in lines[:LISTED])
    blocks += [Table(words.HEAD, rows, len(lines), _WIDTHS), Text(words.COPIES, "quiet")]
    blocks += [Text(named(sentence, NAME), "quiet") for sentence in rehearsal.left_out[:LISTED]]
    shots = tuple(
        Shot(example.twin, TWIN, (named(example.made), *map(brief, words.answers(example))))
        for example in examples[:EXAMPLES]
    )
    if shots:
        blocks += [Text(words.TWINS, "quiet"), Gallery(shots, len(shots))]
    return [Section(words.HEADING, tuple(blocks), page=True)]
