"""A rehearsal as a part of a report: a page that can be handed on alone."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.audit.remedy.judged_rehearsal import JudgedRehearsal
from saliency.audit.reports.blocks import LISTED, TWIN, Block, Gallery, Section, Shot, Table, Text
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.remedy import words
from saliency.audit.reports.remedy.examples import TwinExample, still_shown
from saliency.audit.reports.remedy.judged_words import since
from saliency.audit.reports.sentences import brief

EXAMPLES = 6
"""Photos with their twins that are shown."""

_WIDTHS = (0.37, 0.21, 0.21, 0.21)


def remedy_sections(remedy: JudgedRehearsal | None, examples: Sequence[TwinExample] = ()) -> list[Section]:
    """What a rehearsal showed; none where there was none, or nothing to mend.

    Args:
        remedy: The rehearsal, after what people said since.
        examples: A few of its twins.
    """
    if remedy is None:
        return []
    rehearsal = remedy.rehearsal
    blocks: list[Block] = [Text(named(sentence, NAME)) for sentence in since(remedy.since)]
    if not remedy.told:
        return [Section(words.HEADING, tuple(blocks))] if blocks else []
    first, *others = (named(sentence, NAME) for sentence in words.sentences(rehearsal))
    blocks += [Text(first, heading=words.ANSWERS[rehearsal.outcome]), *map(Text, others)]
    blocks.append(Text(words.conclusion(rehearsal)))
    lines = [words.cells(row) for row in words.rows(rehearsal)]
    rows = tuple((named(line[0], NAME), *line[1:]) for line in lines[:LISTED])
    blocks += [Table(words.HEAD, rows, len(lines), _WIDTHS), Text(words.COPIES, "quiet")]
    blocks += [Text(named(sentence, NAME), "quiet") for sentence in rehearsal.left_out[:LISTED]]
    shots = tuple(
        Shot(example.twin, TWIN, (named(example.made), *map(brief, words.answers(example))))
        for example in still_shown(examples, remedy)[:EXAMPLES]
    )
    if shots:
        blocks += [Text(words.TWINS, "quiet"), Gallery(shots, len(shots))]
    return [Section(words.HEADING, tuple(blocks), page=True)]
