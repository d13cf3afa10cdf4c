"""What exchanging the surroundings of products shows, in sentences."""

from __future__ import annotations

from dataclasses import replace

from saliency.audit.evidence.surroundings.figures import (
    SurroundCount,
    SurroundingsGroup,
    SurroundingsRecord,
    SurroundingsVerdict,
)
from saliency.audit.reports.sentences import claim, counted
from saliency.audit.reports.surroundings_sentences import surroundings_step
from saliency.classifier import YesNoQuestion

HEADING = "The product with other surroundings"
LEGEND = (
    "Each product was cut out of its photo and pasted, where it was, into the photo of another product, "
    "which was taken out first; and back into its own photo, as cutting and pasting may change an answer too."
)
COLUMNS = {
    "own": "Its own",
    "greyed": "Its own, without colours",
    "blurred": "Its own, blurred",
    "same": "Of the same kind",
    "other": "Of other things",
    "alone": "None, even grey",
    "without": "Only these",
}
"""What a product is shown with, by the field of a group."""

PICTURES = {
    "own": "Put back into its own surroundings",
    "greyed": "Its own surroundings without colours",
    "other": "Surroundings of another thing",
    "same": "Surroundings of another photo",
    "alone": "No surroundings",
    "without": "Its surroundings alone",
}
"""What is said of an example, by the name of its surroundings."""

EXAMPLE = ("own", "greyed", "other", "alone", "without")
"""With what a product is shown as an example, in this order."""

ALL = "All photos"
FIGURES = "All figures on surroundings"
SAID_ABOVE = "Which answers depend on the surroundings is said above, among the findings."
OTHERS = "More on surroundings ({count})"


def said(record: SurroundingsRecord, question: YesNoQuestion | None = None) -> SurroundingsRecord:
    """The record with its sentences."""
    groups = (
        replace(
            group,
            sentence=sentence(group, judged=record.judged),
            next=next_step(group, judged=record.judged, question=question),
        )
        for group in record.groups
    )
    return replace(record, groups=tuple(groups))


def headline(group: SurroundingsGroup, question: YesNoQuestion | None = None) -> str:
    """What it shows, in a line."""
    if group.verdict is SurroundingsVerdict.DEPENDS:
        return f"{claim(group.label, question)} on the surroundings"
    whose = "All photos" if group.label is None else f"“{group.label}”"
    if group.verdict is SurroundingsVerdict.ANY_CHANGE:
        return f"{whose}: any other surroundings cost answers"
    return f"{whose}: no evidence that the surroundings carry the answer"


def sentence(group: SurroundingsGroup, *, judged: bool) -> str:
    """What was counted."""
    name = f" “{group.label}”" if group.label is not None else ""
    what = f"photos{f' of{name}' if name else ''}" if judged else f"answers{name}"
    verb = "are recognised" if judged else "stay"
    if group.other is not None:
        others = "photos of other things" if judged else "photos with other answers"
        parts = [f"With the surroundings of {others}, {_of(group.other)} {what} {verb}"]
        if group.same is not None:
            same = f"other{name} photos" if name else "photos of the same kind"
            parts.append(f"with those of {same}, {_of(group.same)}")
    else:
        parts = [f"With the surroundings of other photos, {_of(group.elsewhere)} {what} {verb}"]
    parts.append(f"with their own, {_of(group.own)}")
    says = f"the model still says{name}" if name else "the model still says the same"
    if judged and not name:
        says = "the model still says what was there"
    counted_so = f"{'; '.join(parts)}."
    if group.without is None:
        return counted_so
    return f"{counted_so} Shown only the surroundings, {says} in {_of(group.without)}."


def next_step(group: SurroundingsGroup, *, judged: bool, question: YesNoQuestion | None = None) -> str:
    """What that means, and what to do."""
    things = f"“{group.label}”" if group.label is not None else "each thing"
    if group.verdict is SurroundingsVerdict.DEPENDS:
        return surroundings_step(group.label, question)
    if group.verdict is SurroundingsVerdict.ANY_CHANGE:
        same = "photos of the same kind" if group.label is None else f"other {things} photos"
        return (
            f"The surroundings of {same} cost about as many answers: it is any change that counts, not a "
            "kind of place. Photos in more places make a model steadier."
        )
    compared = group.own_or_elsewhere
    if compared.clear:
        return "That is a small difference."
    return (
        "With other surroundings, no fewer."
        if compared.lost <= compared.gained
        else "The difference may be chance."
    )


def corners(record: SurroundingsRecord) -> str:
    """What boxes leave unknown; empty where there is none."""
    if not record.boxed:
        return ""
    which = "The products are" if record.boxed == record.photos else f"{record.boxed} of the products are"
    return (
        f"{which} marked by boxes. The corners of a box show some of the photo's own surroundings, so "
        "answers may depend on these more than is counted here. Masks show it exactly."
    )


def extent(record: SurroundingsRecord) -> str:
    """In how many photos it was asked."""
    text = f"Asked of {counted(record.photos, 'photo')} in which the product is marked"
    if record.marked is not None:
        text += f", drawn at random from {record.marked}"
    if record.left_out:
        text += f"; {record.left_out} more could not be read or have hardly anything around the product"
    return f"{text}."


def cells(group: SurroundingsGroup) -> dict[str, str]:
    """In how many of how many photos the class is given, by the name of a column."""
    return {
        column: _of(count) if (count := getattr(group, field)) is not None else "–"
        for field, column in COLUMNS.items()
    }


def table(record: SurroundingsRecord) -> dict[str, list[str]]:
    """The figures of all classes, as columns of a table."""
    rows = [{"": group.label or ALL, **cells(group)} for group in record.groups]
    return {column: [row[column] for row in rows] for column in rows[0]}


def table_note(*, judged: bool) -> str:
    """What the figures of the table count."""
    what = "is recognised" if judged else "stays"
    subject = "what the photo shows" if judged else "the answer"
    return (
        f"In how many photos {subject} {what}, by what surrounds the product. "
        "Last column: its own surroundings alone, without the product."
    )


def _of(count: SurroundCount) -> str:
    return f"{count.hits} of {count.photos}"
