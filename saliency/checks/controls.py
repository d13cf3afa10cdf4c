"""Control areas: as large as the area tested and of its shape, but elsewhere in the same picture.

Covering anything may lower a score. Only if covering equal areas elsewhere lowers it less does the area stand
out. Where to put them, first that works:

* *moved*: the area itself, mirrored or not, at other places inside what the model received;
* *wrapped*: the same, where what leaves the picture at one edge comes back at the other. A thing in the
  middle of the picture that covers a fifth of it fits nowhere else as a whole;
* *blobs*: smooth random areas of the same number of points. For things of a quarter and more there is no
  room for their shape;
* none: an area of more than 45 % has no equal outside it.

No control overlaps the area, nor does the soft edge of one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from saliency.checks.fills import widened

COUNT = 19
"""With as many, the area has to beat all of them to be among the first 5 %."""

LARGEST = 0.45  # share of the picture
_APART = 0.15  # of the side of a square of the area's size: how far apart two controls have to be, at least


class Kind(StrEnum):
    """What controls are made of."""

    MOVED = "moved"
    WRAPPED = "wrapped"
    BLOBS = "blobs"
    NONE = "none"


@dataclass(frozen=True)
class Move:
    """From the area to a control: mirror the picture, then shift it, wrapping at the edges."""

    mirrored: tuple[int, ...] = ()  # axes of (h, w)
    down: int = 0
    across: int = 0

    def there(self, values: Tensor) -> Tensor:
        """Values ``(…, h, w)`` moved along."""
        axes = [axis - 2 for axis in self.mirrored]
        flipped = values.flip(axes) if axes else values
        return flipped.roll((self.down, self.across), (-2, -1))

    def back(self, values: Tensor) -> Tensor:
        """Undoes :meth:`there`."""
        axes = [axis - 2 for axis in self.mirrored]
        unrolled = values.roll((-self.down, -self.across), (-2, -1))
        return unrolled.flip(axes) if axes else unrolled


@dataclass(frozen=True, eq=False)
class Controls:
    """Control areas.

    Attributes:
        masks: ``(n, h, w)`` bool.
        kind: What they are made of.
        moves: How each came from the area; empty for blobs.
    """

    masks: Tensor
    kind: Kind
    moves: tuple[Move, ...] = ()


def controls(mask: Tensor, edge: int = 0, *, count: int = COUNT, seed: int = 0) -> Controls:
    """Areas of the same size elsewhere.

    Args:
        mask: The area on what the model received, ``(h, w)`` bool.
        edge: How many points they stay away from it.
        count: How many; none are returned if there is no room for as many.
        seed: Of where they are put.
    """
    r = np.random.default_rng(seed)
    taken = widened(mask[None], edge)[0]
    free = _free(mask, taken)
    for kind in (Kind.MOVED, Kind.WRAPPED):
        moves = _spread(mask, free, kind, count, r)
        if moves is not None:
            return Controls(torch.stack([move.there(mask) for move in moves]), kind, tuple(moves))
    if mask.float().mean() <= LARGEST and int(mask.sum()) <= int((~taken).sum()):
        return Controls(_blobs(mask, taken, count, r), Kind.BLOBS)
    return Controls(mask.new_zeros((0, *mask.shape)), Kind.NONE)


_MIRRORS: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (0, 1))


def _free(mask: Tensor, taken: Tensor) -> list[NDArray[np.bool_]]:
    """For each mirroring, the shifts ``(h, w)`` at which the area meets nothing taken, wrapping."""
    area = mask.double().cpu().numpy()
    seen = np.fft.rfft2(taken.double().cpu().numpy())
    found = []
    for axes in _MIRRORS:
        moved = np.flip(area, axes) if axes else area
        overlap = np.fft.irfft2(seen * np.conj(np.fft.rfft2(moved)), s=area.shape)
        found.append(overlap < 0.5)
    return found


def _spread(
    mask: Tensor, free: list[NDArray[np.bool_]], kind: Kind, count: int, r: np.random.Generator
) -> list[Move] | None:
    """Moves drawn at random, no two near each other; ``None`` if there is no room."""
    height, width = mask.shape
    places = []
    for number, (axes, allowed) in enumerate(zip(_MIRRORS, free, strict=True)):
        shape = mask.cpu().numpy()
        shape = np.flip(shape, axes) if axes else shape
        middle, inside = _extent(shape, allowed.shape)
        down, across = np.nonzero(allowed & inside if kind is Kind.MOVED else allowed)
        y, x = (middle[0] + down) % height, (middle[1] + across) % width
        places.append(np.stack([np.full(len(down), number), down, across, y, x], 1))
    candidates = np.concatenate(places)
    if len(candidates) < count:
        return None
    candidates = candidates[r.permutation(len(candidates))[:4000]]
    apart = _APART * math.sqrt(float(mask.sum()))
    wrap = np.array([height, width]) if kind is Kind.WRAPPED else None
    distance = max(apart, 0.6 * math.sqrt(len(np.unique(candidates[:, 3:], axis=0)) / count))
    while True:
        chosen = _apart(candidates, distance, count, wrap)
        if len(chosen) == count:
            return [Move(_MIRRORS[int(n)], int(down), int(across)) for n, down, across, _, _ in chosen]
        if distance <= apart:
            return None
        distance = max(apart, 0.8 * distance)


def _extent(
    shape: NDArray[np.bool_], frame: tuple[int, ...]
) -> tuple[tuple[float, float], NDArray[np.bool_]]:
    """Middle of a shape ``(h, w)``, and the shifts ``(h, w)`` that keep all of it inside the frame."""
    middle, kept = [], []
    for axis, side in enumerate(frame):
        there = np.flatnonzero(shape.any(1 - axis))
        first, last = int(there[0]), int(there[-1])
        middle.append((first + last) / 2)
        shifts = np.arange(side)
        signed = np.where(shifts < side - last, shifts, shifts - side)
        kept.append((first + signed >= 0) & (last + signed < side))
    return (middle[0], middle[1]), kept[0][:, None] & kept[1]


def _apart(
    candidates: NDArray[np.float64], distance: float, count: int, wrap: NDArray[np.int_] | None
) -> list[NDArray[np.float64]]:
    """The first ``count`` candidates, in order, that are no nearer to each other than ``distance``."""
    chosen: list[NDArray[np.float64]] = []
    left = candidates
    while len(left) and len(chosen) < count:
        chosen.append(left[0])
        gap = np.abs(left[:, 3:] - left[0, 3:])
        if wrap is not None:
            gap = np.minimum(gap, wrap - gap)
        left = left[np.hypot(gap[:, 0], gap[:, 1]) >= distance]
    return chosen


def _blobs(mask: Tensor, taken: Tensor, count: int, r: np.random.Generator) -> Tensor:
    """Smooth random areas of as many points outside what is taken, ``(count, h, w)``."""
    height, width = mask.shape
    grain = max(2, round(math.sqrt(mask.numel() / max(1, int(mask.sum()))) * 2))
    noise = torch.from_numpy(r.standard_normal((count, 1, grain + 2, grain + 2)))
    field = F.interpolate(noise, size=(height, width), mode="bicubic")[:, 0]
    field = field.masked_fill(taken.cpu(), -math.inf).flatten(1)
    chosen = field.topk(int(mask.sum()), dim=1).indices
    out = torch.zeros_like(field, dtype=torch.bool).scatter_(1, chosen, True)
    return out.view(count, height, width).to(mask.device)
