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

from saliency.checks.fills import pixels, soft_masks
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer, ScoreQuestion
from saliency.photo.reading import Photo
from saliency.progress import Progress, part_of

PASSES = 3  # for each photo


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
        return sum(outcome.after.top == self.target for outcome in self._others)

    @property
    def changed_by_control(self) -> int | None:
        """How many of those do with a control area pasted in instead; ``None`` if there was none to paste."""
        controls = [outcome.control for outcome in self._others if outcome.control is not None]
        return sum(control.top == self.target for control in controls) if controls else None

    @property
    def _others(self) -> list[PasteOutcome]:
        return [outcome for outcome in self.photos if outcome.before.top != self.target]

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
        return {
            "photos": rows,
            "others": self.others,
            "changed": self.changed,
            "changed_by_control": self.changed_by_control,
        }


def paste(probe: AreaProbe, photos: Sequence[Photo], on_progress: Progress | None = None) -> Paste:
    """Paste an area into other photos, at the same place relative to their edges.

    Args:
        probe: The area, and what is asked; each photo gets the next one of its controls.
        photos: The other photos.
        on_progress: Told how many pictures are done; what it raises stops the work.
    """
    prepared, outcomes = probe.question.prepared, []
    for number, photo in enumerate(photos):
        x, _ = prepared.classifier.prepare(photo, prepared.framing)
        pasted = [_composite(x, patch, soft) for patch, soft in _patches(probe, number)]
        progress = part_of(on_progress, PASSES * number, PASSES * len(photos))
        before, after, *control = probe.question.ask([torch.cat([x, *pasted])], 1 + len(pasted), progress)
        picture = pixels(prepared.classifier, pasted[0])
        outcomes.append(PasteOutcome(photo.name, before, after, control[0] if control else None, picture))
    return Paste(tuple(outcomes), probe.question.target.index)


def _patches(probe: AreaProbe, number: int) -> list[tuple[Tensor, Tensor]]:
    """The area, and one of its controls if there are any: pictures, and how much of each point is pasted."""
    x, controls = probe.question.prepared.x, probe.controls
    area = soft_masks(probe.mask[None], probe.edge)[0]
    if controls.moves:  # what lies under the control, moved to where the area is
        return [(x, area), (controls.moves[number % len(controls.moves)].back(x), area)]
    if len(controls.masks):
        blob = controls.masks[number % len(controls.masks)]
        return [(x, area), (x, soft_masks(blob[None], probe.edge)[0])]
    return [(x, area)]


def _composite(other: Tensor, x: Tensor, soft: Tensor) -> Tensor:
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
