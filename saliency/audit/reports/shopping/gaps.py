"""Photos and labels to add where the model misses, and where the audit could not tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.hot_spots import LEAST as SEARCHED
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.property_words import property_figure
from saliency.audit.reports.sentences import counted, ends
from saliency.audit.reports.shopping.amounts import ASK, ENOUGH, about, missed_at_most
from saliency.audit.reports.shopping.batch import AS_USUAL, LIKE_THESE, VARIED, PhotoBatch
from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.shopping.label_words import name_list, taken_for, unjudged_reason
from saliency.audit.reports.shopping.shown import Shown

FEW_CLASSES = 30  # classes of a model up to which those without a photo are named


def missed_classes(shown: Shown) -> Iterator[ShoppingItem]:
    """Classes with missed photos of which nothing else is said."""
    explained = {prop.label for prop in shown.shared}
    of, how, wrong = "of", "not recognised", "not recognised, but taken for"
    if shown.question is not None:
        of, how, wrong = "with the true answer", "answered wrong", "answered wrong:"
    for record in shown.true_classes:
        if record.missed and record.label not in explained:
            number = about(record.photos)
            was = "was" if record.missed == 1 else "were"
            like = "the one" if record.missed == 1 else f"the {record.missed}"
            which = f"photos like {like} {of} “{record.label}” that {was} {how}"
            yield ShoppingItem(
                "training data",
                number,
                which,
                f"{ASK} add about {number} {which}.",
                f"{record.missed} of {counted(record.photos, 'photo')} {of} “{record.label}” {was} "
                f"{wrong} {taken_for(record)}.",
                batches=(PhotoBatch(number, record.label, which, LIKE_THESE),),
            )


def missing_labels(shown: Shown) -> Iterator[ShoppingItem]:
    """Labels without which it cannot be told what is right."""
    if shown.unjudged:
        kinds = "classes" if shown.question is None else "tags or numbers"
        yield ShoppingItem(
            "labels",
            0,
            f"labels as the model's {kinds} are written",
            f"Write the labels as the model's {kinds} are written, and audit again.",
            unjudged_reason(shown.unjudged, shown.question),
        )
    elif not shown.true_classes:
        yield ShoppingItem(
            "labels",
            0,
            "labels: what the photos show",
            "Say what the photos show, by the names of their folders or in a table, and audit again.",
            "It is not known for any photo whether its answer is right.",
        )


def next_audit(shown: Shown) -> Iterator[ShoppingItem]:
    """What makes the next audit say more."""
    yield from _unclear(shown)
    yield from _few_of_a_class(shown)
    yield from _without_a_photo(shown)
    yield from _few_of_an_answer(shown)


def _unclear(shown: Shown) -> Iterator[ShoppingItem]:
    """Photos of answers that may depend on something."""
    for finding in shown.findings:
        if finding.verdict is not Verdict.SUGGESTIVE or finding.expected:
            continue
        number = about(2 * finding.pictures)
        whose = f" that get the answer “{finding.guess}”" if finding.guess else ""
        yield ShoppingItem(
            "next audit",
            number,
            f"photos{whose}",
            f"Add about {number} photos{whose} to the next audit: it is not clear yet whether answers "
            f"depend on {finding.where}.",
            f"{_changed(finding)}, too few to tell.",
            batches=(PhotoBatch(number, finding.guess, f"photos{whose}", AS_USUAL),),
        )


def _few_of_a_class(shown: Shown) -> Iterator[ShoppingItem]:
    """Photos of classes of which so few were there that it is not known how good the model is."""
    few = [record for record in reversed(shown.true_classes) if record.photos < ENOUGH]
    if not few:
        return
    few.sort(key=lambda record: record.photos)
    least = few[0]
    names = name_list([f"“{record.label}” (now {record.photos})" for record in few])
    yield ShoppingItem(
        "next audit",
        sum(ENOUGH - record.photos for record in few),
        f"photos of {names}",
        f"Add photos of {names} to the next audit, until each has about {ENOUGH}.",
        f"{least.right} of {counted(least.photos, 'photo')} of “{least.label}” "
        f"{'is' if least.right == 1 else 'are'} right; of all such photos, it may be "
        f"{ends(least.share_right)}.",
        batches=tuple(_of_class(record.label, ENOUGH - record.photos) for record in few),
    )


def _without_a_photo(shown: Shown) -> Iterator[ShoppingItem]:
    """Photos of classes that no photo shows, of a model that knows few."""
    lacking = [name for name in shown.classes if name not in {record.label for record in shown.true_classes}]
    if not shown.true_classes or not lacking or len(shown.classes) > FEW_CLASSES:
        return
    names = ("" if len(lacking) == 1 else "each of ") + name_list([f"“{name}”" for name in lacking])
    reason = "There are two answers; this one is true of no photo."
    if shown.question is None:
        these = "this one" if len(lacking) == 1 else f"these {len(lacking)}"
        reason = f"The model knows {counted(len(shown.classes), 'class', 'classes')}; no photo shows {these}."
    yield ShoppingItem(
        "next audit",
        ENOUGH * len(lacking),
        f"photos of {names}",
        f"Add about {ENOUGH} photos of {names} to the next audit.",
        reason,
        batches=tuple(_of_class(name, ENOUGH) for name in lacking),
    )


def _few_of_an_answer(shown: Shown) -> Iterator[ShoppingItem]:
    """Where no photo has a label: photos of answers with too few of them to look for a shortcut."""
    needed = 2 * SEARCHED - 1
    small = sorted((group for group in shown.groups if len(group.with_map) < needed), key=_size)
    if shown.true_classes or not small:
        return
    named = name_list([f"“{group.guess}” (now {len(group.rows)})" for group in reversed(small)])
    batches = (
        PhotoBatch(
            needed - len(group.with_map), group.guess, f"photos that get the answer “{group.guess}”", AS_USUAL
        )
        for group in small
    )
    yield ShoppingItem(
        "next audit",
        sum(needed - len(group.with_map) for group in small),
        f"photos that get the answers {named}",
        f"Add photos that get the answers {named} to the next audit, until each has about {needed + 1}.",
        f"Places could be looked for in {len(shown.groups) - len(small)} of "
        f"{counted(len(shown.groups), 'answer', 'answers')}.",
        batches=tuple(batches),
    )


def other_photos(true_classes: Sequence[TrueClassRecord]) -> ShoppingItem:
    """Where nothing else is to be said."""
    photos = sum(record.photos for record in true_classes)
    reason = "No place was found on which answers depend."
    if photos:
        at_most = missed_at_most(photos)
        reason = f"No answer of {photos} is wrong; of photos like these, up to {at_most} % may still get one."
    number = about(photos)
    return ShoppingItem(
        "next audit",
        number,
        "photos unlike these",
        f"Add about {number} photos unlike these to the next audit: other places, light and backgrounds.",
        reason,
        batches=(PhotoBatch(number, None, "photos unlike these", VARIED),),
    )


def _of_class(label: str, photos: int) -> PhotoBatch:
    return PhotoBatch(photos, label, f"photos of “{label}”", AS_USUAL)


def _changed(finding: AuditFinding) -> str:
    if finding.kind == "property":
        figure = property_figure(finding)
        return f"{figure[0].upper()}{figure[1:]}"
    return f"Covering it changed {finding.summary.changed} of {finding.summary.tested} answers"


def _size(group: GuessGroup) -> tuple[int, str]:
    return len(group.rows), group.guess
