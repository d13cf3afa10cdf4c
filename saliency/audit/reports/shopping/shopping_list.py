"""What to add, each with the number that it comes from; there is always something."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.wrong_photos import SharedProperty
from saliency.audit.reports.shopping.causes import shared_properties, shortcuts
from saliency.audit.reports.shopping.gaps import missed_classes, missing_labels, next_audit, other_photos
from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.shopping.set_items import set_items, source_items
from saliency.audit.reports.shopping.shown import Shown
from saliency.classifier import YesNoQuestion


def shopping_list(shown: Shown) -> tuple[ShoppingItem, ...]:
    """What to add, what helps most first."""
    hygiene = shown.hygiene
    checks = [] if hygiene is None else list(set_items(hygiene))  # before photos like those missed are added
    sources = [] if hygiene is None else list(source_items(hygiene))
    guesses = [group.guess for group in shown.groups]
    first = shortcuts(shown.findings, shown.shared, shown.question, shown.true_classes, guesses)
    causes = [*first, *shared_properties(shown)]
    missed = [*missed_classes(shown), *missing_labels(shown)]
    audits = [*next_audit(shown)]
    rest = audits if causes or missed or audits else [other_photos(shown.true_classes)]
    return (*causes, *checks, *missed, *sources, *rest)


def with_shortcuts(
    items: Sequence[ShoppingItem],
    findings: Sequence[AuditFinding],
    shared: Sequence[SharedProperty],
    true_classes: Sequence[TrueClassRecord],
    question: YesNoQuestion | None = None,
    guesses: Sequence[str] = (),
) -> tuple[ShoppingItem, ...]:
    """A list whose first part, what to add for the findings to look into, is made anew.

    Args:
        items: The list as it was.
        findings: The findings, with what people said of them.
        shared: What wrong photos share.
        true_classes: The photos by what they show.
        question: What a model of tags or of a number was asked.
        guesses: The answers of the model in this set.
    """
    others = [item for item in items if item.finding is None and not _of_finding(item)]
    return tuple(
        [*shortcuts(findings, shared, question, true_classes, guesses), *others]
        or [other_photos(true_classes)]
    )


def _of_finding(item: ShoppingItem) -> bool:
    """Whether it comes from a finding to look into, in results of programs that did not note from which."""
    return item.to == "training data" and item.reason.startswith("Covering ")
