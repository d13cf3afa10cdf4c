"""How a photo looks, as far as that can be told without knowing what it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from saliency.audit.evidence import picture_measures as measures
from saliency.audit.json_types import OPTIONAL, optional, rounded

_LONG = 160  # pixels of the long side at most: detail that is lost here is small for a model too


@dataclass(frozen=True, slots=True)
class PhotoLook:
    """What anybody sees of a photo at once.

    The first three and the last two are those of the photo, the others those of what the model received of
    it. ``None`` in jobs of earlier programs.

    Attributes:
        brightness: Mean luma, in [0, 1].
        contrast: Standard deviation of the luma, in [0, 0.5].
        sharpness: Variance of the luma's Laplacian as a share of the luma's own (after Pech-Pacheco et al.
            2000), at least 0; 0 of an even picture. Of a small copy.
        saturation: Mean distance between the largest and the smallest channel, in [0, 1].
        red_blue: Mean of red less blue, in [-1, 1]: above 0 warm, below cold.
        green_magenta: Mean of green less that of red and blue, in [-1, 1].
        exposure: How bright its brightest hundredth is, and how much of it is white, in [0, 2].
        detail: The sharpness of what the model received.
        frame: Widths of a frame or of bars at the left, upper, right and lower edge, as shares of the side; 0
            where there is none.
        frame_colour: Its red, green and blue, in [0, 1]; ``None`` without a frame.
        blocks: How visible the blocks of a JPEG are, a logarithm; about 0 without any.
        jpeg_quality: Quality that a JPEG was saved with, 1 to 100; ``None`` of other files.
    """

    brightness: float = rounded(4)
    contrast: float = rounded(4)
    sharpness: float = rounded(4)
    saturation: float | None = optional()
    red_blue: float | None = optional()
    green_magenta: float | None = optional()
    detail: float | None = optional()
    frame: measures.Frame | None = field(default=None, metadata=OPTIONAL)
    frame_colour: tuple[float, float, float] | None = optional()
    blocks: float | None = optional()
    jpeg_quality: int | None = optional()
    exposure: float | None = optional()


def photo_look(
    image: Image.Image, received: NDArray[np.uint8] | None = None, jpeg_quality: int | None = None
) -> PhotoLook:
    """How a photo, RGB, looks.

    Args:
        image: The photo.
        received: What the model received of it, ``(h, w, 3)``; without it, only the first three are known.
        jpeg_quality: Quality that it was saved with, if it is a JPEG.
    """
    factor = -(-max(image.size) // _LONG)
    light = np.asarray((image.reduce(factor) if factor > 1 else image).convert("L")) / 255
    more: dict[str, Any] = {}
    if received is not None:
        more = _received_look(received) | {
            "blocks": round(measures.blocks(np.asarray(image)), 4),
            "jpeg_quality": jpeg_quality,
        }
    return PhotoLook(float(light.mean()), float(light.std()), measures.sharpness(light), **more)


def _received_look(received: NDArray[np.uint8]) -> dict[str, Any]:
    pixels = np.asarray(received, np.float32) / np.float32(255)
    red_blue, green_magenta = measures.tint(pixels)
    edges = measures.frame(pixels)
    return {
        "saturation": round(measures.saturation(pixels), 4),
        "red_blue": round(red_blue, 4),
        "green_magenta": round(green_magenta, 4),
        "exposure": round(measures.exposure(pixels), 4),
        "detail": round(measures.sharpness(measures.luma(pixels)), 5),
        "frame": edges[0] if edges else (0.0, 0.0, 0.0, 0.0),
        "frame_colour": edges[1] if edges else None,
    }
