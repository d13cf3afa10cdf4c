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

from saliency.checks.fills import dilation

COUNT = 19
"""With as many, the area has to beat all of them to be among the first 5 %."""

LARGEST = 0.45  # share of the picture
_APART = 0.15  # of the side of a square of the area's size: how far apart two controls have to be, at least
_MIRRORS: tuple[tuple[int, ...], ...] = ((), (-2,), (-1,), (-2, -1))


class Kind(StrEnum):
    """What controls are made of."""

    MOVED = "moved"
    WRAPPED = "wrapped"
    BLOBS = "blobs"
    NONE = "none"


@dataclass(frozen=True)
class Move:
    """From the area to a control: mirror the picture, then shift it, wrapping at the edges."""

    mirrored: tuple[int, ...] = ()  # axes of (h, w), counted from the end
    down: int = 0
    across: int = 0

    def there(self, values: Tensor) -> Tensor:
        """Values ``(…, h, w)`` moved along."""
        return values.flip(self.mirrored).roll((self.down, self.across), (-2, -1))

    def back(self, values: Tensor) -> Tensor:
        """Undoes :meth:`there`."""
        return values.roll((-self.down, -self.across), (-2, -1)).flip(self.mirrored)


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
        seed: Where they are put; the same seed gives the same places.
    """
    r = np.random.default_rng(seed)
    taken = dilation(mask[None], edge)[0]
    for kind in (Kind.MOVED, Kind.WRAPPED):
        moves = _spread(mask.cpu().numpy(), taken.cpu().numpy(), kind, count, r)
        if moves:
            return Controls(torch.stack([move.there(mask) for move in moves]), kind, tuple(moves))
    if mask.float().mean() <= LARGEST and int(mask.sum()) <= int((~taken).sum()):
        return Controls(_blobs(mask, taken, count, r), Kind.BLOBS)
    return Controls(mask.new_zeros((0, *mask.shape)), Kind.NONE)


def _spread(
    mask: NDArray[np.bool_], taken: NDArray[np.bool_], kind: Kind, count: int, r: np.random.Generator
) -> list[Move]:
    """Moves drawn at random, no two near each other; none if there is no room for as many."""
    candidates = _free_moves(mask, taken, kind)
    if len(candidates) < count:
        return []
    candidates = candidates[r.permutation(len(candidates))[:4000]]
    least = _APART * math.sqrt(float(mask.sum()))
    wrap = np.array(mask.shape) if kind is Kind.WRAPPED else None
    distance = max(least, 0.6 * math.sqrt(len(np.unique(candidates[:, 3:], axis=0)) / count))
    while True:
        chosen = _apart(candidates, distance, count, wrap)
        if len(chosen) == count:
            return [
                Move(_MIRRORS[int(number)], int(down), int(across)) for number, down, across, *_ in chosen
            ]
        if distance <= least:
            return []
        distance = max(least, 0.8 * distance)


def _free_moves(mask: NDArray[np.bool_], taken: NDArray[np.bool_], kind: Kind) -> NDArray[np.float64]:
    """Moves that take the area to where nothing is taken.

    Returns:
        One a row: the number of the mirroring, the shift down and across, the row and column of the middle.
    """
    spectrum = np.fft.rfft2(taken.astype(np.float64))
    rows = []
    for number, axes in enumerate(_MIRRORS):
        shape = np.flip(mask, axes)
        overlap = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(shape.astype(np.float64))), s=mask.shape)
        free, middles = overlap < 0.5, []
        for axis, side in enumerate(mask.shape):
            first, last = np.flatnonzero(shape.any(1 - axis))[[0, -1]]
            shifts = np.arange(side)
            middles.append(((first + last) / 2 + shifts) % side)
            if kind is Kind.MOVED:  # nothing comes back at the other edge
                free &= np.expand_dims((last + shifts < side) | (first + shifts >= side), 1 - axis)
        down, across = np.nonzero(free)
        rows.append(
            np.stack([np.full(len(down), number), down, across, middles[0][down], middles[1][across]], 1)
        )
    return np.concatenate(rows)


def _apart(
    candidates: NDArray[np.float64], distance: float, count: int, wrap: NDArray[np.int_] | None
) -> list[NDArray[np.float64]]:
    """The first ``count`` candidates, in order, that are no nearer to each other than ``distance``."""
    chosen: list[NDArray[np.float64]] = []
    while len(candidates) and len(chosen) < count:
        chosen.append(candidates[0])
        gap = np.abs(candidates[:, 3:] - candidates[0, 3:])
        if wrap is not None:
            gap = np.minimum(gap, wrap - gap)
        candidates = candidates[np.hypot(gap[:, 0], gap[:, 1]) >= distance]
    return chosen


def _blobs(mask: Tensor, taken: Tensor, count: int, r: np.random.Generator) -> Tensor:
    """Smooth random areas of as many points outside what is taken, ``(count, h, w)``."""
    height, width = mask.shape
    grain = max(2, round(math.sqrt(mask.numel() / max(1, int(mask.sum()))) * 2))
    noise = torch.from_numpy(r.standard_normal((count, 1, grain + 2, grain + 2)))
    field = F.interpolate(noise, size=(height, width), mode="bicubic")[:, 0]
    field = field.masked_fill(taken.cpu(), -math.inf).flatten(1)
    highest = field.topk(int(mask.sum()), dim=1).indices
    blobs = torch.zeros_like(field, dtype=torch.bool).scatter_(1, highest, True)
    return blobs.view(count, height, width).to(mask.device)
