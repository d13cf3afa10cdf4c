"""Pictures of one product with other surroundings, for people: no model is run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from saliency.audit.evidence.places import EXPECTED
from saliency.audit.evidence.surround import Surround
from saliency.audit.evidence.surroundings.exchange import MarkedPicture, exchanged
from saliency.audit.job import Job
from saliency.photo.area import Area
from saliency.photo.reading import read_photo

_LONG = 320  # pixels of the long side


def example_pictures(
    job: Job, photos: Path, own: int, same: int | None = None, other: int | None = None
) -> dict[Surround, Image.Image]:
    """Small pictures of a photo's product with other surroundings, as the model was shown it.

    Args:
        job: The job.
        photos: Where its photos lie.
        own: The photo's number.
        same: That of another photo of its class.
        other: That of a photo of another class.

    Raises:
        SaliencyError: A photo or its mask cannot be read any more.
    """
    pictures = [None if number is None else _marked(job, photos, number) for number in (own, same, other)]
    assert pictures[0] is not None
    shown = exchanged(pictures[0], *pictures[1:])
    return {surround: Image.fromarray(pixels) for surround, pixels in shown.items()}


def _marked(job: Job, photos: Path, number: int) -> MarkedPicture:
    item = job.item(number)
    photo = read_photo(photos / item.file)
    areas = [area.area(photo, job.masks) for area in item.areas if area.name.casefold() in EXPECTED]
    factor = _LONG / max(photo.width, photo.height)
    size = max(1, round(factor * photo.width)), max(1, round(factor * photo.height))
    small = photo.image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return MarkedPicture(np.asarray(small), _mask(areas, size), any(area.mask is not None for area in areas))


def _mask(areas: Sequence[Area], size: tuple[int, int]) -> torch.Tensor:
    return torch.from_numpy(np.stack([area.on_photo(size) for area in areas]).any(0))
