"""What maps on grids of cells have in common: means of cells, strongest cells, ranks, likeness, peaks.

All of it holds for any map ``(h, w)``, whatever method, model or photo it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

CELLS = 16
"""Cells a side, at most, on which maps are compared."""

STRONGEST = 0.2
"""Share of the cells that is called the strongest part of a map."""

_SHIFTS = 8  # along each side
_NOISE = 1e-6  # of the strongest cell: what is below is rounding, not influence

Cell = tuple[int, int]
"""Row and column."""


def in_cells(maps: Tensor) -> Tensor:
    """Maps ``(B, h, w)`` as means of at most 16 × 16 cells, ``(B, r, c)``."""
    height, width = (min(side, CELLS) for side in maps.shape[1:])
    return adaptive_avg_pool2d(maps[:, None], (height, width))[:, 0]


def strongest_cells(cells: Tensor) -> Tensor:
    """The strongest fifth of cells ``(r, c)``, a mask without those that are no more than rounding."""
    values = cells.flatten()
    order = values.argsort(descending=True, stable=True)
    mask = torch.zeros_like(values, dtype=torch.bool)
    mask[order[: max(1, round(STRONGEST * len(values)))]] = True
    return (mask & (values > _NOISE * values.max().clamp(min=0))).view(cells.shape)


def overlap(first: Tensor, second: Tensor) -> float:
    """What is in both masks, as a share of what is in either (Jaccard index); 0 if both are empty."""
    either = int((first | second).sum())
    return int((first & second).sum()) / either if either else 0.0


def ranks(values: Tensor) -> Tensor:
    """Ranks from 1 on of all values, in float64 and of their shape; equal ones share the mean of theirs."""
    _, places, counts = np.unique(values.cpu().numpy(), return_inverse=True, return_counts=True)
    mean_ranks = counts.cumsum() - (counts - 1) / 2
    return torch.from_numpy(mean_ranks[places].reshape(values.shape))


def likeness(first: Tensor, second: Tensor) -> float:
    """Spearman's rank correlation of two maps ``(h, w)`` on at most 16 × 16 cells; 0 for an even map."""
    cells = [in_cells(values[None]).cpu().double().flatten() for values in (first, second)]
    if any((values == values[0]).all() for values in cells):
        return 0.0
    return float(np.corrcoef(ranks(cells[0]), ranks(cells[1]))[0, 1])


def displacements(grid: Tensor) -> Iterator[Tensor]:
    """The grid ``(h, w)`` as it is, then shifted around and mirrored in all other of 4 · 8 · 8 ways."""
    height, width = grid.shape
    for axes in ((), (0,), (1,), (0, 1)):
        mirrored = grid.flip(axes) if axes else grid
        for down in sorted({height * step // _SHIFTS for step in range(_SHIFTS)}):
            for across in sorted({width * step // _SHIFTS for step in range(_SHIFTS)}):
                yield mirrored.roll((down, across), (0, 1))


def persistent_peaks(field: NDArray[np.float64]) -> list[tuple[Cell, float]]:
    """Peaks of a field ``(h, w)`` and how far each stands above the pass to a higher one, farthest first.

    This is their topological persistence (Edelsbrunner 2002). The highest peak stands above 0.
    """
    height, width = field.shape
    padded_width = width + 2  # a ring of cells around the field, which no peak ever owns
    order = np.argsort(-field, axis=None, kind="stable")
    rows, columns = np.divmod(order, width)
    positions = (rows + 1) * padded_width + columns + 1
    neighbours = tuple(down * padded_width + across for down in (-1, 0, 1) for across in (-1, 0, 1))
    owner = [-1] * ((height + 2) * padded_width)
    values = field.ravel().tolist()
    higher: dict[int, int] = {}  # each peak's own number, or that of the higher peak it has joined
    persistence: dict[int, float] = {}

    def summit(peak: int) -> int:
        while higher[peak] != peak:
            peak = higher[peak]
        return peak

    for cell, position in zip(order.tolist(), positions.tolist(), strict=True):
        owners = {owner[position + step] for step in neighbours} - {-1}
        summits = {summit(peak) for peak in owners}
        if not summits:
            higher[cell], persistence[cell], owner[position] = cell, values[cell], cell
            continue
        highest = min(summits, key=lambda peak: (-values[peak], peak)) if len(summits) > 1 else summits.pop()
        owner[position] = highest
        for lower in summits - {highest}:
            higher[lower] = highest
            persistence[lower] = values[lower] - values[cell]
    peaks = [(divmod(cell, width), stands_out) for cell, stands_out in persistence.items()]
    return sorted(peaks, key=lambda peak: (-peak[1], peak[0]))
