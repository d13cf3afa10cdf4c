"""The photos that both audits have, by their bytes; what each model says to them; which answers changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scipy.stats import false_discovery_control

from saliency.audit.comparison.paired import CHANCE, Paired, paired
from saliency.audit.comparison.side import AuditSide
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.json_types import optional, rounded, significant
from saliency.names import folded


class Change(StrEnum):
    """What happened to an answer; the order is that in which a person should look."""

    LOST = "right to wrong"
    UNKNOWN = "right to no such class"
    OTHER = "other answer"
    STILL_WRONG = "wrong to another wrong"
    WON = "wrong to right"
    KNOWN = "no such class to right"


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """A photo that both audits have, as each has it; its number in each set too.

    Attributes:
        old_lacks: Whether the old model has no class that the label names, so that it cannot be right.
        new_lacks: The same of the new one.
    """

    digest: str
    old: PhotoRow
    new: PhotoRow
    old_number: int
    new_number: int
    old_lacks: bool = False
    new_lacks: bool = False

    @property
    def label(self) -> str | None:
        """What it shows, where both audits say the same."""
        return shared_label(self.old, self.new)

    @property
    def judged(self) -> bool:
        """Whether it can be said of both answers if they are right, by the same label."""
        same = folded(self.old.label or "") == folded(self.new.label or "")
        return self.old.right is not None and self.new.right is not None and same

    @property
    def same(self) -> bool:
        """Whether both answers mean the same: one name, or two that are right by one label."""
        both_right = self.judged and bool(self.old.right and self.new.right)
        return both_right or folded(self.old.guess) == folded(self.new.guess)

    @property
    def change(self) -> Change | None:
        """What happened to the answer; ``None`` where it is the same."""
        if self.same:
            return None
        if self.new_lacks and self.old.right is not None:
            return Change.UNKNOWN if self.old.right else Change.STILL_WRONG
        if self.old_lacks and self.new.right is not None:
            return Change.KNOWN if self.new.right else Change.STILL_WRONG
        if self.old_lacks and self.new_lacks:
            return Change.STILL_WRONG
        if not self.judged:
            return Change.OTHER
        if self.old.right:
            return Change.LOST
        return Change.WON if self.new.right else Change.STILL_WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPhoto:
    """A photo with another answer; the fields are keys of ``comparison.json``.

    Attributes:
        file: Its path in the new set.
        old_file: Its path in the old one, where that is another.
        photo_sha256: What it is known by.
        label: What it shows, if that is known.
        old_score: Score of the old model's answer, which is no measure that two models share.
    """

    change: Change
    file: str
    old_file: str | None = optional()
    photo_sha256: str
    label: str | None
    old_guess: str
    old_score: float = rounded(4)
    new_guess: str
    new_score: float = rounded(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassChange:
    """The photos of one label with both models, with the p-value adjusted for all labels."""

    label: str
    answers: Paired
    q_value: float = significant(3)

    @property
    def worse(self) -> bool:
        """Whether fewer of them are recognised than before, more so than chance would have it."""
        return self.q_value <= CHANCE and self.answers.lost > self.answers.won

    @property
    def better(self) -> bool:
        """Whether more of them are."""
        return self.q_value <= CHANCE and self.answers.won > self.answers.lost


def photo_pairs(old: AuditSide, new: AuditSide) -> list[PhotoPair]:
    """The photos that both audits have, in the new one's order."""
    old_lacking, new_lacking = old.lacking, new.lacking
    pairs = []
    for digest, photo in new.photos.items():
        if digest in old.photos:
            before = old.photos[digest]
            label = folded(shared_label(before.row, photo.row) or "")
            lacks = label in old_lacking, label in new_lacking
            pairs.append(PhotoPair(digest, before.row, photo.row, before.number, photo.number, *lacks))
    return pairs


def shared_label(old: PhotoRow, new: PhotoRow) -> str | None:
    """What a photo shows, where both audits say the same; as the new one writes it."""
    return new.label if folded(old.label or "") == folded(new.label or "") else None


def only_in(one: AuditSide, other: AuditSide) -> tuple[str, ...]:
    """The files of an audit's photos that the other one has not audited."""
    return tuple(photo.row.file for digest, photo in one.photos.items() if digest not in other.photos)


def right_answers(pairs: Iterable[PhotoPair]) -> Paired:
    """Right answers of both, of the photos where that can be said of both."""
    return paired((bool(pair.old.right), bool(pair.new.right)) for pair in pairs if pair.judged)


def class_changes(pairs: Iterable[PhotoPair]) -> tuple[ClassChange, ...]:
    """Right answers by label, what got worse first."""
    by_label: dict[str, list[tuple[bool, bool]]] = {}
    names: dict[str, str] = {}
    for pair in pairs:
        if pair.judged and pair.new.label is not None:
            key = folded(pair.new.label)
            names.setdefault(key, pair.new.label)
            by_label.setdefault(key, []).append((bool(pair.old.right), bool(pair.new.right)))
    figures = {key: paired(answers) for key, answers in by_label.items()}
    changes = [
        ClassChange(label=names[key], answers=figures[key], q_value=q_value)
        for key, q_value in adjusted({key: figure.p_value for key, figure in figures.items()})
    ]
    return tuple(sorted(changes, key=lambda c: (c.answers.new - c.answers.old, c.q_value, c.label)))


def changed_photos(pairs: Iterable[PhotoPair]) -> tuple[ChangedPhoto, ...]:
    """The photos with another answer: right to wrong first, and what the new model is surest of."""
    changed = [_changed(pair, change) for pair in pairs if (change := pair.change) is not None]
    order = list(Change)
    return tuple(sorted(changed, key=lambda c: (order.index(c.change), -c.new_score, c.file)))


def _changed(pair: PhotoPair, change: Change) -> ChangedPhoto:
    return ChangedPhoto(
        change=change,
        file=pair.new.file,
        old_file=pair.old.file if pair.old.file != pair.new.file else None,
        photo_sha256=pair.digest,
        label=pair.new.label if pair.new.label is not None else pair.old.label,
        old_guess=pair.old.guess,
        old_score=pair.old.score,
        new_guess=pair.new.guess,
        new_score=pair.new.score,
    )


def adjusted(p_values: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """P-values adjusted for all of them (Benjamini and Hochberg 1995), by the same keys."""
    if p_values:
        yield from zip(p_values, false_discovery_control(list(p_values.values())).tolist(), strict=True)
