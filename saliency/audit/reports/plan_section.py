"""What to add as a part of a report: each finding with the pictures to take, as a page to hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from saliency.audit.reports import words
from saliency.audit.reports.blocks import Block, Section, Table, Text
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.shopping.item import ShoppingItem

ITEMS = 12
"""Things to add that are shown."""

_DETAILED = 6  # of them with a table of their pictures
_WIDTHS = (0.14, 0.43, 0.43)


Step = tuple[int, ShoppingItem]


def plan_sections(record: AuditRecord, rehearsed: Mapping[str, str] | None = None) -> list[Section]:
    """What to add, each with its number and its pictures; none where nothing was audited.

    Args:
        record: All that was found.
        rehearsed: What a rehearsal showed, a sentence, by the key of the finding.
    """
    items = record.shopping_list[:ITEMS]
    if not items or not record.audited:
        return []
    first, others = parted(items)
    notes = (Text(words.BALANCE, "quiet"), Text(words.CHECKLIST, "quiet"))
    blocks = [block for step, item in first for block in _planned(step, item, rehearsed or {})]
    rows = tuple((f"{step}. {_what(item)}", _why(item)) for step, item in others)
    if rows:
        count = len(record.shopping_list) - len(first)
        blocks.append(Table(("What" if not first else words.ALSO, "Why"), rows, count, (0.5, 0.5)))
    return [Section(words.ADD, (*notes, *blocks), page=bool(first))]


def parted(
    items: Sequence[ShoppingItem],
) -> tuple[list[tuple[int, ShoppingItem]], list[tuple[int, ShoppingItem]]]:
    """What takes pictures of more than one kind, with the step's number, and what else there is to do."""
    numbered = list(enumerate(items, 1))
    several = (step for step, item in numbered if item.to == "training data" and len(item.batches) > 1)
    shown = set(islice(several, _DETAILED))
    first = [pair for pair in numbered if pair[0] in shown]
    return first, [pair for pair in numbered if pair not in first]


def _planned(step: int, item: ShoppingItem, rehearsed: Mapping[str, str]) -> list[Block]:
    """One thing to add, its reason, and its pictures."""
    said = [Text(_why(item), heading=f"{step}. {_what(item)}")]
    if sentence := rehearsed.get(item.finding or ""):
        said.append(Text(sentence))
    rows = tuple((f"about {batch.photos}", named(batch.which, NAME), batch.how) for batch in item.batches)
    return [*said, Table(words.BATCHES, rows, len(rows), _WIDTHS)]


def _what(item: ShoppingItem) -> str:
    return named(item.what, NAME)


def _why(item: ShoppingItem) -> str:
    return named(f"{item.reason} {item.unless}".rstrip(), NAME)
