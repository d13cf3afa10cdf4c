"""Photos to add for what makes guesses depend on the wrong thing, or makes them wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.wrong_photos import SharedProperty
from saliency.audit.reports.property_words import property_figure, property_words
from saliency.audit.reports.shared_words import photos_to_add, shared_sentence
from saliency.audit.reports.shopping.amounts import ASK, about
from saliency.audit.reports.shopping.batch import (
    LEFT_OUT,
    LIKE_THESE,
    OTHER_LIGHT,
    OTHER_PLACES,
    PUT_IN,
    THESE_PLACES,
    THIS_LIGHT,
    PhotoBatch,
    other_labels,
    with_and_without,
)
from saliency.audit.reports.shopping.item import ShoppingItem
from saliency.audit.reports.shopping.shown import Shown
from saliency.audit.reports.surroundings_sentences import surroundings_sentence
from saliency.classifier import YesNoQuestion
from saliency.verdict.advice import AreaRole


def shortcuts(
    findings: Sequence[AuditFinding],
    shared: Sequence[SharedProperty],
    question: YesNoQuestion | None,
    true_classes: Sequence[TrueClassRecord] = (),
    guesses: Sequence[str] = (),
) -> Iterator[ShoppingItem]:
    """Places, areas, things and properties on which guesses depend, those that count most first.

    Args:
        findings: The findings, with what people said of them.
        shared: What wrong photos share.
        question: What a model of tags or of a number was asked.
        true_classes: The photos by what they show, of which other classes are asked for.
        guesses: The answers of the model in this set, where that is not known.
    """
    seen: set[tuple[str | None, str]] = set()
    for finding in findings:
        same = finding.guess, finding.key if finding.kind == "thing" else finding.place
        if finding.to_look_into and same not in seen:
            seen.add(same)
            others = other_labels(finding.guess, true_classes, guesses)
            if finding.kind == "property":
                yield _property(finding, question, others)
            elif finding.kind == "surroundings":
                yield _surroundings(finding, others)
            else:
                yield _place(finding, shared, others)


def _place(finding: AuditFinding, shared: Sequence[SharedProperty], others: Sequence[str]) -> ShoppingItem:
    """A place, an area or a thing on which guesses depend."""
    whose, where = _whose(finding.guess), finding.where
    it = where if finding.named or finding.kind == "thing" else f"what is in {where}"
    if finding.judgement is not None and finding.judgement.name:
        it = f"“{finding.judgement.name}”"
    # of an unnamed place, half of the photos were kept for testing
    number = about(finding.pictures if finding.named else 2 * finding.gathered)
    reason = (
        f"Covering {where} changed {finding.summary.changed} of {finding.summary.tested} answers"
        f"{f' of {whose}' if finding.guess else ''}"
    )
    for prop in shared:
        if prop.name == finding.place and prop.kind in ("place", "area") and prop.label == finding.guess:
            reason += f". {shared_sentence(prop).removesuffix('.')}"
    which = f"photos of {whose} without {it}"
    part = f"a part of {whose}" if finding.guess else "a part of the thing itself"
    return ShoppingItem(
        "training data",
        number,
        which,
        f"{ASK} add about {number} {which}, and as many of other things with it.",
        f"{reason}.",
        _unless(finding, f"is {it} {part}"),
        finding.key,
        with_and_without(
            number,
            finding.guess,
            lambda whose: f"photos of {whose} without {it}",
            lambda whose: f"photos of {whose} with {it}",
            others,
            (LEFT_OUT, PUT_IN),
        ),
    )


def _whose(guess: str | None) -> str:
    return f"“{guess}”" if guess else "each thing"


def _unless(finding: AuditFinding, question: str) -> str:
    """What makes it needless to add photos; nothing does, once it was judged to be something else."""
    match finding.role:
        case AreaRole.OTHER:
            return ""
        case AreaRole.DETAIL:
            return "Do all such products have it, and nothing else? Then nothing has to be added."
        case _:
            return (
                f"Look at the photos: {question}? Then this is as it should be, and nothing has to be added."
            )


def _property(finding: AuditFinding, question: YesNoQuestion | None, labels: Sequence[str]) -> ShoppingItem:
    """A property of the whole picture on which guesses depend."""
    said, number = property_words(finding), about(2 * finding.gathered)
    which = f"{said.without} of {_whose(finding.guess)}"
    others = "of other things" if question is None else "with the other answer"
    figure = property_figure(finding)
    return ShoppingItem(
        "training data",
        number,
        which,
        f"Add about {number} {which}, and as many {said.having} {others}, to the training data.",
        f"{figure[0].upper()}{figure[1:]}.",
        finding=finding.key,
        batches=with_and_without(
            number,
            finding.guess,
            lambda whose: f"{said.without} of {whose}",
            lambda whose: f"{said.having} of {whose}",
            labels,
            (OTHER_LIGHT, THIS_LIGHT),
        ),
    )


def _surroundings(finding: AuditFinding, others: Sequence[str]) -> ShoppingItem:
    """A class whose surroundings carry the answer."""
    own, number = _whose(finding.guess), about(finding.pictures)
    which = f"photos of {own} in other places"
    return ShoppingItem(
        "training data",
        number,
        which,
        f"Add about {number} {which}, and as many of other things in these, to the training data.",
        surroundings_sentence(finding),
        finding=finding.key,
        batches=with_and_without(
            number,
            finding.guess,
            lambda whose: f"photos of {whose} in other places",
            lambda whose: f"photos of {whose} in the usual places of {own}",
            others,
            (OTHER_PLACES, THESE_PLACES),
        ),
    )


def shared_properties(shown: Shown) -> Iterator[ShoppingItem]:
    """What the wrong photos share."""
    places = {(finding.guess, finding.place) for finding in shown.findings if finding.to_look_into}
    for prop in shown.shared:
        of_finding = (prop.guess if prop.kind == "place" else prop.label, prop.name) in places
        if of_finding:
            continue
        having = prop.wrong_with + prop.right_with
        rare = having if prop.present else prop.wrong + prop.right - having
        number = about(prop.wrong + prop.right - 2 * rare)
        which = photos_to_add(prop)
        what = f"{ASK} add about {number} {which}."
        batch = PhotoBatch(number, prop.label, which, LIKE_THESE)
        yield ShoppingItem("training data", number, which, what, shared_sentence(prop), batches=(batch,))
