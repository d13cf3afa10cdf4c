"""Paste a marked area into other photos: how many of them change to this class?

A badge or a watermark that carries the guess takes it along. Beside it, a control area of the same size from
the same photo is pasted at the same place, as pasting anything may change a guess. A label comes along where
it was not given before; a number, where it moves by a part of its usual range, the same way in most photos.

Into which photos: a person's own, whatever the model says to them; and samples, but only those that the model
knows (:func:`knows`). A photo that it misreads, or hardly tells from another, changes its guess for anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.checks.cover import MATERIAL
from saliency.checks.fills import pixels, soft_masks
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer, ScoreQuestion
from saliency.classifier import Classifier, OutputKind, Outputs, Score
from saliency.names import folded
from saliency.photo.reading import Photo
from saliency.progress import Progress, part_of

PASSES = 3  # for each photo

CLEAR = 0.8
"""Score of the top guess from which a model may be said to know a sample."""


_SHARES = Outputs()


class PasteFinding(StrEnum):
    """What pasting an area into other photos shows."""

    CARRIES = "takes the guess along"
    CARRIES_NOT = "does not take the guess along"
    UNCLEAR = "something else did as much, or too few changed"
    NO_CONTROL = "too large to compare"
    NO_PHOTO = "no photo to paste into"


@dataclass(frozen=True, eq=False)
class Sample:
    """A photo that is pasted into only where the model knows it.

    Attributes:
        photo: The photo.
        label: The class that it shows; empty where that is not known.
    """

    photo: Photo
    label: str = ""


@dataclass(frozen=True, eq=False)
class PasteOutcome:
    """What the model says to another photo with the area in it.

    Attributes:
        name: The photo's name.
        before: What the model says to it.
        after: What it says with the area pasted in.
        control: What it says with a control area pasted in instead; ``None`` if there is none.
        picture: What it received with the area pasted in, ``(h, w, 3)`` uint8.
    """

    name: str
    before: Answer
    after: Answer
    control: Answer | None
    picture: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Paste:
    """What pasting an area into other photos does.

    Attributes:
        photos: What it does to each photo.
        target: Index of the class asked for.
        left_out: Names of the samples that the model does not know, which nothing was pasted into.
        outputs: What the scores are.
    """

    photos: tuple[PasteOutcome, ...]
    target: int
    left_out: tuple[str, ...] = ()
    outputs: Outputs = _SHARES

    @property
    def finding(self) -> PasteFinding:
        """What this shows: *along* takes more than half of the photos, and twice what a control does."""
        changed, by_control = self.changed, self.changed_by_control
        if self.others == 0:
            return PasteFinding.NO_PHOTO
        if changed == 0:
            return PasteFinding.CARRIES_NOT
        if by_control is None:
            return PasteFinding.NO_CONTROL
        clear = 2 * changed > self.others and 2 * by_control < changed
        return PasteFinding.CARRIES if clear else PasteFinding.UNCLEAR

    @property
    def others(self) -> int:
        """How many photos the model had given another class, so that they can change to this one.

        Of a label, how many it was not given to; of a number, all.
        """
        return len(self._others)

    @property
    def changed(self) -> int:
        """How many of those change to this class; of a number, move as most do, by a part of its range."""
        return sum(self._changes(outcome.before, outcome.after) for outcome in self._others)

    @property
    def changed_by_control(self) -> int | None:
        """How many of those do with a control area pasted in instead; ``None`` if there was none to paste."""
        pairs = [(other.before, other.control) for other in self._others if other.control is not None]
        return sum(self._changes(*pair) for pair in pairs) if pairs else None

    @property
    def moved(self) -> float:
        """By how much pasting raises the score on average; below 0 if it lowers it, 0 without photos."""
        return _mean([other.after.score - other.before.score for other in self._others])

    @property
    def moved_by_control(self) -> float:
        """The same with a control area pasted in instead."""
        controls = [(other.before, other.control) for other in self._others if other.control is not None]
        return _mean([control.score - before.score for before, control in controls])

    @property
    def _others(self) -> list[PasteOutcome]:
        if self.outputs.is_score:
            return list(self.photos)
        return [outcome for outcome in self.photos if not self._has_answer(outcome.before)]

    def _has_answer(self, answer: Answer) -> bool:
        return answer.ahead if self.outputs.kind is OutputKind.LABELS else answer.top == self.target

    def _changes(self, before: Answer, after: Answer) -> bool:
        if not self.outputs.is_score:
            return self._has_answer(after)
        rise = -self.outputs.fall(before.score, after.score)
        return (rise if self.moved >= 0 else -rise) >= MATERIAL

    def record(self, question: ScoreQuestion) -> dict[str, Any]:
        """All of it as JSON types."""
        rows = [
            {
                "photo": outcome.name,
                "before": question.record(outcome.before),
                "after": question.record(outcome.after),
                "control": None if outcome.control is None else question.record(outcome.control),
            }
            for outcome in self.photos
        ]
        moved = {"moved": round(self.moved, 6), "moved_by_control": round(self.moved_by_control, 6)}
        return {
            "finding": str(self.finding),
            **(moved if self.outputs.is_score else {}),
            "photos": rows,
            "left_out": list(self.left_out),
            "others": self.others,
            "changed": self.changed,
            "changed_by_control": self.changed_by_control,
        }


def knows(classifier: Classifier, scores: Sequence[Score], label: str = "") -> bool:
    """Whether a model knows what a photo with these scores, best first, shows.

    It has to favour one class clearly, that of the label if there is one, and find nothing strange about it.
    Of labels of which several may be true, it has to give the one that is known; a number is never wrong.
    """
    if not classifier.outputs.exclusive:
        wrong = {score.label for score in scores if not classifier.outputs.given(score.score)}
        return not label or not any(folded(one) == folded(label) for one in wrong)
    right = not label or folded(scores[0].label) == folded(label)
    return right and scores[0].score >= CLEAR and not classifier.may_know_nothing(scores)


def paste(
    probe: AreaProbe,
    photos: Sequence[Photo],
    on_progress: Progress | None = None,
    *,
    samples: Sequence[Sample] = (),
) -> Paste:
    """Paste an area into other photos, at the same place relative to their edges.

    Args:
        probe: The area, and what is asked; each photo gets the next one of its controls.
        photos: A person's own other photos.
        on_progress: Told how many pictures are done; what it raises stops the work.
        samples: Photos that are left out where the model does not know them.
    """
    prepared, outcomes, left_out = probe.question.prepared, [], []
    classifier, count = prepared.classifier, len(photos) + len(samples)
    for number, sample in enumerate((*(Sample(photo) for photo in photos), *samples)):
        x, _ = classifier.prepare(sample.photo, prepared.framing)
        logits = prepared.graph.logits(x)
        known = number < len(photos) or knows(
            classifier, classifier.scores(logits, prepared.framing), sample.label
        )
        done = PASSES * number + 1
        if on_progress is not None:
            on_progress(done, PASSES * count)
        if not known:
            left_out.append(sample.photo.name)
            continue
        pasted = [composite(x, patch, soft) for patch, soft in patches(probe, number)]
        progress = part_of(on_progress, done, PASSES * count)
        after, *control = probe.question.ask([torch.cat(pasted)], len(pasted), progress)
        outcomes.append(
            PasteOutcome(
                sample.photo.name,
                probe.question.answers(logits)[0],
                after,
                control[0] if control else None,
                pixels(classifier, pasted[0]),
            )
        )
    return Paste(tuple(outcomes), probe.question.target.index, tuple(left_out), classifier.outputs)


def patches(probe: AreaProbe, number: int) -> list[tuple[Tensor, Tensor]]:
    """The area, and one of its controls if there are any: pictures, and how much of each point is pasted.

    Args:
        probe: The area.
        number: Which of the controls; they are taken in turn.
    """
    x, controls = probe.question.prepared.x, probe.controls
    area = soft_masks(probe.mask[None], probe.edge)[0]
    if controls.moves:  # what lies under the control, moved to where the area is
        return [(x, area), (controls.moves[number % len(controls.moves)].back(x), area)]
    if len(controls.masks):
        blob = controls.masks[number % len(controls.masks)]
        return [(x, area), (x, soft_masks(blob[None], probe.edge)[0])]
    return [(x, area)]


def composite(other: Tensor, x: Tensor, soft: Tensor) -> Tensor:
    """A picture with a part of another one in it.

    Args:
        other: The picture pasted into, ``(1, 3, H, W)``.
        x: The picture pasted from, ``(1, 3, h, w)``.
        soft: How much of each point is pasted, ``(h, w)`` in [0, 1].
    """
    rows, columns = soft.any(1).nonzero().flatten(), soft.any(0).nonzero().flatten()
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    patch, share = x[:, :, top:bottom, left:right], soft[None, None, top:bottom, left:right]
    height, width = other.shape[2:]
    scale = min(1.0, height / patch.shape[2], width / patch.shape[3])
    if scale < 1:
        size = tuple(max(1, int(side * scale)) for side in patch.shape[2:])
        patch, share = (interpolate(part, size=size, mode="bilinear") for part in (patch, share))
    down = _start(top, bottom, soft.shape[0], patch.shape[2], height)
    across = _start(left, right, soft.shape[1], patch.shape[3], width)
    out = other.clone()
    part = out[:, :, down : down + patch.shape[2], across : across + patch.shape[3]]
    part += share.to(x) * (patch - part)
    return out


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def _start(first: int, last: int, side: int, length: int, other_side: int) -> int:
    """Where a span goes in a side of another length: the room before and after it in the same proportion."""
    room = side - (last - first)
    return round((first / room if room else 0.0) * (other_side - length))
