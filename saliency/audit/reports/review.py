"""Pictures worth a person's eyes, each with its reasons: wrong ones first, the most certain on top.

Then those of which the model is undecided, then those that may be right for a doubtful reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from saliency.agreement import AgreementLevel
from saliency.audit.evidence.findings import AuditFinding, TrialOutcomes
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.hot_spots import box_key
from saliency.audit.evidence.rows import AreaRow, CoverOutcome, PhotoRow, TrialOutcome
from saliency.audit.json_types import optional
from saliency.audit.reports import sentences
from saliency.checks.cover import Finding
from saliency.classifier import YesNoQuestion
from saliency.heat.scale import MapKind
from saliency.names import positions
from saliency.verdict.advice import AreaRole

UNDECIDED = 0.4  # score of the top guess
_DEPENDS, _ALIKE = 2.0, 1.0  # weights of a picture that depends on a place, and of one that looks like it

ReviewKind = Literal["wrong", "undecided", "doubtful"]
"""Why a picture is to be looked at, in the order in which they are."""

_KINDS = get_args(ReviewKind)
_Reason = tuple[float, str]  # weight and sentence


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A picture worth a person's eyes.

    Attributes:
        weight: How suspicious it is: the sum over its reasons.
        reasons: Sentences that say why, the weightiest first.
        kind: Which of them goes first; in results of earlier programs, none did.
        value: As in :class:`~saliency.audit.evidence.rows.PhotoRow`.
    """

    file: str
    guess: str
    score: float
    label: str | None
    right: bool | None
    weight: float
    reasons: tuple[str, ...]
    kind: ReviewKind = "doubtful"
    value: float | None = optional()


def review(
    groups: Sequence[GuessGroup],
    findings: Sequence[AuditFinding],
    outcomes: TrialOutcomes,
    question: YesNoQuestion | None = None,
) -> list[ReviewEntry]:
    """The pictures that have a reason; wrong ones by their scores, others by their reasons' weights."""
    entries = []
    for group in groups:
        reasons = {number: _own_reasons(row, question) for number, row in group.rows.items()}
        shortcuts = [f for f in findings if f.to_look_into and f.guess in (group.guess, None)]
        for finding in {(f.kind, f.place, f.box): f for f in shortcuts}.values():
            of_finding = _place_reasons if finding.kind == "place" else _picture_reasons
            for number, reason in of_finding(group, finding, outcomes):
                reasons[number].append(reason)
        entries += [_entry(group.rows[number], several) for number, several in reasons.items() if several]
    return sorted(entries, key=_rank)


def left_to_review(entries: Sequence[ReviewEntry], findings: Sequence[AuditFinding]) -> list[ReviewEntry]:
    """The pictures that are left, once what was judged to be the product is no reason any more.

    Args:
        entries: All pictures that the audit has a reason for.
        findings: Its findings, with what people said of them.
    """
    alarms = {(finding.guess, finding.place) for finding in findings if finding.to_look_into}
    hoped = [f for f in findings if f.role is AreaRole.PRODUCT and (f.guess, f.place) not in alarms]
    weights: dict[tuple[str | None, str], float] = {}
    for finding in hoped:
        if finding.kind in ("property", "surroundings"):
            weights[finding.guess, sentences.depends_on_property(finding)] = _DEPENDS
            continue
        for changed in (True, False):
            weights[finding.guess, sentences.depends(finding, changed=changed)] = _DEPENDS
        weights[finding.guess, sentences.alike(finding.place)] = _ALIKE
    if not weights:
        return list(entries)
    left = (_without(entry, weights) for entry in entries)
    return sorted((entry for entry in left if entry.reasons), key=_rank)


def of_class_first(entries: Sequence[ReviewEntry], label: str) -> list[ReviewEntry]:
    """The same pictures, those labelled with one class before all others.

    Args:
        entries: Pictures worth a look.
        label: The class, by its name; empty: the order stays.
    """
    return sorted(entries, key=lambda entry: not (entry.label and positions(entry.label, (label,))))


def _without(entry: ReviewEntry, weights: Mapping[tuple[str | None, str], float]) -> ReviewEntry:
    """A picture without some reasons, by their guess (``None``: any) and their sentence."""
    gone = {
        reason: weights.get((entry.guess, reason), weights.get((None, reason))) for reason in entry.reasons
    }
    reasons = tuple(reason for reason, weight in gone.items() if weight is None)
    weight = entry.weight - sum(weight for weight in gone.values() if weight is not None)
    return replace(entry, reasons=reasons, weight=round(weight, 3))


def varied(entries: Sequence[ReviewEntry], most: int) -> list[ReviewEntry]:
    """Some entries, wrong ones first, and of those that say the same no second before there is one of each.

    Twelve pictures of which the same is to be said show no more than one.
    """
    turns: Counter[tuple[str, ...]] = Counter()
    ranked = []
    for place, entry in enumerate(entries):
        alike = (entry.kind, entry.label or "", entry.guess, *map(_without_numbers, entry.reasons))
        turns[alike] += 1
        ranked.append((_KINDS.index(entry.kind), turns[alike], place, entry))
    chosen = sorted(ranked, key=lambda one: one[:3])[:most]
    return [entry for *_, entry in chosen]


def _without_numbers(sentence: str) -> str:
    return re.sub(r"\d+", "", sentence)


def _rank(entry: ReviewEntry) -> tuple[int, float, str]:
    height = entry.score if entry.kind == "wrong" else entry.weight
    return _KINDS.index(entry.kind), -height, entry.file


def _entry(row: PhotoRow, reasons: Sequence[_Reason]) -> ReviewEntry:
    weight = round(sum(weight for weight, _ in reasons), 3)
    texts = tuple(sentence for _, sentence in sorted(reasons, key=lambda reason: -reason[0]))
    kind: ReviewKind = "doubtful"
    if row.right is False:
        kind = "wrong"
    elif row.score < UNDECIDED:
        kind = "undecided"
    own = row.file, row.guess, row.score, row.label, row.right
    return ReviewEntry(*own, weight, texts, kind, row.value)


def _own_reasons(row: PhotoRow, question: YesNoQuestion | None) -> list[_Reason]:
    """Reasons that a picture has by itself."""
    reasons: list[_Reason] = []
    if row.right is False:
        reasons.append((1 + row.score, sentences.wrong(row, question)))
    if row.second_view is not None and row.second_view.verdict == AgreementLevel.DISAGREE:
        reasons.append((0.5, sentences.DISAGREE))
    if row.score < UNDECIDED:
        reasons.append((0.4, sentences.undecided(row)))
    if row.strange:
        reasons.append((0.3, sentences.UNKNOWN))
    if row.map is not MapKind.SPOTS:
        reasons.append((0.2, sentences.EMPTY))
    return reasons


def _place_reasons(
    group: GuessGroup, finding: AuditFinding, outcomes: TrialOutcomes
) -> list[tuple[int, _Reason]]:
    """Pictures that depend on a place, and those not tested whose influence gathers there, by number."""
    place, box = finding.place, finding.box
    reasons: list[tuple[int, _Reason]] = []
    tested: list[tuple[int, TrialOutcome]] = []
    if box is None:
        for number, row in group.rows.items():
            covers = (area.cover for area in row.areas if isinstance(area, AreaRow) and area.name == place)
            tested += [(number, cover) for cover in covers]
    else:
        by_number = outcomes.get(box_key(box), {})
        for number in group.gathered(sorted(group.with_map), box):
            if number in by_number:
                tested.append((number, by_number[number]))
            else:
                reasons.append((number, (_ALIKE, sentences.alike(place))))
    for number, outcome in tested:
        if isinstance(outcome, CoverOutcome) and outcome.finding is Finding.DEPENDS:
            reasons.append((number, (_DEPENDS, sentences.depends(finding, changed=outcome.changed))))
    return reasons


def _picture_reasons(group: GuessGroup, finding: AuditFinding, _: TrialOutcomes) -> list[tuple[int, _Reason]]:
    """Pictures that depend on what is in no place of them, by number."""
    files = frozenset(finding.files)
    reason = (_DEPENDS, sentences.depends_on_property(finding))
    return [(number, reason) for number, row in group.rows.items() if row.file in files]
