"""What is said first of two models where one of them, or neither, knows what the photos show."""

from __future__ import annotations

from collections.abc import Iterator

from saliency.audit.comparison.comparison import AuditComparison
from saliency.audit.comparison.known_labels import KnownLabels
from saliency.audit.reports.figures import of
from saliency.audit.reports.sentences import counted
from saliency.audit.reports.shopping.label_words import name_list
from saliency.audit.reports.words import Pair

WRITE_LABELS = (
    "Compare with a model that knows these labels. If one only calls them otherwise, write the labels as its "
    "classes are written, and audit again."
)


def headline(comparison: AuditComparison) -> str:
    """That a model does not know what the photos show, without a full stop; empty where both know it."""
    less = comparison.unknowing
    if not less or comparison.same_model:
        return ""
    if less == "both":
        return _neither(comparison)
    known = comparison.new_known if less == "new" else comparison.old_known
    if not known.lacking:
        photos = of(known.unfamiliar, comparison.photos)
        return f"The {less} model may not know what {photos} photos show: do not use it for them"
    labels = f"{len(known.lacking)} of the {counted(comparison.labels, 'label')}"
    return (
        f"The {less} model does not know {labels} of these photos, so it cannot be right about them: do not "
        "use it for them"
    )


def _neither(comparison: AuditComparison) -> str:
    old, new = comparison.old_known, comparison.new_known
    if comparison.labels and len(old.lacking) == len(new.lacking) == comparison.labels:
        labels = counted(comparison.labels, "label")
        return (
            f"Neither model knows any of the {labels} of these photos, so neither can be right about them: "
            "use neither for them"
        )
    return (
        f"The old model may not know what {of(old.unfamiliar, comparison.photos)} photos show, and the new "
        f"one what {of(new.unfamiliar, comparison.photos)} show: use neither for them"
    )


def sentences(comparison: AuditComparison) -> Iterator[str]:
    """What each model does not know, in how many photos, and how often the other one is right there."""
    sides = (("old", comparison.old_known, "new"), ("new", comparison.new_known, "old"))
    for which, known, other in sides:
        if known.lacking:
            names = name_list([f"“{label}”" for label in known.lacking])
            yield (
                f"The {which} model has no class for {names}: its answers to "
                f"{counted(known.photos, 'photo')} are wrong for that reason, whatever they are. "
                f"The {other} model is right in {of(known.other_right, known.photos)}."
            )
        if 2 * known.unfamiliar > comparison.photos:
            photos = of(known.unfamiliar, comparison.photos)
            yield f"The {which} model's own audit says that it may not know what {photos} photos show."


def figures(comparison: AuditComparison) -> Iterator[Pair]:
    """How many labels each model knows, where one of them lacks some."""
    sides: tuple[tuple[str, KnownLabels], ...] = (
        ("old model", comparison.old_known),
        ("new model", comparison.new_known),
    )
    if any(known.lacking for _, known in sides):
        for which, known in sides:
            yield of(comparison.labels - len(known.lacking), comparison.labels), f"labels known, {which}"
