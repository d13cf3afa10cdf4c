"""A report's section on the set itself: copies, labels to check, photos to look at, classes of one source."""

from __future__ import annotations

from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.reports.blocks import Block, Gallery, Section, Shot, Table, Text
from saliency.audit.reports.sentences import brief
from saliency.audit.reports.set_sentences import (
    HEADING,
    copies_sentence,
    copy_sentence,
    doubts_sentence,
    flaws_sentence,
)

COPIES, DOUBTS, FLAWS, ORIGINS = "Copies", "Labels to check", "Photos to look at", "Where photos come from"
HALVES = "Near copies are always in the same half of a test, so that none confirms itself."
SUGGESTIONS = (
    "These are suggestions, the most doubtful first. Nearest are the photos that are most alike inside the "
    "model, just before its answer; a photo’s own label and its copies are not counted. A right label of an "
    "unusual photo may be listed too. A model that learned from these very photos may have learned their "
    "wrong labels as well."
)
SOURCES = (
    "A model can learn where photos come from in place of what they show. Add photos of these classes from "
    "other sources, and of others from the same."
)
_LISTED, _PICTURES = 20, 6


def set_sections(hygiene: SetHygiene | None) -> list[Section]:
    """The section, if there is anything to say."""
    if hygiene is None or not hygiene.says_something:
        return []
    blocks = (*_doubts(hygiene), *_copies(hygiene), *_origins(hygiene), *_flaws(hygiene))
    return [Section(HEADING, blocks)]


def _doubts(hygiene: SetHygiene) -> list[Block]:
    if not hygiene.doubtful:
        return []
    rows = tuple((doubt.file, doubt.sentence) for doubt in hygiene.doubtful[:_LISTED])
    shots = tuple(
        Shot(doubt.file, -1, (brief(doubt.file), f"“{doubt.label}”, or “{doubt.other}”?"))
        for doubt in hygiene.doubtful[:_PICTURES]
    )
    return [
        Text(doubts_sentence(hygiene), heading=DOUBTS),
        Text(SUGGESTIONS, "quiet"),
        Gallery(shots, len(hygiene.doubtful)),
        Table(("Photo", "Question"), rows, len(hygiene.doubtful), (0.3, 0.7)),
    ]


def _copies(hygiene: SetHygiene) -> list[Block]:
    if not hygiene.copies:
        return []
    rows = tuple((copy_sentence(group),) for group in hygiene.copies[:_LISTED])
    shots = tuple(
        Shot(photo.file, -1, (brief(photo.file), f"“{photo.label}”" if photo.label else "no label"))
        for group in hygiene.across[: _PICTURES // 2]
        if not group.exact
        for photo in group.photos[:2]
    )
    pictures = [Gallery(shots, sum(len(group.photos) for group in hygiene.across))] if shots else []
    return [
        Text(copies_sentence(hygiene), heading=COPIES),
        Text(HALVES, "quiet"),
        *pictures,
        Table(("Which",), rows, len(hygiene.copies), (1.0,)),
    ]


def _origins(hygiene: SetHygiene) -> list[Block]:
    if not hygiene.origins:
        return []
    sentences = (Text(origin.sentence) for origin in hygiene.origins[:_LISTED])
    return [Text(SOURCES, "quiet", heading=ORIGINS), *sentences]


def _flaws(hygiene: SetHygiene) -> list[Block]:
    if not hygiene.flawed:
        return []
    rows = tuple((photo.file, photo.sentence) for photo in hygiene.flawed[:_LISTED])
    table = Table(("Photo", "What is wrong"), rows, len(hygiene.flawed), (0.4, 0.6))
    return [Text(flaws_sentence(hygiene), heading=FLAWS), table]
