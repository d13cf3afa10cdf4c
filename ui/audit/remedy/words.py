"""The words of the remedy on the Audit page: the plan, the rehearsal, what is taken along."""

from __future__ import annotations

from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.words import BATCHES
from ui.words import plain

ADD = "All to add, and why"
MORE = "{count} more in the checklist."


def batch_rows(item: ShoppingItem) -> dict[str, list[str]]:
    """The pictures of one thing to add, as columns of a table."""
    cells = [(f"about {batch.photos}", plain(batch.which), batch.how) for batch in item.batches]
    return {head: [row[place] for row in cells] for place, head in enumerate(BATCHES)}
