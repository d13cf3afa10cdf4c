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
from skimage.measure import label

from saliency.explanation import Explanation
from saliency.photo.area import Area, Box
from saliency.photo.framing import Placement

CELLS = 32  # along the long side
FAINTEST = 0.05  # of the strongest spot
_EDGE = 0.5  # of a spot's peak: what belongs to it
_LARGEST, _SMALLEST = 0.2, 0.03  # share of what the model received
_APART = 0.3  # overlap of two boxes, as a share of the smaller one, from which they are one spot

Cell = tuple[int, int]
Span = tuple[float, float, float, float]
"""Top, left, bottom, right in cells."""


def suggestions(explanation: Explanation, count: int = 3) -> tuple[Area, ...]:
    """Boxes around the strongest separate spots of an explanation, most outstanding first.

    Only influence for the class counts. There may be fewer than asked for; none if the map is empty or even.
    """
    if explanation.empty:
        return ()
    boxes = spots(explanation.attribution, explanation.placement, count)
    return tuple(Area.box(*box) for box in boxes)


def spots(attribution: NDArray[np.floating], placement: Placement, count: int = 3) -> list[Box]:
    """Boxes around the strongest separate spots of a map ``(h, w)``, in shares of the photo.

    Each covers 3 to 20 % of what the model received.
    """
    field = _field(attribution, placement.input_size)
    peak = float(field.max())
    if peak <= 0:
        return []
    margin = 0.5 * max(field.shape[0] / attribution.shape[0], field.shape[1] / attribution.shape[1])
    boxes: list[Box] = []
    for cell, lasting in persistent(field):
        if lasting < FAINTEST * peak or len(boxes) == count:
            break
        box = _sized(_surroundings(field, cell), min(margin, 0.06 * max(field.shape)), field.shape)
        if all(_overlap(box, other) < _APART for other in boxes):
            boxes.append(box)
    return [_on_photo(box, field.shape, placement) for box in boxes]


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


def _surroundings(field: NDArray[np.float64], cell: Cell) -> Span:
    """The connected cells around a peak that are half as high; higher if those are many."""
    peak = float(field[cell])
    span: Span = (cell[0], cell[1], cell[0] + 1, cell[1] + 1)
    for share in np.linspace(0.95, _EDGE, 10):
        parts = label(field >= share * peak, connectivity=1)
        rows, columns = np.nonzero(parts == parts[cell])
        top, left, bottom, right = rows.min(), columns.min(), rows.max() + 1, columns.max() + 1
        if (bottom - top) * (right - left) > _LARGEST * field.size:
            break
        if field[top:bottom, left:right].max() > peak:
            break  # this far down it is a part of a higher spot
        span = (float(top), float(left), float(bottom), float(right))
    return span


def _sized(box: Span, margin: float, shape: tuple[int, ...]) -> Span:
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


def _overlap(first: Span, second: Span) -> float:
    """The overlap of two boxes, as a share of the smaller one."""
    down = min(first[2], second[2]) - max(first[0], second[0])
    across = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return max(0.0, down) * max(0.0, across) / smaller


def _on_photo(box: Span, shape: tuple[int, ...], placement: Placement) -> Box:
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
