"""Which classes are taken for which others: counted over all photos that show a class of the model.

Of many classes only those confused most are shown in a matrix; how many wrong answers lie in it is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.evidence.rows import LeftOutTest, PhotoRow
from saliency.audit.evidence.true_classes import RowsByNumber
from saliency.audit.json_types import INLINE

SHOWN = 12
"""Classes of the matrix at most."""

PAIRS = 30
"""Pairs that are listed at most."""

EXPLAINED, MAPPED = 3, 4
"""The pairs confused most that are explained while the set is audited, in so many photos of each."""

FEWEST = 2
"""Photos of a pair from which it is a confusion, and no single wrong answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastedPhoto:
    """A photo of a pair, and why it got the one answer rather than the other."""

    file: str
    outcome: ContrastOutcome = field(metadata=INLINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Photos that show one thing and got another answer; the fields are keys of ``findings.json``.

    Attributes:
        label: What they show, by the model's name.
        guess: The answer.
        photos: How many got it.
        of: How many show it.
        files: The first of them, those of which the model was most certain.
        contrasts: Why that answer, of the first few where it was looked at.
        sentence: What was counted, where a report has put it into words.
        maps: What the maps show, likewise; empty without any.
    """

    label: str
    guess: str
    photos: int
    of: int
    files: tuple[str, ...]
    contrasts: tuple[ContrastedPhoto, ...] = ()
    sentence: str = ""
    maps: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusions:
    """What is taken for what; the fields are keys of ``findings.json``.

    Attributes:
        classes: The classes of the matrix, those confused most first.
        counts: A row for each class that photos show, a column for each answer.
        wrong: How many answers are wrong.
        inside: How many of these are in the matrix.
        all_classes: How many classes photos show or were given as an answer.
        pairs: The pairs confused most, most photos first.
        all_pairs: How many pairs there are.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    wrong: int
    inside: int
    all_classes: int
    pairs: tuple[Confusion, ...]
    all_pairs: int


Pair = tuple[str, str]


def confused(by_class: Mapping[str, RowsByNumber]) -> list[tuple[Pair, list[int]]]:
    """The pairs of what photos show and another answer, most photos first, with the photos' numbers.

    The photos are sorted too: those first of which the model was most certain.
    """
    pairs: dict[Pair, list[tuple[int, PhotoRow]]] = defaultdict(list)
    for label, rows in by_class.items():
        for number, row in rows.items():
            if not row.right:
                pairs[label, row.guess].append((number, row))
    ordered = sorted(pairs.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return [
        (pair, [number for number, row in sorted(rows, key=lambda one: (-one[1].score, one[1].file))])
        for pair, rows in ordered
    ]


def contrast_numbers(by_class: Mapping[str, RowsByNumber]) -> dict[int, str]:
    """The photos that are explained while a set is audited, with what each of them shows."""
    pairs = [(pair, numbers) for pair, numbers in confused(by_class) if len(numbers) >= FEWEST]
    return {number: pair[0] for pair, numbers in pairs[:EXPLAINED] for number in numbers[:MAPPED]}


def confusions(
    by_class: Mapping[str, RowsByNumber], contrasts: Mapping[int, ContrastOutcome | LeftOutTest]
) -> Confusions | None:
    """What is taken for what; ``None`` where no answer is wrong.

    Args:
        by_class: The judged rows by the class that they show, by the photo's number.
        contrasts: What the maps of one answer rather than another show, by the photo's number.
    """
    pairs = confused(by_class)
    if not pairs:
        return None
    rows = {number: row for some in by_class.values() for number, row in some.items()}
    guesses = {row.guess for row in rows.values()}
    classes = _most_confused([pair for pair, _ in pairs])
    counts = _counts(by_class, classes)
    inside = sum(len(numbers) for (label, guess), numbers in pairs if label in classes and guess in classes)
    return Confusions(
        classes=tuple(classes),
        counts=counts,
        wrong=sum(len(numbers) for _, numbers in pairs),
        inside=inside,
        all_classes=len(guesses | set(by_class)),
        pairs=tuple(
            Confusion(
                label=label,
                guess=guess,
                photos=len(numbers),
                of=len(by_class[label]),
                files=tuple(rows[number].file for number in numbers[:PAIRS]),
                contrasts=tuple(
                    ContrastedPhoto(file=rows[number].file, outcome=outcome)
                    for number in numbers[:MAPPED]
                    if isinstance(outcome := contrasts.get(number), ContrastOutcome)
                ),
            )
            for (label, guess), numbers in pairs[:PAIRS]
        ),
        all_pairs=len(pairs),
    )


def _most_confused(pairs: Sequence[Pair]) -> list[str]:
    """The classes of the first pairs, the two of a pair beside each other, as many as fit."""
    classes: list[str] = []
    for pair in pairs:
        new = [name for name in pair if name not in classes]
        if len(classes) + len(new) <= SHOWN:
            classes += new
    return classes


def _counts(by_class: Mapping[str, RowsByNumber], classes: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    places = {name: place for place, name in enumerate(classes)}
    counts = [[0] * len(classes) for _ in classes]
    for label in classes:
        for row in by_class.get(label, {}).values():
            if row.guess in places:
                counts[places[label]][places[row.guess]] += 1
    return tuple(map(tuple, counts))
