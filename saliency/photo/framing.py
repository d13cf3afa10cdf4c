"""Where what the model receives lies in the photo, there and back.

Two framings. *Whole photo* cuts nothing: the photo is resized to the model's input, at its own aspect ratio
where the network accepts any size. *Centre crop* is torchvision's published recipe, ``Resize`` and then
``CenterCrop``, reproduced pixel for pixel on Pillow images (torchvision 0.28, ``transforms/functional.py``).

Coordinates are continuous: pixel ``i`` covers ``[i, i + 1)`` and has its centre at ``i + 0.5``, which is
the convention of Pillow's ``resize`` and of ``align_corners=False``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from saliency.errors import SaliencyError
from saliency.grids.cells import CellAxis, CellGrid
from saliency.photo.reading import Photo

FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
SQUEEZE = 0.02  # aspect ratios nearer to each other than this count as the same


class Framing(StrEnum):
    """How a photo is fitted to what a model accepts."""

    WHOLE = "whole"
    CROP = "crop"


@dataclass(frozen=True)
class Placement:
    """Where what the model received lies in the photo.

    Attributes:
        photo_size: Width and height of the photo in pixels.
        box: Left, top, right and bottom of the part received, in photo pixels, fractional.
        input_size: Height and width of the model's input.
    """

    photo_size: tuple[int, int]
    box: tuple[float, float, float, float]
    input_size: tuple[int, int]

    @property
    def cut_share(self) -> float:
        """Share of the photo's area that the model did not receive, in [0, 1)."""
        left, top, right, bottom = self.box
        width, height = self.photo_size
        return max(0.0, 1.0 - (right - left) * (bottom - top) / (width * height))

    @property
    def squeezed(self) -> bool:
        """Whether the input's aspect ratio differs from that of the part received by more than 2 %."""
        left, top, right, bottom = self.box
        height, width = self.input_size
        ratio = (width / height) / ((right - left) / (bottom - top))
        return max(ratio, 1 / ratio) > 1 + SQUEEZE

    def to_photo(
        self, values: NDArray[Any], size: tuple[int, int] | None = None, cells: CellGrid | None = None
    ) -> NDArray[np.float32]:
        """Lay a map over the model's input into the photo's frame, bilinearly.

        Where the frame is coarser than the map, the values are averaged with a triangle filter rather than
        sampled, so that no peak is lost. What lies beyond the outermost cells' centres has the value of the
        nearest cell.

        Args:
            values: A map over the input, ``(h, w)``, finite, of any resolution.
            size: Width and height of a smaller copy of the photo to place it in; None: the photo's own.
            cells: Where the map's cells look; None: they are spread evenly over the input.

        Returns:
            ``(H, W)`` float32: zero at every pixel whose centre the model did not receive.
        """
        width, height = size or self.photo_size
        left, top, right, bottom = self.box
        across, down = width / self.photo_size[0], height / self.photo_size[1]
        cells = cells or CellGrid.even(values.shape, self.input_size)
        rows, by_row = _weights(cells.rows, self.input_size[0], height, top * down, bottom * down)
        columns, by_column = _weights(cells.columns, self.input_size[1], width, left * across, right * across)
        placed = np.zeros((height, width), np.float32)
        narrow = values.astype(np.float32) @ by_column.T
        np.matmul(by_row, narrow, out=placed[rows, columns])
        return placed


def on_input(
    values: NDArray[Any], size: tuple[int, int], shape: tuple[int, int], cells: CellGrid | None = None
) -> NDArray[np.float32]:
    """A map over the model's input in another resolution, as :meth:`Placement.to_photo` lays it out.

    Args:
        values: A map ``(h, w)``.
        size: Height and width of the input.
        shape: Rows and columns wanted.
        cells: Where the map's cells look; None: they are spread evenly over the input.
    """
    height, width = size
    frame = Placement((width, height), (0.0, 0.0, float(width), float(height)), size)
    return frame.to_photo(values, (shape[1], shape[0]), cells)


def _weights(
    cells: CellAxis, side: int, frame: int, start: float, end: float
) -> tuple[slice, NDArray[np.float32]]:
    """One axis of a placement: which pixels of the frame lie inside, and their weights on the map's cells.

    Args:
        cells: Where the cells look along the axis.
        side: Number of points of the input.
        frame: Number of pixels along the axis.
        start: Where the input begins, in pixels of the frame.
        end: Where it ends.

    Returns:
        The pixels whose centres lie inside, and ``(pixels, count)`` weights; every row sums to 1.
    """
    first, last = max(0, int(np.ceil(start - 0.5))), min(frame, int(np.ceil(end - 0.5)))
    points_per_pixel = side / (end - start)
    centres = cells.positions((np.arange(first, last, dtype=np.float64) + 0.5 - start) * points_per_pixel)
    centres = centres.clip(-0.5, cells.count - 0.5)  # beyond that, no cell would be in reach
    reach = max(1.0, points_per_pixel / cells.step)
    distance = np.abs(centres[:, None] - np.arange(cells.count)) / reach
    weights = np.maximum(0.0, 1.0 - distance)
    weights /= weights.sum(axis=1, keepdims=True)
    return slice(first, last), weights.astype(np.float32)


def _size_after_resize(photo_size: tuple[int, int], short_side: int) -> tuple[int, int]:
    """Width and height after torchvision's ``Resize(short_side)``: the long side is rounded down."""
    width, height = photo_size
    if width <= height:
        return short_side, int(short_side * height / width)
    return int(short_side * width / height), short_side


def _crop_geometry(
    photo_size: tuple[int, int], size: tuple[int, int], resize_size: int
) -> tuple[int, int, int, int]:
    """Width and height after resizing, and left and top of the centre crop in that picture.

    A resize below the crop, which torchvision would pad with black, resizes to the crop instead.
    """
    crop_height, crop_width = size
    scale = max(crop_width / photo_size[0], crop_height / photo_size[1])
    least = math.ceil(scale * min(photo_size) - 1e-6)
    width, height = _size_after_resize(photo_size, max(resize_size, least))
    if width < crop_width or height < crop_height:  # the long side was rounded down
        width, height = _size_after_resize(photo_size, max(resize_size, least) + 1)
    return width, height, round((width - crop_width) / 2.0), round((height - crop_height) / 2.0)


def place(
    photo_size: tuple[int, int],
    framing: Framing,
    *,
    crop_size: int | tuple[int, int],
    resize_size: int,
    any_size: bool,
    whole_size: int | None = None,
    squeezed: bool = False,
) -> Placement:
    """Work out which part of a photo a model receives, and at what size.

    Args:
        photo_size: Width and height of the photo in pixels.
        framing: Whole photo or centre crop.
        crop_size: Side of the model's square input in pixels; height and width of one that is no square.
        resize_size: Short side to which the centre crop's recipe resizes first.
        any_size: Whether the network accepts inputs that are not ``crop_size`` squares.
        whole_size: Short side of the input for a whole photo; None: ``crop_size``.
        squeezed: Whether a whole photo is squeezed to the size of the crop in any case.

    Returns:
        The placement: of the whole photo, the input has the photo's aspect ratio and a short side of
        ``whole_size`` where any size is accepted and the trained one is a square, and is of that size
        otherwise.
    """
    width, height = photo_size
    input_size = (crop_size, crop_size) if isinstance(crop_size, int) else crop_size
    if framing is Framing.CROP:
        new_width, new_height, left, top = _crop_geometry(photo_size, input_size, resize_size)
        across, down = width / new_width, height / new_height
        right, bottom = left + input_size[1], top + input_size[0]
        return Placement(photo_size, (left * across, top * down, right * across, bottom * down), input_size)
    if any_size and not squeezed and input_size[0] == input_size[1]:
        scale = (whole_size or input_size[0]) / min(width, height)
        input_size = (round(height * scale), round(width * scale))
    return Placement(photo_size, (0.0, 0.0, float(width), float(height)), input_size)


def model_pixels(
    photo: Photo,
    placement: Placement,
    *,
    interpolation: Literal["bilinear", "bicubic"] | str,
    resize_size: int,
) -> NDArray[np.uint8]:
    """What the model receives, before normalisation.

    Args:
        photo: The photo, of the size that ``placement`` was made for.
        placement: From :func:`place`.
        interpolation: ``bilinear`` or ``bicubic``, both antialiased.
        resize_size: The same as was given to :func:`place`.

    Returns:
        ``(h, w, 3)`` uint8 sRGB.

    Raises:
        SaliencyError: If the interpolation is none of the two, or the placement is another photo's.
    """
    if interpolation not in FILTERS:
        raise SaliencyError(
            f"The interpolation “{interpolation}” is not known; it can be bilinear or bicubic."
        )
    if placement.photo_size != (photo.width, photo.height):
        raise SaliencyError("This placement was made for a photo of another size.")
    height, width = placement.input_size
    if placement.box == (0.0, 0.0, float(photo.width), float(photo.height)):
        return np.asarray(photo.image.resize((width, height), FILTERS[interpolation]))
    new_width, new_height, left, top = _crop_geometry(placement.photo_size, (height, width), resize_size)
    resized = photo.image.resize((new_width, new_height), FILTERS[interpolation])
    return np.asarray(resized.crop((left, top, left + width, top + height)))
