"""An entry of the list of what to add or to do, with the number that it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from saliency.audit.json_types import OPTIONAL, optional
from saliency.audit.reports.shopping.batch import PhotoBatch


@dataclass(frozen=True, slots=True)
class ShoppingItem:
    """Photos, or labels, to add, or to look at in the set; the fields are keys of ``findings.json``.

    Attributes:
        to: What they are for.
        photos: About how many; 0 where nothing is to be added but labels, or photos are to be looked at.
        which: Which photos, or what else, without their number.
        what: What to add, a sentence.
        reason: The number that it comes from, a sentence.
        unless: When nothing has to be added, a question and its answer; empty where that is clear.
        finding: Key of the finding that it comes from, if it does from one that is to be looked into.
        batches: The photos by what they show, what helps most first; none where labels or the set are meant.
    """

    to: Literal["training data", "next audit", "labels", "the set"]
    photos: int
    which: str
    what: str
    reason: str
    unless: str = field(default="", metadata=OPTIONAL)
    finding: str | None = optional()
    batches: tuple[PhotoBatch, ...] = field(default=(), metadata=OPTIONAL)
