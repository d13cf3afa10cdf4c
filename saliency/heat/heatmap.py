"""From a raw attribution to what a person sees: heat map, colours, overlay, legend.

- One scale within one picture, and no promise beyond it: the strongest place is 1, no influence is 0. Zero
  is never moved and noise never stretched: a map without a finding is all zeros.
- The scale is set at the model's own resolution, before the map is placed on the photo, so the same
  explanation has the same brightness at every size it is shown at.
- Photos may have 50 megapixels: everything at full size but the heat is 8-bit, and is made a band of rows
  at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

from saliency.errors import SaliencyError
from saliency.grids.cells import CellGrid
from saliency.heat.contour import contour as contour_of
from saliency.heat.contour import draw_contour, quick_contour
from saliency.heat.palette import Bytes, colour_table, opacity_table, table_rows, tint_table
from saliency.heat.scale import Floats, MapKind, kind_of_map, robust_maximum, shown_values
from saliency.photo.framing import Placement
from saliency.photo.reading import Photo

BAND = 1 << 20  # pixels worked on at a time


def heat_map(
    attribution: Floats,
    placement: Placement,
    *,
    signed: bool,
    size: tuple[int, int] | None = None,
    reference: float = 1.0,
    maximum: float | None = None,
    cells: CellGrid | None = None,
) -> npt.NDArray[np.float32]:
    """The attribution on the photo, on a scale that can be shown.

    An unsigned map keeps only what is positive. Values are divided by `robust_maximum` and clipped, then
    placed on the photo. A map that is empty or even (see `kind_of_map`) gives zeros: there is no finding to
    show.

    Args:
        attribution: (h, w), raw.
        placement: Where what the model received lies in the photo.
        signed: Whether negative values mean something (influence against the class) or are left out.
        size: (width, height) of a smaller photo frame to show; the photo's own size if None.
        reference: The size of the score that is explained, in the attribution's unit.
        maximum: A scale shared with another map, in the attribution's unit, instead of this map's own.
        cells: Where the map's cells look; None: they are spread evenly over what the model received.

    Returns:
        (H, W) in [0, 1], or [-1, 1] if signed; zero where the model received nothing.

    Raises:
        SaliencyError: The attribution is no finite (h, w) map, or the maximum is not positive.
    """
    if maximum is not None and not 0 < maximum < np.inf:
        raise SaliencyError(f"The shared scale of the maps must be a positive number, not {maximum}.")
    values = shown_values(attribution, signed=signed)
    if kind_of_map(attribution, signed=signed, reference=reference) is MapKind.SPOTS:
        scale = maximum or robust_maximum(attribution, signed=signed)
        values = np.clip(values, -scale, scale) / scale
    else:
        values = np.zeros_like(values)
    placed: npt.NDArray[np.float32] = placement.to_photo(values.astype(np.float32), size, cells)
    return np.clip(placed, -1.0 if signed else 0.0, 1.0, out=placed)


def colours(heat: Floats, *, signed: bool) -> Bytes:
    """The heat as colours.

    Args:
        heat: (H, W) in [0, 1], or [-1, 1] if signed.
        signed: Which of the two colour maps.

    Returns:
        (H, W, 3) sRGB.
    """
    painted = np.empty((*heat.shape, 3), np.uint8)
    table = colour_table(signed=signed)
    for rows in _bands(heat.shape):
        painted[rows] = table[table_rows(heat[rows], signed=signed)]
    return painted


def overlay(
    pixels: Bytes,
    heat: Floats,
    *,
    signed: bool,
    strength: float = 0.6,
    contour: bool = True,
    quick: bool = False,
) -> Image.Image:
    """Photo and heat map together: the more influence, the more colour covers the photo.

    Where there is no heat, the photo is untouched but for the contour.

    Args:
        pixels: (H, W, 3) sRGB photo.
        heat: (H, W), same size.
        signed: As in `colours`.
        strength: Opacity in [0, 1] of the strongest heat.
        contour: Whether to draw a line around the strongest fifth.
        quick: Whether to make that line quickly, for a small picture of an unsigned map.

    Raises:
        SaliencyError: Photo and heat differ in size, or the strength is out of range.
    """
    if pixels.shape != (*heat.shape, 3):
        raise SaliencyError(
            f"Photo and heat map must have one size, not {pixels.shape[:2]} and {heat.shape}."
        )
    if not 0 <= strength <= 1:
        raise SaliencyError(f"The strength must be from 0 to 1, not {strength}.")
    opacity = opacity_table(signed=signed, strength=strength)[:, None]
    keep = 256 - opacity
    tint = tint_table(signed=signed) * opacity + np.uint16(128)
    painted = np.empty_like(pixels)
    line = (quick_contour if quick and not signed else contour_of)(heat) if contour else None
    for rows in _bands(heat.shape):
        row = table_rows(heat[rows], signed=signed)
        mixed = np.take(tint, row, axis=0)
        mixed += pixels[rows] * np.take(keep, row, axis=0)
        mixed >>= 8
        painted[rows] = mixed
        if line is not None:
            draw_contour(painted, rows, line)
    return Image.fromarray(painted)


def heat_image(heat: Floats, placement: Placement, *, signed: bool) -> Image.Image:
    """The heat map alone, with its contour; what the model did not receive is hatched light grey.

    Args:
        heat: (H, W), the photo frame at any size.
        placement: Where what the model received lies in the photo.
        signed: As in `colours`.
    """
    painted = colours(heat, signed=signed)
    line = contour_of(heat)
    for rows in _bands(heat.shape):
        draw_contour(painted, rows, line)
    grey = Image.new("RGB", (heat.shape[1], heat.shape[0]), (238, 238, 238))
    return _on_hatching(grey, painted, placement)


def received_image(
    photo: Photo, placement: Placement, x_pixels: Bytes, size: tuple[int, int] | None = None
) -> Image.Image:
    """What the model received, where it lies in the photo; edges that were cut off are faded and hatched.

    Args:
        photo: The photo.
        placement: Where what the model received lies in it.
        x_pixels: (h, w, 3) what the model received, before normalisation.
        size: (width, height) of the result; the photo's own size if None.
    """
    frame = size or (photo.width, photo.height)
    left, top, right, bottom = _box(placement, frame)
    received = Image.fromarray(x_pixels).resize((right - left, bottom - top), Image.Resampling.BICUBIC)
    if received.size == frame:
        return received
    around = photo.image.resize(frame, Image.Resampling.BILINEAR, reducing_gap=2.0)
    around.paste(received, (left, top))
    return cut_edges_faded(around, placement)


def cut_edges_faded(picture: Image.Image, placement: Placement) -> Image.Image:
    """A picture in the photo's frame, with the part that the model did not receive faded and hatched.

    Args:
        picture: RGB, the photo frame at any size.
        placement: Where what the model received lies in it.
    """
    faded = Image.blend(picture, Image.new("RGB", picture.size, (255, 255, 255)), 0.7)
    return _on_hatching(faded, np.asarray(picture), placement)


def legend(*, signed: bool, width: int = 512, height: int = 24) -> Image.Image:
    """The colour bar, least to the left; the words beside it are the caller's.

    Args:
        signed: As in `colours`.
        width: In pixels.
        height: In pixels.
    """
    ramp = np.linspace(-1.0 if signed else 0.0, 1.0, width, dtype=np.float32)
    return Image.fromarray(colours(np.broadcast_to(ramp, (height, width)), signed=signed))


def _bands(shape: tuple[int, ...]) -> Iterator[slice]:
    """Slices of rows of about a megapixel, together the whole picture."""
    rows = max(1, BAND // max(1, shape[1]))
    return (slice(top, min(top + rows, shape[0])) for top in range(0, shape[0], rows))


def _box(placement: Placement, frame: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the received pixels of a (width, height) frame; at least one each way.

    A pixel is received if its centre is, as in `Placement.to_photo`.
    """
    left, top, right, bottom = placement.box
    spans = []
    for side, start, end in ((0, left, right), (1, top, bottom)):
        scale = frame[side] / placement.photo_size[side]
        first = min(max(0, math.ceil(start * scale - 0.5)), frame[side] - 1)
        spans.append((first, max(first + 1, min(frame[side], math.ceil(end * scale - 0.5)))))
    return spans[0][0], spans[1][0], spans[0][1], spans[1][1]


def _on_hatching(outside: Image.Image, painted: Bytes, placement: Placement) -> Image.Image:
    """The received part of a painted (H, W, 3) picture, on another one that is given grey diagonal lines."""
    left, top, right, bottom = _box(placement, outside.size)
    if (right - left, bottom - top) == outside.size:
        return Image.fromarray(painted)
    period = max(6, max(outside.size) // 45)
    hatched = np.array(outside)
    diagonal = np.arange(sum(outside.size)) % period < max(1, period // 5)
    for y, row in enumerate(hatched):
        row[diagonal[y : y + outside.width]] = 205
    hatched[top:bottom, left:right] = painted[top:bottom, left:right]
    return Image.fromarray(hatched)
