"""What to add as a checklist for whoever takes or collects the pictures: a line for each kind of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from saliency.audit.reports.shopping.item import ShoppingItem

DONE, STEP, PHOTOS, SO_FAR, SHOW, WHICH = "done", "step", "photos", "so far", "they show", "which"
HOW, FOR, FIRST, WHY, REHEARSED, WHO, UNTIL, FINDING = (
    "how", "for", "ask first", "why", "in a rehearsal", "who", "until", "finding",
)  # fmt: skip
COLUMNS = (DONE, STEP, PHOTOS, SO_FAR, SHOW, WHICH, HOW, FOR, FIRST, WHY, REHEARSED, WHO, UNTIL, FINDING)
"""Its columns; ``done``, ``so far``, ``who`` and ``until`` are empty, for people to fill in."""


def checklist(
    items: Sequence[ShoppingItem], rehearsed: Mapping[str, str] | None = None
) -> Iterator[dict[str, object]]:
    """The lines by column, what helps most first; an entry without batches of photos is one line.

    Args:
        items: What to add.
        rehearsed: What a rehearsal showed, a sentence, by the key of the finding.
    """
    for step, item in enumerate(items, 1):
        shared = {
            STEP: step,
            FOR: item.to,
            FIRST: item.unless,
            WHY: item.reason,
            REHEARSED: (rehearsed or {}).get(item.finding or "", ""),
            FINDING: item.finding or "",
        }
        for batch in item.batches:
            photos = {PHOTOS: batch.photos, SHOW: batch.label, WHICH: batch.which, HOW: batch.how}
            yield {**shared, **photos}
        if not item.batches:
            yield {**shared, PHOTOS: item.photos or "", WHICH: item.which, HOW: item.what}
