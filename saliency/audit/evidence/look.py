"""How bright, contrasty and sharp a photo is, as far as that can be told without knowing what it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from saliency.audit.json_types import rounded

_LONG = 160  # pixels of the long side at most: detail that is lost here is small for a model too
_LEAST = 1e-6  # variance from which a picture is not even


@dataclass(frozen=True, slots=True)
class PhotoLook:
    """What anybody sees of a photo at once.

    Attributes:
        brightness: Mean luma, in [0, 1].
        contrast: Standard deviation of the luma, in [0, 0.5].
        sharpness: Variance of the luma's Laplacian as a share of the luma's own (after Pech-Pacheco et al.
            2000), at least 0; 0 of an even picture.
    """

    brightness: float = rounded(4)
    contrast: float = rounded(4)
    sharpness: float = rounded(4)


def photo_look(image: Image.Image) -> PhotoLook:
    """How a photo, RGB, looks."""
    factor = -(-max(image.size) // _LONG)
    luma = np.asarray((image.reduce(factor) if factor > 1 else image).convert("L")) / 255
    variance = float(luma.var())
    edges = 0.0
    if min(luma.shape) >= 3 and variance > _LEAST:
        middle = luma[1:-1, 1:-1]
        laplacian = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * middle
        edges = float(laplacian.var()) / variance
    return PhotoLook(float(luma.mean()), variance**0.5, edges)
