"""The strongest spots of one photo's map: where each is, and what it looks like to the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from saliency.audit.evidence.hot_spots import influence_shares
from saliency.audit.evidence.rows import CoarseMap
from saliency.audit.evidence.things.appearance import Appearance
from saliency.grids.likeness import CELLS, persistent_peaks
from saliency.photo.area import Box, box_overlap
from saliency.prepared_photo import PreparedPhoto

MOST = 3
"""Spots of a photo."""

LIFT = 2.0
"""From so many times the share that its size would give it, the influence lies on a spot.

With 3, as for hot spots, most photos under a model whose maps are broad had none.
"""

_SIDES = (2, 3, 4, 5, 6)  # of boxes, in cells
_APART = 0.3  # overlap as a share of the smaller box, from which two spots are one
_PROMINENCE = 0.25  # of the strongest cell: how far a spot has to stand above the pass to a higher one
_CELL = 4  # bytes of a spot's place
_LARGEST = 65504.0  # of float16

_CellBox = tuple[int, int, int, int]  # top, left, height and width


@dataclass(frozen=True, eq=False)
class PhotoSpots:
    """The strongest spots of a photo's map.

    Attributes:
        boxes: Where they are, the one that stands out most first; at most three.
        vectors: What they look like, ``(n, c)`` float16.
        whole: What the photo looks like on average, ``(c,)`` float16.
    """

    boxes: tuple[Box, ...]
    vectors: NDArray[np.float16]
    whole: NDArray[np.float16]

    def to_bytes(self) -> bytes:
        """As a job keeps them: how many, their places in cells, and the vectors, the photo's own first."""
        places = np.rint(np.asarray(self.boxes).reshape(-1, _CELL) * CELLS).astype(np.uint8)
        vectors = np.concatenate([self.whole[None], self.vectors]).astype("<f2")
        return b"".join((bytes([len(places)]), places.tobytes(), vectors.tobytes()))

    @classmethod
    def from_bytes(cls, data: bytes) -> PhotoSpots:
        """As :meth:`to_bytes` gives them.

        Raises:
            ValueError: They are not.
        """
        count, start = data[0], 1 + _CELL * data[0]
        places = np.frombuffer(data[1:start], np.uint8).reshape(count, _CELL) / CELLS
        boxes = tuple((left, top, width, height) for left, top, width, height in places.tolist())
        described = np.frombuffer(data[start:], "<f2").reshape(1 + count, -1)
        return cls(boxes, described[1:], described[0])


def kept_spots(coarse_map: CoarseMap | None, prepared: PreparedPhoto) -> bytes | None:
    """The strongest spots of a photo's map as a job keeps them; ``None`` without a map."""
    return None if coarse_map is None else photo_spots(coarse_map, Appearance.of(prepared)).to_bytes()


def photo_spots(coarse_map: CoarseMap, appearance: Appearance) -> PhotoSpots:
    """The strongest spots of a map of 16 × 16 cells in the photo's frame; there may be none."""
    boxes = tuple(spot_boxes(coarse_map))
    vectors = [appearance.at(box) for box in boxes]
    described = np.stack([appearance.whole, *vectors]).clip(-_LARGEST, _LARGEST).astype(np.float16)
    return PhotoSpots(boxes, described[1:], described[0])


def spot_boxes(coarse_map: CoarseMap) -> list[Box]:
    """Boxes of whole cells around the peaks that stand out most, in which the influence gathers."""
    if not float(coarse_map.sum()) > 0:
        return []
    (shares,) = influence_shares([coarse_map])
    boxes: list[Box] = []
    for (row, column), prominence in persistent_peaks(shares):
        if prominence < _PROMINENCE * shares.max() or len(boxes) == MOST:
            break
        excess, (top, left, height, width) = max(_boxes_around(shares, row, column))
        box = (left / CELLS, top / CELLS, width / CELLS, height / CELLS)
        if excess >= 0 and all(box_overlap(box, other) < _APART for other in boxes):
            boxes.append(box)
    return boxes


def _boxes_around(shares: NDArray[np.float64], row: int, column: int) -> Iterator[tuple[float, _CellBox]]:
    """Boxes that hold a cell, each with how much it has beyond twice the share of its size."""
    rows, columns = shares.shape
    total = np.pad(shares.cumsum(0).cumsum(1), ((1, 0), (1, 0))).tolist()
    for height, width in product(_SIDES, _SIDES):
        even = LIFT * height * width / shares.size
        for top in range(max(0, row - height + 1), min(row, rows - height) + 1):
            above, below = total[top], total[top + height]
            for left in range(max(0, column - width + 1), min(column, columns - width) + 1):
                share = below[left + width] - below[left] - above[left + width] + above[left]
                yield round(share - even, 9), (top, left, height, width)
