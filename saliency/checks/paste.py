"""Paste a marked area into other photos: how many of them change to this class?

A badge or a watermark that carries the guess takes it along. Beside it, a control area of the same size from
the same photo is pasted at the same place, as pasting anything may change a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.checks.controls import Controls
from saliency.checks.fills import edge_of, pixels, softened
from saliency.checks.question import Answer, ScoreQuestion
from saliency.photo.reading import Photo
from saliency.progress import Progress, part_of

PASSES = 3  # a photo


@dataclass(frozen=True, eq=False)
class PasteOutcome:
    """One other photo.

    Attributes:
        name: Its name.
        before: What the model says to it.
        after: What it says with the area pasted in.
        control: What it says with a control area pasted in instead; ``None`` if there is none.
        picture: What the model received with the area pasted in, ``(h, w, 3)`` uint8.
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
        photos: One for each photo.
        target: Index of the class asked for.
    """

    photos: tuple[PasteOutcome, ...]
    target: int

    @property
    def others(self) -> int:
        """How many photos the model had given another class, so that they can change to this one."""
        return len(self._others)

    @property
    def changed(self) -> int:
        """How many of those change to this class."""
        return sum(one.after.top == self.target for one in self._others)

    @property
    def changed_by_control(self) -> int | None:
        """How many of those do with a control area pasted in instead; ``None`` if there was none to paste."""
        controls = [one.control for one in self._others]
        return sum(one is not None and one.top == self.target for one in controls) if any(controls) else None

    @property
    def _others(self) -> list[PasteOutcome]:
        return [one for one in self.photos if one.before.top != self.target]

    def record(self, question: ScoreQuestion) -> dict[str, Any]:
        """As JSON types."""
        rows = [
            {
                "photo": one.name,
                "before": question.row(one.before),
                "after": question.row(one.after),
                "control": None if one.control is None else question.row(one.control),
            }
            for one in self.photos
        ]
        return {
            "photos": rows,
            "others": self.others,
            "changed": self.changed,
            "changed_by_control": self.changed_by_control,
        }


def paste(
    question: ScoreQuestion,
    mask: Tensor,
    photos: Sequence[Photo],
    elsewhere: Controls,
    *,
    edge: int | None = None,
    on_progress: Progress | None = None,
) -> Paste:
    """Paste an area into other photos, at the same place relative to their edges.

    Args:
        question: What is asked.
        mask: The area on what the model received, ``(h, w)`` bool.
        photos: The other photos.
        elsewhere: Controls for the area; each photo gets the next one.
        edge: Width in points of its soft edge; ``None``: as for a box.
        on_progress: Told how many pictures are done; what it raises stops the work.
    """
    prepared = question.prepared
    edge = edge_of(prepared.x) if edge is None else edge
    soft = softened(mask[None], edge)[0]
    done, total, found = 0, PASSES * len(photos), []
    for number, photo in enumerate(photos):
        other, _ = prepared.classifier.prepare(photo, prepared.framing)
        shown = [other, _pasted(other, prepared.x, soft)]
        if elsewhere.moves:
            move = elsewhere.moves[number % len(elsewhere.moves)]
            shown.append(_pasted(other, move.back(prepared.x), soft))
        elif len(elsewhere.masks):
            blob = softened(elsewhere.masks[number % len(elsewhere.masks)][None], edge)[0]
            shown.append(_pasted(other, prepared.x, blob))
        answers = question.ask([torch.cat(shown)], len(shown), part_of(on_progress, done, total))
        done += PASSES
        control = answers[2] if len(answers) > 2 else None
        picture = pixels(prepared.classifier, shown[1])
        found.append(PasteOutcome(photo.name, answers[0], answers[1], control, picture))
    return Paste(tuple(found), question.target.index)


def _pasted(other: Tensor, x: Tensor, soft: Tensor) -> Tensor:
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


def _start(first: int, last: int, side: int, length: int, other_side: int) -> int:
    """Where a span goes in a side of another length: the room before and after it in the same proportion."""
    room = side - (last - first)
    return round((first / room if room else 0.0) * (other_side - length))
