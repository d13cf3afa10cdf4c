"""What is wrong with a set itself as a table: a line for each photo or class, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator

from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.reports.set_sentences import copy_sentence

COLUMNS = ("file", "label", "kind", "other", "group", "what")
"""``kind`` is ``doubtful label``, ``same file``, ``near copy``, a flaw, or ``origin`` (of a class: no file);
``other`` the label that is suggested; ``group`` a number that copies of one another share."""


def set_lines(hygiene: SetHygiene | None) -> Iterator[dict[str, str | int | None]]:
    """The lines, by column."""
    if hygiene is None:
        return
    for doubt in hygiene.doubtful:
        yield {
            "file": doubt.file,
            "label": doubt.label,
            "kind": "doubtful label",
            "other": doubt.other,
            "what": doubt.sentence,
        }
    for number, group in enumerate(hygiene.copies, 1):
        kind, what = "same file" if group.exact else "near copy", copy_sentence(group)
        for copy in group.photos:
            yield {"file": copy.file, "label": copy.label, "kind": kind, "group": number, "what": what}
    for photo in hygiene.flawed:
        yield {"file": photo.file, "label": photo.label, "kind": photo.flaw, "what": photo.sentence}
    for origin in hygiene.origins:
        yield {"label": origin.label, "kind": "origin", "what": origin.sentence}
