"""Hot spots nobody named: places where the influence gathers in part of a class.

The influence of a photo *gathers* in a box when the box has at least three times the share that its size
would give it. What to expect by chance: every photo's map shifted around on its own, wrapping at the edges,
which keeps its shape and its grain and only takes away where it lies. Over all shifts, the chance that a
photo gathers in a box is the share of places where it does, so how many photos of a class do is a sum of
independent events whose distribution is known exactly; nothing is drawn.

Boxes of sixteen sizes are tried at every place (as in a scan statistic: Kulldorff 1997). Different spots are
told apart by how far each stands out (topological persistence, as in ``saliency.grids.likeness``): a
thing in the middle and a badge in the corner are two, the two halves of the thing are one. Spectral
clustering of whole maps (Lapuschkin 2019) finds groups of maps of any shape; what can be covered and tested
is a place, so places are what is looked for here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from scipy.stats import poisson_binom

from saliency.audit.evidence.rows import CoarseMap
from saliency.audit.json_types import optional, rounded, significant
from saliency.grids.likeness import persistent_peaks
from saliency.photo.area import Box, box_overlap

LIFT = 3.0
"""From so many times the share that its size would give it, influence gathers in a box."""

LEAST = 5
"""Photos of a class with a map, to look for hot spots at all.

With 8, a badge was missed on half of which a model still gave the right answer, as only 11 pictures were left
with the wrong one; counted on as many others, five are enough for a verdict.
"""

FEWEST = 3  # photos in which it gathers
CHANCE = 0.001
"""P-value from which a place is a hot spot to be tested.

It is not adjusted for how many boxes are tried: of 400 sets of maps that lie anywhere, 0.3 to 2.8 % (of 5 to
12 maps) have one somewhere, of 200 sets of 100 maps 14 %. What is said of a spot is counted on other photos,
where that is no matter.
"""

MOST = 4  # hot spots a class
_SIDES = (3, 4, 5, 6)  # of boxes, in cells
_LOOK = 4  # side of the box that finds where hot spots are
_APART = 0.3  # overlap as a share of the smaller box, from which two hot spots are one
_EVEN = 1e-9  # shares nearer to each other than this are equal
_PROMINENCE = 0.4  # of a hot spot's own height: how far it has to stand above the pass to a higher one

Maps = NDArray[np.float64]
"""``(n, r, c)``, each at least 0, with the sum 1."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """How a hot spot, or another candidate, was found.

    Attributes:
        gathered: Photos in which the influence gathers there, or that have the property.
        pictures: Photos it was looked for in.
        by_chance: In how many it would, on average; how many would have it, were they as others.
        p_value: The chance of as many or more; of a property, that of the rank test.
        auc: How often one of them has more of the property (or less, if that is what it is) than a photo with
            another guess, in [0.5, 1]; ``None`` of a hot spot.
    """

    gathered: int
    pictures: int
    by_chance: float = rounded(2)
    p_value: float = significant(3)
    auc: float | None = optional()


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A place where the influence gathers: a box, in shares of the photo, and how it was found."""

    box: Box
    discovery: Discovery

    @property
    def key(self) -> str:
        """The box as text."""
        return box_key(self.box)


@dataclass(frozen=True, slots=True)
class AverageMap:
    """The mean map of a class, as shares of its influence, beside what it were with every map shifted.

    Attributes:
        cells: The mean map, ``(r, c)``, with the sum 1.
        by_chance: The value of every cell of an even map.
        standard_error_by_chance: Standard deviation of each cell were every map shifted at random.
        peak_in_standard_errors: How far the highest cell is above an even map, in such deviations.
    """

    cells: tuple[tuple[float, ...], ...]
    by_chance: float = rounded(6)
    standard_error_by_chance: float = rounded(6)
    peak_in_standard_errors: float = rounded(2)


def box_key(box: Box) -> str:
    """A hot spot's box as text, by which what covering it did is kept."""
    return ",".join(f"{value:.4f}" for value in box)


def influence_shares(coarse_maps: Sequence[CoarseMap]) -> Maps:
    """Maps ``(r, c)`` as shares of their influence, ``(n, r, c)``."""
    stacked = np.stack(coarse_maps).astype(np.float64)
    return np.asarray(stacked / stacked.sum((1, 2), keepdims=True))


def average_map(coarse_maps: Iterable[CoarseMap]) -> AverageMap:
    """The mean map; shifted at random, a cell has each value of its map with the same chance."""
    total, variance, count = np.zeros(()), 0.0, 0
    for coarse_map in coarse_maps:
        (shares,) = influence_shares([coarse_map])
        total, variance, count = total + shares, variance + float(shares.var()), count + 1
    mean, error = total / count, float(np.sqrt(variance)) / count
    peak = float(mean.max() - mean.mean()) / error if error else 0.0
    cells = tuple(tuple(round(value, 6) for value in row) for row in mean.tolist())
    return AverageMap(cells, 1 / mean.size, error, peak)


def gathers(maps: Maps, box: Box) -> NDArray[np.bool_]:
    """In which maps the influence gathers in a box of whole cells, ``(n,)``."""
    height, width = maps.shape[1:]
    left, right = round(box[0] * width), round((box[0] + box[2]) * width)
    top, bottom = round(box[1] * height), round((box[1] + box[3]) * height)
    share = maps[:, top:bottom, left:right].sum((1, 2))
    needed = LIFT * (bottom - top) * (right - left) / (height * width)
    return np.asarray(share >= needed - _EVEN)


def hot_spots(maps: Maps) -> list[HotSpot]:
    """The hot spots of a class, those that stand out most first; none of too few maps."""
    if len(maps) < LEAST:
        return []
    excess = _inside(_excess(maps, _LOOK, _LOOK), _LOOK, _LOOK)
    field = np.maximum(0, excess).sum(0)  # how much gathers in a box of one size at each place, over all maps
    spots: list[HotSpot] = []
    for (y, x), prominence in persistent_peaks(field):
        gathering = excess[:, y, x] >= -_EVEN
        if len(spots) < MOST and prominence > _PROMINENCE * field[y, x] and int(gathering.sum()) >= FEWEST:
            spot = _hot_spot(maps, *_best_box(maps[gathering], y, x))
            apart = all(box_overlap(spot.box, before.box) < _APART for before in spots)
            if spot.discovery.p_value <= CHANCE and apart:
                spots.append(spot)
    return spots


def _best_box(maps: Maps, y: int, x: int) -> tuple[int, int, int, int]:
    """Top, left, height and width of the box around a place that holds most beyond three times its share.

    The maps are those that gather at the place, so its edges are where the influence falls below that.
    """
    boxes: list[tuple[float, int, int, int, int]] = []
    for height, width in product(_SIDES, _SIDES):
        mean = _inside(_excess(maps, height, width), height, width).mean(0)
        for top, left in np.ndindex(*mean.shape):
            middle = (top + height / 2 - y - _LOOK / 2, left + width / 2 - x - _LOOK / 2)
            if max(map(abs, middle)) <= _LOOK / 2:
                boxes.append((float(mean[top, left]), height, width, top, left))
    _, height, width, top, left = max(boxes)
    return top, left, height, width


def _hot_spot(maps: Maps, top: int, left: int, height: int, width: int) -> HotSpot:
    """A box beside what is to be expected of it by chance."""
    rows, columns = maps.shape[1:]
    gathering = _excess(maps, height, width) >= -_EVEN
    chances, hits, count = gathering.mean((1, 2)), int(gathering[:, top, left].sum()), len(maps)
    # a sum of probabilities, as 1 less the rest is not exact where it is next to 0
    p_value = min(1.0, float(poisson_binom.pmf(range(hits, count + 1), chances).sum()))
    box = (left / columns, top / rows, width / columns, height / rows)
    return HotSpot(box, Discovery(hits, count, float(chances.sum()), p_value))


def _excess(maps: Maps, height: int, width: int) -> Maps:
    """How much more than three times its share the box from each cell on has, wrapping, ``(n, r, c)``."""
    first = (-(height // 2), -(width // 2))
    share = (
        uniform_filter(maps, (height, width), axes=(1, 2), origin=first, mode="wrap") - LIFT / maps[0].size
    )
    return np.asarray(height * width * share)


def _inside(values: Maps, height: int, width: int) -> Maps:
    """The places at which a box lies in the photo."""
    return values[:, : values.shape[1] - height + 1, : values.shape[2] - width + 1]
