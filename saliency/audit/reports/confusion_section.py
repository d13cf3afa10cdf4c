"""The part of a report on what is taken for what: the pairs in numbers, and why, in maps of a few photos."""

from __future__ import annotations

from saliency.audit.evidence.confusions.matrix import Confusion
from saliency.audit.reports import confusion_words as words
from saliency.audit.reports.blocks import CONTRASTED, Block, Gallery, Legend, Section, Shot, Table, Text
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.sentences import brief
from saliency.audit.reports.words import LEGEND

_LISTED = 12


def confusion_sections(record: AuditRecord) -> list[Section]:
    """The pairs confused most; nothing where no answer is wrong."""
    confusions, question = record.confusions, record.settings.question
    if confusions is None:
        return []
    explained = [pair for pair in confusions.pairs if pair.contrasts]
    notes: list[Block] = [Text(words.MAPS, "quiet"), Legend(LEGEND)] if explained else []
    for pair in explained:
        heading = named(f"“{pair.label}” taken for “{pair.guess}”", NAME)
        notes.append(Text(named(f"{pair.sentence} {pair.maps}", NAME), heading=heading))
        notes.append(_gallery(pair))
    rows = tuple(
        (pair.label, pair.guess, str(pair.photos), str(pair.of)) for pair in confusions.pairs[:_LISTED]
    )
    head = words.COLUMNS if question is None else words.QUESTION_COLUMNS
    table = Table(head, rows, confusions.all_pairs, (0.36, 0.36, 0.14, 0.14))
    return [Section(words.HEADING, (*notes, table))]


def _gallery(pair: Confusion) -> Gallery:
    shots = tuple(
        Shot(photo.file, CONTRASTED, (brief(photo.file), words.overtaken(pair, photo)))
        for photo in pair.contrasts
    )
    return Gallery(shots, pair.photos)
