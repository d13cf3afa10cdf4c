"""Hot spots nobody named: places where the influence gathers in part of a class.

The influence of a photo *gathers* in a box when the box has at least three times the share that its size
would give it. What to expect by chance: every photo's map shifted around on its own, wrapping at the edges,
which keeps its shape and its grain and only takes away where it lies. Over all shifts, the chance that a photo
gathers in a box is the share of places where it does, so how many photos of a class do is a sum of
independent events whose distribution is known exactly; nothing is drawn.

Boxes of sixteen sizes are tried at every place (a scan statistic: Kulldorff 1997), and the best p-value is
multiplied by how many there are. Different spots are told apart by how far each stands out (topological
persistence, as in ``saliency.suggestions``): a thing in the middle and a badge in the corner are two, the
two halves of the thing are one. Spectral clustering of whole maps (Lapuschkin 2019) finds groups of maps of
any shape; what can be covered and tested is a place, so places are what is looked for here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from saliency.area import Box
from saliency.audit.job import Cells
from saliency.audit.statistics import how_many
from saliency.suggestions import persistent

LIFT = 3.0
"""From so many times the share that its size would give it, influence gathers in a box."""

LEAST = 8  # photos of a class with a map, to look for spots at all
FEWEST = 3  # photos in which it gathers
CHANCE = 0.01  # p-value of a spot, times how many boxes are tried
MOST = 4  # spots a class
_SIDES = (3, 4, 5, 6)  # of boxes, in cells
_LOOK = 4  # side of the box that finds where spots are
_APART = 0.3  # overlap as a share of the smaller box, from which two spots are one
_STANDS_OUT = 0.4  # of a spot's own height: how far it has to stand above the pass to a higher one

Maps = NDArray[np.float64]
"""``(n, r, c)``, each at least 0, with the sum 1."""


@dataclass(frozen=True)
class Spot:
    """A place where the influence gathers.

    Attributes:
        box: It, in shares of the photo.
        hits: Photos in which it does.
        count: Photos it was looked for in.
        by_chance: In how many it would, on average.
        p_value: Of as many, times how many boxes were tried.
    """

    box: Box
    hits: int
    count: int
    by_chance: float
    p_value: float

    @property
    def key(self) -> str:
        """The box as text."""
        return ",".join(f"{value:.4f}" for value in self.box)


@dataclass(frozen=True, eq=False)
class Average:
    """The mean map of a class beside its null.

    Attributes:
        mean: ``(r, c)``, with the sum 1.
        error: Standard deviation of each of its cells were every map shifted at random.
        peak: The highest cell, in such standard deviations above an even map.
    """

    mean: Maps
    error: float
    peak: float


def normal(cells: Sequence[Cells]) -> Maps:
    """Maps as shares of influence."""
    stacked = np.stack(cells).astype(np.float64)
    return np.asarray(stacked / stacked.sum((1, 2), keepdims=True))


def average(maps: Maps) -> Average:
    """The mean map; shifted at random, a cell has each value of its map with the same chance."""
    mean = maps.mean(0)
    error = float(np.sqrt(maps.var((1, 2)).sum())) / len(maps)
    return Average(mean, error, float(mean.max() - mean.mean()) / error if error else 0.0)


def gathers(maps: Maps, box: Box) -> NDArray[np.bool_]:
    """In which maps the influence gathers in a box of whole cells, ``(n,)``."""
    height, width = maps.shape[1:]
    left, right = round(box[0] * width), round((box[0] + box[2]) * width)
    top, bottom = round(box[1] * height), round((box[1] + box[3]) * height)
    share = maps[:, top:bottom, left:right].sum((1, 2))
    needed = LIFT * (bottom - top) * (right - left) / (height * width)
    return np.asarray(share >= needed - 1e-12)


def spots(maps: Maps) -> list[Spot]:
    """The spots of a class, those that stand out most first; none of too few maps."""
    if len(maps) < LEAST:
        return []
    scan = _Scan(maps)
    field = scan.hits(_LOOK, _LOOK).astype(np.float64)
    found: list[Spot] = []
    for (y, x), lasting in persistent(field):
        if len(found) == MOST or lasting < _STANDS_OUT * field[y, x] or field[y, x] < FEWEST:
            continue
        spot = scan.best(y, x)
        if spot.p_value <= CHANCE and all(overlap(spot.box, other.box) < _APART for other in found):
            found.append(spot)
    return found


def overlap(one: Box, other: Box) -> float:
    """What two boxes share, as a share of the smaller one."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down) / min(one[2] * one[3], other[2] * other[3])


@dataclass(frozen=True, eq=False)
class _Scan:
    """Boxes of all sizes at all places over the maps of a class."""

    maps: Maps

    @cached_property
    def sums(self) -> Maps:
        """Sums over all rows and columns before, of the maps laid out twice, so that boxes may wrap."""
        edge = max(_SIDES) - 1
        wrapped = np.pad(self.maps, ((0, 0), (0, edge), (0, edge)), "wrap")
        return np.pad(wrapped.cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))

    def _gathered(self, height: int, width: int) -> NDArray[np.bool_]:
        """In which maps the influence gathers in a box at each place, wrapping, ``(n, r, c)``."""
        rows, columns = self.maps.shape[1:]
        s = self.sums
        share = (
            s[:, height : rows + height, width : columns + width]
            - s[:, :rows, width : columns + width]
            - s[:, height : rows + height, :columns]
            + s[:, :rows, :columns]
        )
        return np.asarray(share >= LIFT * height * width / (rows * columns) - 1e-9)

    def hits(self, height: int, width: int) -> NDArray[np.int_]:
        """In how many maps the influence gathers in a box at each place inside the photo."""
        rows, columns = self.maps.shape[1:]
        inside = self._gathered(height, width)[:, : rows - height + 1, : columns - width + 1]
        return np.asarray(inside.sum(0))

    @cached_property
    def sizes(self) -> dict[tuple[int, int], tuple[NDArray[np.int_], NDArray[np.float64], float]]:
        """A size: hits at each place, the chance of so many or more by their number, the number by chance."""
        found = {}
        for height in _SIDES:
            for width in _SIDES:
                chances = self._gathered(height, width).mean((1, 2))
                tail = np.minimum(1.0, how_many(chances)[::-1].cumsum()[::-1])
                found[height, width] = (self.hits(height, width), tail, float(chances.sum()))
        return found

    def best(self, y: int, x: int) -> Spot:
        """The box around a place of the field that is least likely by chance; of equal ones, the tightest."""
        tried = sum(hits.size for hits, _, _ in self.sizes.values())
        rows, columns = self.maps.shape[1:]
        middle = (y + _LOOK / 2, x + _LOOK / 2)
        best: tuple[float, float, Spot] | None = None
        for (height, width), (hits, tail, expected) in self.sizes.items():
            for top, left in np.ndindex(*hits.shape):
                near = abs(top + height / 2 - middle[0]) <= 1 and abs(left + width / 2 - middle[1]) <= 1
                if not near:
                    continue
                count = int(hits[top, left])
                p_value = float(min(1.0, tail[count] * tried))
                box = (left / columns, top / rows, width / columns, height / rows)
                order = (-_surprise(count, expected, len(self.maps)), float(height * width))
                if best is None or order < best[:2]:
                    best = (*order, Spot(box, count, len(self.maps), expected, p_value))
        assert best is not None
        return best[2]


def _surprise(hits: int, expected: float, count: int) -> float:
    """How far a number of hits lies above what is expected, in bits a photo; never underflows."""
    share, chance = min(max(hits / count, 1e-9), 1 - 1e-9), min(max(expected / count, 1e-9), 1 - 1e-9)
    if share <= chance:
        return 0.0
    return float(share * np.log(share / chance) + (1 - share) * np.log((1 - share) / (1 - chance)))
