"""Photos to add, each with the number that it comes from; there is always something.

How many is a balance, not a promise: as many as it takes for the rare kind to be as frequent as the usual one
in a set like this, at least :data:`LEAST` and at most :data:`MOST`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.hot_spots import LEAST as SEARCHED
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.evidence.statistics import exact_interval
from saliency.audit.evidence.surroundings.figures import SurroundingsRecord
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.evidence.wrong_photos import SharedProperty
from saliency.audit.reports.property_words import property_figure, property_words
from saliency.audit.reports.sentences import counted, ends
from saliency.audit.reports.set_items import set_items, source_items
from saliency.audit.reports.shared_words import photos_to_add, shared_sentence
from saliency.audit.reports.shopping_item import ShoppingItem
from saliency.classifier import YesNoQuestion
from saliency.verdict.advice import AreaRole

LEAST, MOST = 10, 100
"""Photos that are asked for at least and at most."""

ENOUGH = 20
"""Photos of a class from which its share of right guesses is known well: of 20 of 20, 83 % or more."""

_ASK = "Ask whoever trains the model to"
FEW_CLASSES = 30  # classes of a model up to which those without a photo are named
_NAMED = 5  # names in a sentence


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What an audit shows, as far as it says what to add."""

    true_classes: Sequence[TrueClassRecord]
    shared: Sequence[SharedProperty]
    findings: Sequence[AuditFinding]
    groups: Sequence[GuessGroup]
    unjudged: int
    classes: Sequence[str]
    question: YesNoQuestion | None = None
    hygiene: SetHygiene | None = None
    surroundings: SurroundingsRecord | None = None


def shopping_list(shown: Shown) -> tuple[ShoppingItem, ...]:
    """What to add, what helps most first."""
    hygiene = shown.hygiene
    checks = [] if hygiene is None else list(set_items(hygiene))  # before photos like those missed are added
    sources = [] if hygiene is None else list(source_items(hygiene))
    first = shortcuts(shown.findings, shown.shared, shown.question)
    causes = [*first, *_elsewhere(shown), *_shared(shown)]
    missed = [*_missed(shown), *_labels(shown)]
    audits = [*_audits(shown)]
    rest = audits if causes or missed or audits else [_more(shown.true_classes)]
    return (*causes, *checks, *missed, *sources, *rest)


def with_shortcuts(
    items: Sequence[ShoppingItem],
    findings: Sequence[AuditFinding],
    shared: Sequence[SharedProperty],
    true_classes: Sequence[TrueClassRecord],
    question: YesNoQuestion | None = None,
) -> tuple[ShoppingItem, ...]:
    """A list whose first part, what to add for the findings to look into, is made anew.

    Args:
        items: The list as it was.
        findings: The findings, with what people said of them.
        shared: What wrong photos share.
        true_classes: The photos by what they show.
        question: What a model of tags or of a number was asked.
    """
    others = [item for item in items if item.finding is None and not _of_finding(item)]
    return tuple([*shortcuts(findings, shared, question), *others] or [_more(true_classes)])


def _of_finding(item: ShoppingItem) -> bool:
    """Whether it comes from a finding to look into, in results of programs that did not note from which."""
    return item.to == "training data" and item.reason.startswith("Covering ")


def about(count: int) -> int:
    """A number of photos to ask for: in fives, not too few and not too many."""
    return min(MOST, max(LEAST, -(-count // 5) * 5))


def shortcuts(
    findings: Sequence[AuditFinding], shared: Sequence[SharedProperty], question: YesNoQuestion | None
) -> Iterator[ShoppingItem]:
    """Places and areas on which guesses depend."""
    seen: set[tuple[str | None, str]] = set()
    for finding in findings:
        same = finding.guess, finding.key if finding.kind == "thing" else finding.place
        if not finding.to_look_into or same in seen:
            continue
        seen.add(same)
        whose = f"“{finding.guess}”" if finding.guess else "each thing"
        where = finding.where
        if finding.kind == "property":
            yield _property(finding, whose, question)
            continue
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
        yield ShoppingItem(
            "training data",
            number,
            which,
            f"{_ASK} add about {number} {which}, and as many of other things with it.",
            f"{reason}.",
            _unless(finding, f"is {it} {part}"),
            finding.key,
        )


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


def _property(finding: AuditFinding, whose: str, question: YesNoQuestion | None) -> ShoppingItem:
    """A property of the whole picture on which guesses depend."""
    said, number = property_words(finding), about(2 * finding.gathered)
    which = f"{said.without} of {whose}"
    others = "of other things" if question is None else "with the other answer"
    figure = property_figure(finding)
    return ShoppingItem(
        "training data",
        number,
        which,
        f"Add about {number} {which}, and as many {said.having} {others}, to the training data.",
        f"{figure[0].upper()}{figure[1:]}.",
        finding=finding.key,
    )


def _changed(finding: AuditFinding) -> str:
    if finding.kind == "property":
        figure = property_figure(finding)
        return f"{figure[0].upper()}{figure[1:]}"
    return f"Covering it changed {finding.summary.changed} of {finding.summary.tested} answers"


def _elsewhere(shown: Shown) -> Iterator[ShoppingItem]:
    """Classes whose surroundings carry the answer."""
    for group in shown.surroundings.depends if shown.surroundings else ():
        whose = f"“{group.label}”" if group.label is not None else "each thing"
        compared = group.own_or_elsewhere
        number = about(group.photos)
        which = f"photos of {whose} in other places"
        yield ShoppingItem(
            "training data",
            number,
            which,
            f"Add about {number} {which}, and as many of other things in these, to the training data.",
            f"Of {counted(compared.photos, 'photo')} of {whose}, {compared.lost} lose the answer in the "
            f"surroundings of other photos that keep it in their own; {compared.gained} the other way round.",
        )


def _shared(shown: Shown) -> Iterator[ShoppingItem]:
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
        what = f"{_ASK} add about {number} {which}."
        yield ShoppingItem("training data", number, which, what, shared_sentence(prop))


def _missed(shown: Shown) -> Iterator[ShoppingItem]:
    """Classes with missed photos of which nothing else is said."""
    explained = {prop.label for prop in shown.shared}
    of, how, wrong = "of", "not recognised", "not recognised, but taken for"
    if shown.question is not None:
        of, how, wrong = "with the true answer", "answered wrong", "answered wrong:"
    for record in shown.true_classes:
        if record.missed and record.label not in explained:
            number = about(record.right - record.missed)
            was = "was" if record.missed == 1 else "were"
            like = "the one" if record.missed == 1 else f"the {record.missed}"
            which = f"photos like {like} {of} “{record.label}” that {was} {how}"
            yield ShoppingItem(
                "training data",
                number,
                which,
                f"{_ASK} add about {number} {which}.",
                f"{record.missed} of {counted(record.photos, 'photo')} {of} “{record.label}” {was} "
                f"{wrong} {taken_for(record)}.",
            )


def _labels(shown: Shown) -> Iterator[ShoppingItem]:
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


def _audits(shown: Shown) -> Iterator[ShoppingItem]:
    """What makes the next audit say more."""
    for finding in shown.findings:
        if finding.verdict is Verdict.SUGGESTIVE and not finding.expected:
            number = about(2 * finding.pictures)
            whose = f" that get the answer “{finding.guess}”" if finding.guess else ""
            yield ShoppingItem(
                "next audit",
                number,
                f"photos{whose}",
                f"Add about {number} photos{whose} to the next audit: it is not clear yet whether answers "
                f"depend on {finding.where}.",
                f"{_changed(finding)}, too few to tell.",
            )
    few = [record for record in reversed(shown.true_classes) if record.photos < ENOUGH]
    few.sort(key=lambda record: record.photos)
    if few:
        least = few[0]
        number = sum(ENOUGH - record.photos for record in few)
        names = _names([f"“{record.label}” (now {record.photos})" for record in few])
        yield ShoppingItem(
            "next audit",
            number,
            f"photos of {names}",
            f"Add photos of {names} to the next audit, until each has about {ENOUGH}.",
            f"{least.right} of {counted(least.photos, 'photo')} of “{least.label}” "
            f"{'is' if least.right == 1 else 'are'} right; of all such photos, it may be "
            f"{ends(least.share_right)}.",
        )
    lacking = [name for name in shown.classes if name not in {record.label for record in shown.true_classes}]
    if shown.true_classes and lacking and len(shown.classes) <= FEW_CLASSES:
        names = ("" if len(lacking) == 1 else "each of ") + _names([f"“{name}”" for name in lacking])
        yield ShoppingItem(
            "next audit",
            ENOUGH * len(lacking),
            f"photos of {names}",
            f"Add about {ENOUGH} photos of {names} to the next audit.",
            f"The model knows {counted(len(shown.classes), 'class', 'classes')}; no photo shows "
            f"{'this one' if len(lacking) == 1 else f'these {len(lacking)}'}."
            if shown.question is None
            else "There are two answers; this one is true of no photo.",
        )
    if not shown.true_classes and shown.groups:
        needed = 2 * SEARCHED - 1
        small = sorted((group for group in shown.groups if len(group.with_map) < needed), key=_size)
        if small:
            named = _names([f"“{group.guess}” (now {len(group.rows)})" for group in reversed(small)])
            yield ShoppingItem(
                "next audit",
                sum(needed - len(group.with_map) for group in small),
                f"photos that get the answers {named}",
                f"Add photos that get the answers {named} to the next audit, until each has about "
                f"{needed + 1}.",
                f"Places could be looked for in {len(shown.groups) - len(small)} of "
                f"{counted(len(shown.groups), 'answer', 'answers')}.",
            )


def _more(true_classes: Sequence[TrueClassRecord]) -> ShoppingItem:
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
    )


def unjudged_reason(photos: int, question: YesNoQuestion | None = None) -> str:
    """Why some photos could not be judged."""
    why = "the model has no such class" if question is None else "their labels do not answer the question"
    return f"{counted(photos, 'photo')} could not be judged, as {why}."


def missed_at_most(right: int) -> int:
    """How many per cent of photos may get a wrong answer where of so many none does, rounded up."""
    return math.ceil(100 * (1 - exact_interval(right, right).low))


def taken_for(record: TrueClassRecord) -> str:
    """What the missed photos of a class were taken for, and how often."""
    several = len(record.taken_for) > 1
    return _names([f"“{t.guess}”{f' ({t.photos})' if several else ''}" for t in record.taken_for])


def _size(group: GuessGroup) -> tuple[int, str]:
    return len(group.rows), group.guess


def _names(names: Sequence[str]) -> str:
    """Some names in a sentence, and how many more there are."""
    first = list(names[:_NAMED])
    if len(names) > _NAMED:
        first.append(f"{len(names) - _NAMED} more")
    return first[0] if len(first) == 1 else f"{', '.join(first[:-1])} and {first[-1]}"
