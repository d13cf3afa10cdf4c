"""Areas worth testing: the strongest separate spots of a map.

Spots are ranked by how far they stand out (topological persistence: Edelsbrunner 2002), not by height alone.
On a map of a thing and of a small badge, the second peak on the thing is often higher than the badge, but the
valley between the thing's two peaks is shallow, and that between thing and badge is deep.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from saliency.explanation import Explanation
from saliency.grids.cells import CellGrid
from saliency.grids.likeness import Cell, persistent_peaks
from saliency.photo.area import Area, Box, box_overlap
from saliency.photo.framing import Placement, on_input

CELLS = 32  # along the long side
FAINTEST = 0.05  # of the strongest spot
_SMOOTH = 1.0  # cells: a fine map of one thing has many small peaks, and the box is to hold the thing
_EDGE = 0.5  # of a spot's peak: what belongs to it
_LARGEST, _SMALLEST = 0.2, 0.03  # share of what the model received
_APART = 0.3  # overlap of two boxes, as a share of the smaller one, from which they are one spot

OUTER, WHOLE, BANDS = 0.15, 0.42, 8
"""Of a whole thing: share of the peak that belongs to it, its largest share of the picture, its bands."""

Span = tuple[float, float, float, float]
"""Top, left, bottom, right in cells."""


def suggestions(explanation: Explanation, count: int = 3) -> tuple[Area, ...]:
    """Boxes around the strongest separate spots of an explanation, most outstanding first.

    Only influence for the class counts; on a scale, also what lowers the number. There may be fewer than
    asked for; none if the map is empty or even.
    """
    if explanation.empty:
        return ()
    boxes = spots(explanation.counted, explanation.placement, count, explanation.cells)
    return tuple(Area.box(*box) for box in boxes)


def spots(
    attribution: NDArray[np.floating], placement: Placement, count: int = 3, cells: CellGrid | None = None
) -> list[Box]:
    """Boxes around the strongest separate spots of a map ``(h, w)``, in shares of the photo.

    Each covers 3 to 20 % of what the model received. The cells of the map look at ``cells``, or are spread
    evenly.
    """
    cells = cells or CellGrid.even(attribution.shape, placement.input_size)
    field = _field(attribution, placement.input_size, cells)
    peak = float(field.max())
    if peak <= 0:
        return []
    steps = zip((cells.rows, cells.columns), field.shape, placement.input_size, strict=True)
    margin = 0.5 * max(axis.step * length / side for axis, length, side in steps)
    boxes: list[Box] = []
    for cell, persistence in persistent_peaks(field):
        if persistence < FAINTEST * peak or len(boxes) == count:
            break
        span = _sized(_surroundings(field, cell), min(margin, 0.06 * max(field.shape)), field.shape)
        box = _on_photo(span, field.shape, placement)
        if all(box_overlap(box, other) < _APART for other in boxes):
            boxes.append(box)
    return boxes


def whole_thing(explanation: Explanation) -> Area | None:
    """The connected part of a map around most of its influence, in bands from top to bottom, as one area.

    A thing is seldom a box, and its strongest place seldom all of it. ``None`` where the map shows nothing.
    """
    if explanation.empty:
        return None
    cells = explanation.cells or CellGrid.even(explanation.counted.shape, explanation.placement.input_size)
    boxes = bands(explanation.counted, explanation.placement, cells)
    return Area(tuple(box for band in boxes for box in Area.box(*band).boxes)) if boxes else None


def bands(attribution: NDArray[np.floating], placement: Placement, cells: CellGrid) -> list[Box]:
    """Boxes one below the other that hold the connected part of a map with most of its influence.

    What belongs to it is at least ``OUTER`` of the map's peak, more where that would be over ``WHOLE`` of
    what the model received: of a larger area there is no equal elsewhere.
    """
    field = _field(attribution, placement.input_size, cells)
    if field.max() <= 0:
        return []
    for share in np.arange(OUTER, 1.0, 0.05):
        spans = _band_spans(_heaviest(field, share))
        if sum((span[2] - span[0]) * (span[3] - span[1]) for span in spans) <= WHOLE * field.size:
            break
    return [_on_photo(span, field.shape, placement) for span in spans]


def _heaviest(field: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    """The connected cells from a share of the peak on that hold the most influence together."""
    from skimage.measure import label  # takes a while, and most checks are of an area that is named

    parts = label(field >= share * field.max(), connectivity=1)
    masses = np.bincount(parts.ravel(), weights=field.ravel())
    masses[0] = 0.0
    return np.asarray(parts == masses.argmax())


def _band_spans(inside: NDArray[np.bool_]) -> list[Span]:
    """A region as at most eight bands, each as wide as the region is there."""
    rows = np.flatnonzero(inside.any(1))
    spans: list[Span] = []
    for part in np.array_split(rows, min(BANDS, len(rows))):
        columns = np.flatnonzero(inside[part].any(0))
        spans.append((float(part[0]), float(columns[0]), float(part[-1] + 1), float(columns[-1] + 1)))
    return spans


def _field(
    attribution: NDArray[np.floating], input_size: tuple[int, int], cells: CellGrid
) -> NDArray[np.float64]:
    """The positive part of a map, smooth, on at most 32 cells along the long side, in its proportions."""
    from scipy.ndimage import gaussian_filter  # takes a while, and most checks are of an area that is named

    scale = CELLS / max(input_size)
    rows, columns = (max(1, round(side * scale)) for side in input_size)
    field = on_input(np.maximum(attribution, 0), input_size, (rows, columns), cells).astype(np.float64)
    return np.asarray(gaussian_filter(field, _SMOOTH, mode="nearest"))


def _surroundings(field: NDArray[np.float64], cell: Cell) -> Span:
    """The connected cells around a peak that are half as high; higher if those are many."""
    from scipy.ndimage import find_objects  # both take a while, and most checks are of an area that is named
    from skimage.measure import label

    peak = float(field[cell])
    span: Span = (cell[0], cell[1], cell[0] + 1, cell[1] + 1)
    for share in np.linspace(0.95, _EDGE, 10):
        parts = label(field >= share * peak, connectivity=1)
        rows, columns = find_objects(parts)[parts[cell] - 1]
        if (rows.stop - rows.start) * (columns.stop - columns.start) > _LARGEST * field.size:
            break
        if field[rows, columns].max() > peak:
            break  # this far down it is a part of a higher spot
        span = (rows.start, columns.start, rows.stop, columns.stop)
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
