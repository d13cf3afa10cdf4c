"""What is marked on a photo: a box or several, some of nine fields, or the product's outline."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.measure import approximate_polygon, find_contours

from saliency.photo.area import GRID, Area, Box
from saliency.photo.reading import Photo

_TRACED = 200  # points along the long side of an outline that is turned into a line
_EDGES = ("x", "y", "width", "height")
_MOST = 8  # boxes in a link
_LEAST = 0.005  # width and height, in shares of the photo, of a box that counts as one


@dataclass(frozen=True)
class Mark:
    """A marked part of a photo; equal marks on one photo mean the same area.

    Attributes:
        box: Left, top, width and height in shares of the photo.
        several: Boxes that are one area together.
        fields: Numbers of fields of a 3 × 3 grid, row by row.
        outline: Whether it is the outline that comes with the photo.
    """

    box: Box | None = None
    several: tuple[Box, ...] = ()
    fields: tuple[int, ...] = ()
    outline: bool = False

    def area(self, photo: Photo, outline: NDArray[np.bool_] | None) -> Area:
        """The area.

        Args:
            photo: The photo it is marked on.
            outline: The outline that comes with the photo, if one does.

        Raises:
            SaliencyError: It is no area that can be tested.
        """
        if self.outline and outline is not None:
            return Area.outline(outline, photo)
        if self.box is not None:
            return Area.box(*self.box)
        if self.several:
            return Area(tuple(box for place in self.several for box in Area.box(*place).boxes))
        return Area.cells(self.fields)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes or the fields, to be drawn; nothing for an outline."""
        if self.box is not None:
            return (self.box,)
        if self.several:
            return self.several
        return tuple((n % GRID / GRID, n // GRID / GRID, 1 / GRID, 1 / GRID) for n in self.fields)

    @property
    def bounds(self) -> Box | None:
        """The smallest box around the boxes or the fields."""
        return Area(self.boxes).bounds if self.boxes else None


def written(mark: Mark | None) -> str:
    """A mark as text for a link, which `read_mark` reads; None is that nothing is marked."""
    if mark is None:
        return "none"
    if mark.outline:
        return "outline"
    if mark.box is not None or mark.several:
        return ";".join(",".join(f"{edge:g}" for edge in box) for box in mark.boxes)
    return "fields:" + ",".join(map(str, mark.fields))


def read_mark(text: str) -> Mark | None:
    """The mark that a text means.

    Raises:
        ValueError: It means none.
    """
    if text in ("none", "outline"):
        return Mark(outline=True) if text == "outline" else None
    if ";" in text:
        return boxes_mark(_read_box(part) for part in text.split(";", _MOST))
    name, colon, numbers = text.rpartition(":")
    values = numbers.split(",")
    if not colon and len(values) == len(_EDGES):
        return box_mark(*_read_box(text))
    if name == "fields" and {int(value) for value in values} <= set(range(GRID * GRID)):
        return Mark(fields=tuple(sorted({int(value) for value in values})))
    raise ValueError(text)


def box_mark(x: float, y: float, width: float, height: float) -> Mark:
    """A mark that is a box, to a ten-thousandth of the photo."""
    return Mark(box=(round(x, 4), round(y, 4), round(width, 4), round(height, 4)))


def boxes_mark(boxes: Iterable[Box]) -> Mark:
    """A mark that is several boxes, each to a ten-thousandth of the photo."""
    marks = [box_mark(*box) for box in boxes]
    return Mark(several=tuple(box for mark in marks for box in mark.boxes))


def _read_box(text: str) -> Box:
    """The box that four numbers mean. Raises ValueError where they mean none."""
    mark = reported_mark(dict(zip(_EDGES, map(float, text.split(",")), strict=True)))
    if mark is None or mark.box is None:
        raise ValueError(text)
    return mark.box


def reported_mark(reported: object) -> Mark | None:
    """The mark that the browser reports, if it is one."""
    if not isinstance(reported, Mapping):
        return None
    values = [reported.get(name) for name in _EDGES]
    numbers = [float(value) for value in values if isinstance(value, int | float) and math.isfinite(value)]
    if len(numbers) < len(values) or min(numbers[2:]) < _LEAST:
        return None
    return box_mark(*numbers)


def line_around(mark: Mark, outline: NDArray[np.bool_] | None) -> str:
    """The mark as a path of SVG, in shares of the photo's width and height."""
    if mark.outline and outline is not None:
        return _traced(outline)
    if (area := Area(mark.boxes)).joined and mark.several:
        return _traced(area.on_photo((_TRACED, _TRACED)))
    return "".join(f"M{x:.4f} {y:.4f}h{w:.4f}v{h:.4f}h{-w:.4f}z" for x, y, w, h in mark.boxes)


def _traced(outline: NDArray[np.bool_]) -> str:
    """An outline ``(H, W)`` as a path of SVG with few corners."""
    height, width = outline.shape
    scale = min(1.0, _TRACED / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = Image.fromarray(outline.astype(np.uint8) * np.uint8(255)).resize(size, Image.Resampling.BOX)
    values = np.pad(np.asarray(small, np.float64), 1)
    path = ""
    for contour in find_contours(values, 127.5):
        points = (approximate_polygon(contour, 0.4) - 0.5) / (size[1], size[0])
        steps = "L".join(f"{x:.4f} {y:.4f}" for y, x in points.clip(0, 1))
        path += f"M{steps}z"
    return path
