"""An area of a photo that a person marks: a box, cells of a grid, or an outline.

Coordinates of boxes are shares of the photo's width and height, with 0, 0 at its upper left corner, so that
an area means the same at every size the photo is shown at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from saliency.errors import SaliencyError
from saliency.photo.framing import Placement
from saliency.photo.reading import Photo

GRID = 3  # cells a side
LARGEST = 0.9  # share of the photo, or of what the model received
SMALLEST = 16  # points of what the model received
_INSIDE = 0.5  # share of a box that has to lie inside the photo, for the rest to be cut off

Box = tuple[float, float, float, float]
"""Left, top, width and height, in shares of the photo's width and height."""


@dataclass(frozen=True, eq=False)
class Area:
    """A part of a photo.

    Attributes:
        boxes: Boxes that lie inside the photo, together the area; empty for an outline.
        mask: ``(H, W)`` bool of the photo's own size for an outline, else ``None``.
    """

    boxes: tuple[Box, ...] = ()
    mask: NDArray[np.bool_] | None = None

    @classmethod
    def box(cls, x: float, y: float, width: float, height: float) -> Area:
        """A box; one that overhangs the photo's edge is cut off there.

        Raises:
            SaliencyError: It has no size, is not made of numbers, lies outside the photo or mostly so, or is
                almost the whole photo.
        """
        return cls((_inside(x, y, width, height),))

    @classmethod
    def cells(cls, numbers: Iterable[int]) -> Area:
        """One cell or several of a 3 × 3 grid, numbered 0 to 8 row by row.

        Raises:
            SaliencyError: No cell, one that is not there, or all of them.
        """
        cells = sorted(set(numbers))
        if not cells:
            raise SaliencyError("No cell of the grid is chosen. Choose one or several of the nine.")
        for number in cells:
            if number not in range(GRID * GRID):
                raise SaliencyError(
                    f"The grid has cells 0 to {GRID * GRID - 1}, row by row; there is no {number}."
                )
        if len(cells) == GRID * GRID:
            raise SaliencyError(_WHOLE)
        return cls(tuple((n % GRID / GRID, n // GRID / GRID, 1 / GRID, 1 / GRID) for n in cells))

    @classmethod
    def outline(cls, mask: NDArray[Any], photo: Photo) -> Area:
        """Any shape: what is not zero in a mask ``(H, W)`` of the photo's size.

        Raises:
            SaliencyError: The mask is of another size, marks nothing, or almost the whole photo.
        """
        marked = np.asarray(mask)
        if marked.shape != (photo.height, photo.width):
            size = " × ".join(str(side) for side in reversed(marked.shape))
            raise SaliencyError(
                f"The outline is {size} points large, but the photo {photo.width} × {photo.height}. "
                "Use an outline of the photo's own size."
            )
        marked = marked != 0
        if not marked.any():
            raise SaliencyError("The outline marks nothing. Mark at least a small part of the photo.")
        if marked.mean() > LARGEST:
            raise SaliencyError(_WHOLE)
        return cls(mask=marked)

    @property
    def bounds(self) -> Box:
        """The smallest box around the area."""
        if self.mask is not None:
            rows, columns = np.flatnonzero(self.mask.any(1)), np.flatnonzero(self.mask.any(0))
            height, width = self.mask.shape
            left, top = float(columns[0]) / width, float(rows[0]) / height
            return left, top, float(columns[-1] + 1) / width - left, float(rows[-1] + 1) / height - top
        left, top = min(b[0] for b in self.boxes), min(b[1] for b in self.boxes)
        right, bottom = max(b[0] + b[2] for b in self.boxes), max(b[1] + b[3] for b in self.boxes)
        return left, top, right - left, bottom - top

    @property
    def joined(self) -> bool:
        """Whether it is several boxes each of which touches the one before it, so that they are one shape."""
        pairs = zip(self.boxes, self.boxes[1:], strict=False)
        return len(self.boxes) > 1 and all(_touch(first, second) for first, second in pairs)

    def on_photo(self, size: tuple[int, int]) -> NDArray[np.bool_]:
        """The area ``(H, W)`` in a frame of the photo of ``size`` (width, height), for display."""
        return _coverage(self, size, (0.0, 0.0, 1.0, 1.0)) >= 0.5

    def on_input(self, placement: Placement) -> Tensor:
        """The area ``(h, w)`` bool on what the model received.

        Raises:
            SaliencyError: The model received nothing of it, too little, or little else.
        """
        width, height = placement.photo_size
        left, top, right, bottom = placement.box
        window = (left / width, top / height, right / width, bottom / height)
        rows, columns = placement.input_size
        inside = _coverage(self, (columns, rows), window) >= 0.5
        if not inside.any() and placement.cut_share and not _meets(self.bounds, window):
            raise SaliencyError(
                "The model did not receive this part of the photo: it was cut off. "
                "Mark something further inside, or hand over the whole photo."
            )
        if inside.sum() < SMALLEST:
            raise SaliencyError(
                "The area is too small: hardly a point of what the model received lies in it. "
                "Mark a larger one."
            )
        if inside.mean() > LARGEST:
            raise SaliencyError(_WHOLE)
        return torch.from_numpy(inside)

    def record(self) -> dict[str, Any]:
        """The area as JSON types; of an outline, the box around it and its share of the photo."""
        rounded = [[round(v, 4) for v in b] for b in (self.boxes or (self.bounds,))]
        if self.mask is not None:
            return {"outline": rounded[0], "share_of_photo": round(float(self.mask.mean()), 4)}
        return {"boxes": rounded}


_WHOLE = "The area is almost the whole photo, so nothing is left to compare it with. Mark a smaller part."


def read_area(text: str) -> Area:
    """An area written as ``x,y,width,height``, in shares of the photo.

    Raises:
        SaliencyError: It is not four numbers, or as :meth:`Area.box`.
    """
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise SaliencyError(
            "An area needs four numbers, x,y,width,height, as shares of the photo, such as 0.7,0.1,0.2,0.2; "
            f"it was “{text}”."
        ) from None
    return Area.box(x, y, width, height)


def box_overlap(first: Box, second: Box) -> float:
    """What two boxes share, as a share of the smaller one."""
    across = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    down = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    return max(0.0, across) * max(0.0, down) / min(first[2] * first[3], second[2] * second[3])


def _touch(first: Box, second: Box) -> bool:
    """Whether two boxes overlap, or have a part of an edge in common, to a thousandth of the photo."""
    return all(
        min(first[axis] + first[axis + 2], second[axis] + second[axis + 2])
        >= max(first[axis], second[axis]) - 1e-3
        for axis in (0, 1)
    )


def _inside(x: float, y: float, width: float, height: float) -> Box:
    """The part of a box inside the photo, if it is most of it."""
    if not all(math.isfinite(v) for v in (x, y, width, height)):
        raise SaliencyError("An area needs four numbers: left, top, width and height. Draw a new box.")
    if width <= 0 or height <= 0:
        raise SaliencyError("The area has no size. Draw a box with some width and height.")
    left, top, right, bottom = max(x, 0.0), max(y, 0.0), min(x + width, 1.0), min(y + height, 1.0)
    if right <= left or bottom <= top:
        raise SaliencyError(f"The area lies outside the photo. {_SHARES}")
    if (right - left) * (bottom - top) < _INSIDE * width * height:
        raise SaliencyError(f"Most of the area lies outside the photo. {_SHARES}")
    if (right - left) * (bottom - top) > LARGEST:
        raise SaliencyError(_WHOLE)
    return left, top, right - left, bottom - top


_SHARES = "Its four numbers are shares of the photo's width and height, from 0 to 1. Draw it on the photo."


def _meets(box: Box, window: Box) -> bool:
    """Whether a box (left, top, width, height) meets a window (left, top, right, bottom)."""
    across = min(box[0] + box[2], window[2]) - max(box[0], window[0])
    down = min(box[1] + box[3], window[3]) - max(box[1], window[1])
    return across > 1e-9 and down > 1e-9


def _coverage(area: Area, size: tuple[int, int], window: Box) -> NDArray[np.float32]:
    """The share ``(H, W)`` of each point of a frame that lies in the area.

    Args:
        area: The area.
        size: Width and height of the frame.
        window: What the frame shows: left, top, right and bottom, in shares of the photo.
    """
    if area.mask is not None:
        height, width = area.mask.shape
        part = (window[0] * width, window[1] * height, window[2] * width, window[3] * height)
        picture = Image.fromarray(area.mask.astype(np.uint8) * np.uint8(255))
        limits = (max(0.0, part[0]), max(0.0, part[1]), min(width, part[2]), min(height, part[3]))
        shrunk = picture.resize(size, Image.Resampling.BOX, box=limits)
        return np.asarray(shrunk, np.float32) / np.float32(255)
    total = np.zeros((size[1], size[0]), np.float32)
    for left, top, width, height in area.boxes:
        across = _span_coverage(size[0], window[0], window[2], left, left + width)
        down = _span_coverage(size[1], window[1], window[3], top, top + height)
        total = np.maximum(total, down[:, None] * across)
    return total


def _span_coverage(count: int, start: float, end: float, first: float, last: float) -> NDArray[np.float32]:
    """The share of each of ``count`` points spread from ``start`` to ``end`` that lies in a span."""
    edges = np.linspace(start, end, count + 1)
    inside = np.minimum(edges[1:], last) - np.maximum(edges[:-1], first)
    return np.asarray(np.clip(inside * count / (end - start), 0.0, 1.0), np.float32)
