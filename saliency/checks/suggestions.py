"""Areas worth testing: the strongest separate spots of a map.

Spots are ranked by how far they stand out (topological persistence: Edelsbrunner 2002), not by height alone.
On a map of a thing and of a small badge, the second peak on the thing is often higher than the badge, but the
valley between the thing's two peaks is shallow, and that between thing and badge is deep.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from saliency.explanation import Explanation
from saliency.photo.area import Area, Box
from saliency.photo.framing import Placement

CELLS = 32  # along the long side
FAINTEST = 0.05  # of the strongest spot
_EDGE = 0.5  # of a spot's peak: what belongs to it
_LARGEST, _SMALLEST = 0.2, 0.03  # share of what the model received
_APART = 0.3  # overlap of two boxes, as a share of the smaller one, from which they are one spot

Cell = tuple[int, int]


def suggestions(explanation: Explanation, count: int = 3) -> tuple[Area, ...]:
    """Boxes around the strongest separate spots of an explanation, most outstanding first.

    Only influence for the class counts. There may be fewer than asked for; none if the map is empty or even.
    """
    if explanation.empty:
        return ()
    boxes = spots(explanation.attribution, explanation.placement, count)
    return tuple(Area.box(*box) for box in boxes)


def spots(attribution: NDArray[np.floating], placement: Placement, count: int = 3) -> list[Box]:
    """The same from a map ``(h, w)``; boxes of 3 to 20 % of what was received, in shares of the photo."""
    field = _field(attribution, placement.input_size)
    peak = float(field.max())
    if peak <= 0:
        return []
    margin = 0.5 * max(field.shape[0] / attribution.shape[0], field.shape[1] / attribution.shape[1])
    found: list[Box] = []
    for cell, lasting in persistent(field):
        if lasting < FAINTEST * peak or len(found) == count:
            break
        box = _sized(_around(field, cell, peak), min(margin, 0.06 * max(field.shape)), field.shape)
        if all(_overlap(box, other) < _APART for other in found):
            found.append(box)
    return [_on_photo(box, field.shape, placement) for box in found]


def persistent(field: NDArray[np.float64]) -> list[tuple[Cell, float]]:
    """Peaks of a field ``(h, w)`` and how far each stands above the pass to a higher one, best first.

    The highest peak stands above 0.
    """
    height, width = field.shape
    order = np.argsort(-field, axis=None, kind="stable")
    rows, columns = np.divmod(order, width)
    wide = width + 2  # a ring of cells around the field, which no spot ever owns
    beside = tuple(j * wide + i for j in (-1, 0, 1) for i in (-1, 0, 1))
    owner = [-1] * ((height + 2) * wide)
    flat = field.ravel().tolist()
    parent: dict[int, int] = {}
    lasting: dict[int, float] = {}

    for at, place in zip(order.tolist(), ((rows + 1) * wide + columns + 1).tolist(), strict=True):
        near = {owner[place + step] for step in beside}
        near.discard(-1)
        roots = {_root(parent, one) for one in near}
        if not roots:
            parent[at], lasting[at], owner[place] = at, flat[at], at
            continue
        highest = min(roots, key=lambda peak: (-flat[peak], peak)) if len(roots) > 1 else roots.pop()
        owner[place] = highest
        for lower in roots - {highest}:
            parent[lower] = highest
            lasting[lower] = flat[lower] - flat[at]
    found = [(divmod(at, width), kept) for at, kept in lasting.items()]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _root(parent: dict[int, int], at: int) -> int:
    while parent[at] != at:
        at = parent[at]
    return at


def _field(attribution: NDArray[np.floating], input_size: tuple[int, int]) -> NDArray[np.float64]:
    """The positive part of a map on at most 32 cells along the long side, in the input's proportions."""
    scale = CELLS / max(input_size)
    rows, columns = (max(1, round(side * scale)) for side in input_size)
    positive = Image.fromarray(np.maximum(attribution, 0).astype(np.float32))
    return np.asarray(positive.resize((columns, rows), Image.Resampling.BILINEAR), np.float64)


def _around(field: NDArray[np.float64], cell: Cell, peak: float) -> tuple[float, float, float, float]:
    """Top, left, bottom, right of the cells around a peak that are half as high; higher if those are many."""
    top = float(field[cell])
    box = (float(cell[0]), float(cell[1]), cell[0] + 1.0, cell[1] + 1.0)
    for edge in np.linspace(0.95, _EDGE, 10).tolist():
        wider = _connected(field >= edge * top, cell)
        if (wider[2] - wider[0]) * (wider[3] - wider[1]) > _LARGEST * field.size:
            break
        if float(field[int(wider[0]) : int(wider[2]), int(wider[1]) : int(wider[3])].max()) > top:
            break  # this far down it is a part of a higher spot
        box = wider
    return box


def _connected(inside: NDArray[np.bool_], cell: Cell) -> tuple[float, float, float, float]:
    """Top, left, bottom, right of the connected part that a cell is in."""
    wide = inside.shape[1] + 2  # a ring of cells around the field, which are never inside
    left = np.pad(inside, 1).ravel().tolist()
    start = (cell[0] + 1) * wide + cell[1] + 1
    left[start] = False
    seen = [start]
    for place in seen:  # grows as neighbours are found
        for near in (place - wide, place + wide, place - 1, place + 1):
            if left[near]:
                left[near] = False
                seen.append(near)
    rows, columns = np.divmod(seen, wide)
    return float(rows.min()) - 1, float(columns.min()) - 1, float(rows.max()), float(columns.max())


def _sized(
    box: tuple[float, float, float, float], margin: float, shape: tuple[int, ...]
) -> tuple[float, float, float, float]:
    """A box with a margin, of a sensible size, moved inside the field."""
    spans = []
    least = math.sqrt(_SMALLEST * shape[0] * shape[1])
    most = math.sqrt(_LARGEST * shape[0] * shape[1] / max(1e-9, (box[2] - box[0]) * (box[3] - box[1])))
    for first, last, side in ((box[0], box[2], shape[0]), (box[1], box[3], shape[1])):
        length = max(least, min(last - first + 2 * margin, (last - first) * max(1.0, most)))
        length = min(length, float(side))
        start = min(max(0.0, (first + last - length) / 2), side - length)
        spans.append((start, start + length))
    return spans[0][0], spans[1][0], spans[0][1], spans[1][1]


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    down = min(one[2], other[2]) - max(one[0], other[0])
    across = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return max(0.0, down) * max(0.0, across) / smaller


def _on_photo(box: tuple[float, ...], shape: tuple[int, ...], placement: Placement) -> Box:
    """Left, top, width and height in shares of the photo."""
    left, top, right, bottom = placement.box
    width, height = placement.photo_size
    across, down = (right - left) / shape[1] / width, (bottom - top) / shape[0] / height
    return (
        left / width + box[1] * across,
        top / height + box[0] * down,
        (box[3] - box[1]) * across,
        (box[2] - box[0]) * down,
    )
