"""Hot spots nobody named: places where the influence gathers in part of a class.

The influence of a photo *gathers* in a box when the box has at least three times the share that its size
would give it. What to expect by chance: every photo's map shifted around on its own, wrapping at the edges,
which keeps its shape and its grain and only takes away where it lies. Over all shifts, the chance that a
photo gathers in a box is the share of places where it does, so how many photos of a class do is a sum of
independent events whose distribution is known exactly; nothing is drawn.

Boxes of sixteen sizes are tried at every place (as in a scan statistic: Kulldorff 1997). Different spots are
told apart by how far each stands out (topological persistence, as in ``saliency.checks.suggestions``): a
thing in the middle and a badge in the corner are two, the two halves of the thing are one. Spectral
clustering of whole maps (Lapuschkin 2019) finds groups of maps of any shape; what can be covered and tested
is a place, so places are what is looked for here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from saliency.audit.evidence.statistics import how_many
from saliency.audit.job import Cells
from saliency.checks.suggestions import persistent
from saliency.photo.area import Box

LIFT = 3.0
"""From so many times the share that its size would give it, influence gathers in a box."""

LEAST = 5
"""Photos of a class with a map, to look for spots at all.

With 8, a badge was missed on half of which a model still gave the right answer, as only 11 pictures were left
with the wrong one; counted on as many others, five are enough for a verdict.
"""

FEWEST = 3  # photos in which it gathers
CHANCE = 0.001
"""P-value from which a place is a spot to be tested.

It is not adjusted for how many boxes are tried: of 400 sets of maps that lie anywhere, 0.3 to 2.8 % (of 5 to
12 maps) have one somewhere, of 200 sets of 100 maps 14 %. What is said of a spot is counted on other photos,
where that is no matter.
"""

MOST = 4  # spots a class
_SIDES = (3, 4, 5, 6)  # of boxes, in cells
_LOOK = 4  # side of the box that finds where spots are
_APART = 0.3  # overlap as a share of the smaller box, from which two spots are one
_EVEN = 1e-9  # shares nearer to each other than this are equal
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
        p_value: Of as many or more.
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


def average(cells: Iterable[Cells]) -> Average:
    """The mean map; shifted at random, a cell has each value of its map with the same chance."""
    total, variance, count = np.zeros(()), 0.0, 0
    for one in cells:
        (shares,) = normal([one])
        total, variance, count = total + shares, variance + float(shares.var()), count + 1
    mean, error = total / count, float(np.sqrt(variance)) / count
    return Average(mean, error, float(mean.max() - mean.mean()) / error if error else 0.0)


def gathers(maps: Maps, box: Box) -> NDArray[np.bool_]:
    """In which maps the influence gathers in a box of whole cells, ``(n,)``."""
    height, width = maps.shape[1:]
    left, right = round(box[0] * width), round((box[0] + box[2]) * width)
    top, bottom = round(box[1] * height), round((box[1] + box[3]) * height)
    share = maps[:, top:bottom, left:right].sum((1, 2))
    needed = LIFT * (bottom - top) * (right - left) / (height * width)
    return np.asarray(share >= needed - _EVEN)


def spots(maps: Maps) -> list[Spot]:
    """The spots of a class, those that stand out most first; none of too few maps."""
    if len(maps) < LEAST:
        return []
    scan = _Scan(maps)
    field = scan.field
    found: list[Spot] = []
    for (y, x), lasting in persistent(field):
        if len(found) == MOST or lasting <= _STANDS_OUT * field[y, x]:
            continue
        spot = scan.best(y, x)
        if (
            spot is not None
            and spot.p_value <= CHANCE
            and all(overlap(spot.box, other.box) < _APART for other in found)
        ):
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

    def excess(self, height: int, width: int) -> Maps:
        """By how much more than three times its share a box has at each place, wrapping, ``(n, r, c)``."""
        rows, columns = self.maps.shape[1:]
        s = self.sums
        share = (
            s[:, height : rows + height, width : columns + width]
            - s[:, :rows, width : columns + width]
            - s[:, height : rows + height, :columns]
            + s[:, :rows, :columns]
        )
        return np.asarray(share - LIFT * height * width / (rows * columns))

    def inside(self, values: Maps, height: int, width: int) -> Maps:
        """The places that lie in the photo."""
        rows, columns = self.maps.shape[1:]
        return values[:, : rows - height + 1, : columns - width + 1]

    @property
    def field(self) -> Maps:
        """How much influence gathers in a box of one size at each place, over all maps."""
        return np.asarray(np.maximum(0, self.inside(self.excess(_LOOK, _LOOK), _LOOK, _LOOK)).sum(0))

    def best(self, y: int, x: int) -> Spot | None:
        """The box around a place of the field that holds most beyond three times its share.

        Of the maps that gather at the place; so its edges are where the influence falls below that.
        """
        rows, columns = self.maps.shape[1:]
        there = self.inside(self.excess(_LOOK, _LOOK), _LOOK, _LOOK)[:, y, x] >= -_EVEN
        if int(there.sum()) < FEWEST:
            return None
        best: tuple[float, int, int, int, int] | None = None
        for height, width in product(_SIDES, _SIDES):
            mean = self.inside(self.excess(height, width)[there], height, width).mean(0)
            for top, left in np.ndindex(*mean.shape):
                middle = (top + height / 2 - y - _LOOK / 2, left + width / 2 - x - _LOOK / 2)
                if max(map(abs, middle)) <= _LOOK / 2:
                    best = max(best or (-1.0, 0, 0, 0, 0), (float(mean[top, left]), height, width, top, left))
        assert best is not None
        _, height, width, top, left = best
        box = (left / columns, top / rows, width / columns, height / rows)
        return self._tested(box, height, width, top, left)

    def _tested(self, box: Box, height: int, width: int, top: int, left: int) -> Spot:
        """A box beside what is to be expected of it by chance."""
        gathered = self.excess(height, width) >= -_EVEN
        chances, hits = gathered.mean((1, 2)), int(gathered[:, top, left].sum())
        p_value = min(1.0, float(how_many(chances)[hits:].sum()))
        return Spot(box, hits, len(self.maps), float(chances.sum()), p_value)
