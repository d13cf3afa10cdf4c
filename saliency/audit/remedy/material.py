"""What a rehearsal is made of: findings to be mended, photos that have each, and two halves of the photos."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.probe import class_of
from saliency.audit.evidence.properties.discovery import PropertyPlan, property_plans
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.run import Audit
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.photo.area import Box

MOST_FINDINGS = 4
"""Findings that are rehearsed together, those that count most."""

MOST_PHOTOS = 600
"""Photos that are used at most, so that a rehearsal takes minutes."""

FEWEST = 20
"""Photos with a label that the model knows, from which a rehearsal can say something."""

FEWEST_WITH = 6
"""Photos with the finding, in both halves together."""

DONORS = 6
"""Photos of a half whose place or thing is put into photos of other things."""

_NOT_REHEARSED = "A rehearsal cannot change it in photos, so it is left out."


@dataclass(frozen=True, eq=False)
class Cause:
    """One finding to be mended.

    Attributes:
        finding: The finding.
        target: Position of its guess among the classes; ``None``: any.
        having: Where it is in the photos that have it, by number; nowhere in particular for a property.
        donors: Photos of each half from which it is taken to be put into others, the learning half first.
        plan: How the property is changed; ``None`` of all else.
    """

    finding: AuditFinding
    target: int | None
    having: Mapping[int, tuple[Box, ...]]
    donors: tuple[tuple[int, ...], tuple[int, ...]]
    plan: PropertyPlan | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """Photos with labels, in two halves, and what is to be mended.

    Attributes:
        rows: The photos' rows, by number.
        labels: Positions of what they show, by number.
        copies: For each the first one of the set that it is nearly the same as.
        learning: Numbers of the half that is learned from.
        judging: Numbers of the half on which it is judged.
        causes: What is to be mended.
        left_out: Findings that cannot be, a sentence each.
    """

    rows: Mapping[int, PhotoRow]
    labels: Mapping[int, int]
    copies: Mapping[int, int]
    learning: tuple[int, ...]
    judging: tuple[int, ...]
    causes: tuple[Cause, ...]
    left_out: tuple[str, ...]

    @classmethod
    def of(cls, classifier: Classifier, result: Audit, seed: int = 0) -> Material:
        """Of what an audit shows.

        Raises:
            SaliencyError: Too few photos have a label that is one class of the model.
        """
        rows = {number: row for group in result.groups for number, row in group.rows.items()}
        found = {number: class_of(classifier, row.label) for number, row in rows.items()}
        labels = {number: label for number, label in found.items() if label is not None}
        if len(labels) < FEWEST:
            raise SaliencyError(
                f"A rehearsal needs at least {FEWEST} photos whose labels are classes of the model; here are "
                f"{len(labels)}. Begin an audit with labels: a folder for each class, or a table."
            )
        copies = {number: first for group in result.groups for number, first in group.copies.items()}
        parts, left_out = _parts(result, labels, seed)
        having = {number for part in parts for number in part.having}
        chosen = _chosen(labels, having, rows, seed)
        halves = _halves(chosen, labels, having, copies, rows, seed)
        causes = tuple(
            Cause(
                part.finding,
                None if part.finding.guess is None else classifier.labels.index(part.finding.guess),
                part.having,
                (_donors(part, halves[0], rows), _donors(part, halves[1], rows)),
                part.plan,
            )
            for part in parts
        )
        return cls(rows, labels, copies, halves[0], halves[1], causes, tuple(left_out))


def to_be_mended(findings: Iterable[AuditFinding]) -> list[AuditFinding]:
    """Findings on which answers depend and that are not known to be the thing itself."""
    return [finding for finding in findings if finding.to_look_into][:MOST_FINDINGS]


class _Part(NamedTuple):
    """A finding, and the photos with a label that have it."""

    finding: AuditFinding
    having: dict[int, tuple[Box, ...]]
    plan: PropertyPlan | None


def _parts(result: Audit, labels: Mapping[int, int], seed: int) -> tuple[list[_Part], list[str]]:
    """What is to be mended, and a sentence about each finding that cannot be."""
    parts, left_out = [], []
    plans = {
        (plan.guess, plan.name): plan for plan in property_plans(result.groups, seed=result.settings.seed)
    }
    for finding in to_be_mended(result.findings):
        plan = plans.get((finding.guess or "", finding.place)) if finding.kind == "property" else None
        about = f"{finding.where[0].upper()}{finding.where[1:]}"
        if finding.kind not in ("place", "thing", "property") or (
            finding.kind == "property" and plan is None
        ):
            left_out.append(f"{about}: {_NOT_REHEARSED}")
            continue
        having = {number: boxes for number, boxes in _having(finding, result.groups) if number in labels}
        if len(having) < FEWEST_WITH:
            left_out.append(
                f"{about}: only {len(having)} photos with a label have it, which is too few to rehearse."
            )
            continue
        parts.append(_Part(finding, having, plan))
    return parts, left_out


def _having(finding: AuditFinding, groups: Sequence[GuessGroup]) -> Iterator[tuple[int, tuple[Box, ...]]]:
    """Photos that have a finding, and where."""
    for group in groups:
        if finding.guess not in (None, group.guess):
            continue
        if finding.kind == "property":
            yield from ((number, ()) for number in group.rows)
        elif finding.box is not None:
            yield from ((number, (finding.box,)) for number in group.gathered(group.with_map, finding.box))
        else:
            for number, row in group.rows.items():
                if boxes := finding.boxes_in(row):
                    yield number, tuple(boxes)


def _order(numbers: Iterable[int], rows: Mapping[int, PhotoRow], seed: int) -> list[int]:
    """Photos in an order that their bytes and a seed say."""

    def drawn(number: int) -> str:
        return hashlib.sha256(f"rehearsal {seed} {rows[number].photo_sha256}".encode()).hexdigest()

    return sorted(numbers, key=drawn)


def _chosen(
    labels: Mapping[int, int], having: set[int], rows: Mapping[int, PhotoRow], seed: int
) -> list[int]:
    """The photos that are used: all, or of many as many with a finding as without, as far as there are."""
    first, others = (
        _order((number for number in labels if (number in having) == with_it), rows, seed)
        for with_it in (True, False)
    )
    taken = first[: max(MOST_PHOTOS // 2, MOST_PHOTOS - len(others))]
    return taken + others[: MOST_PHOTOS - len(taken)]


def _halves(
    chosen: Sequence[int],
    labels: Mapping[int, int],
    having: set[int],
    copies: Mapping[int, int],
    rows: Mapping[int, PhotoRow],
    seed: int,
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Photos for learning and for judging, each class and those with a finding shared out evenly.

    Near copies are in the same half.
    """
    together: dict[int, list[int]] = {}
    for number in _order(chosen, rows, seed):
        together.setdefault(copies.get(number, number), []).append(number)
    halves: tuple[list[int], list[int]] = ([], [])
    count: Counter[tuple[int, int, bool]] = Counter()
    for numbers in together.values():
        kind = labels[numbers[0]], numbers[0] in having
        half = 0 if (count[(0, *kind)], len(halves[0])) <= (count[(1, *kind)], len(halves[1])) else 1
        count[(half, *kind)] += len(numbers)
        halves[half].extend(numbers)
    return tuple(sorted(halves[0])), tuple(sorted(halves[1]))


def _donors(part: _Part, half: Iterable[int], rows: Mapping[int, PhotoRow]) -> tuple[int, ...]:
    """Photos of a half from which something is taken to be put into others; those that depend on it first."""
    depending = set(part.finding.files)
    having = [number for number in half if number in part.having]
    return tuple(sorted(having, key=lambda number: rows[number].file not in depending)[:DONORS])
