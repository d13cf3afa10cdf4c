"""Twins in their photo's own frame, as they are handed on; the same ones that a rehearsal learns from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from saliency.audit.evidence.picture_measures import Pixels
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.properties.changes import CHANGES, framed, saved, saved_as_coarsely, unframed
from saliency.audit.evidence.properties.trial import PropertyTrial, own_setting
from saliency.audit.remedy.twins import FILLS, TwinMaker, TwinPlan
from saliency.checks.fills import Filling, edge_of, soft_masks
from saliency.checks.paste import composite
from saliency.errors import SaliencyError
from saliency.photo.area import LARGEST, SMALLEST, Area, Box
from saliency.photo.reading import Photo

SIDE = 1024
"""Longer side of a twin in pixels, at most."""


class TwinPicture(NamedTuple):
    """A twin to be handed on.

    Attributes:
        number: Its photo.
        plan: How it was made.
        image: RGB.
    """

    number: int
    plan: TwinPlan
    image: Image.Image


@dataclass(frozen=True, eq=False)
class TwinPictures:
    """Makes twins in their photos' own frames."""

    maker: TwinMaker

    def of(self, number: int) -> Iterator[TwinPicture]:
        """All twins of a photo; those that cannot be made are passed over.

        Raises:
            SaliencyError: The photo cannot be read any more, or has changed.
        """
        probe = self.maker.probe(number)
        for plan in self.maker.plans(number, probe.seed):
            try:
                yield TwinPicture(number, plan, self._image(plan, number, probe))
            except SaliencyError:  # this photo cannot be changed so
                continue

    def _image(self, plan: TwinPlan, number: int, probe: PhotoProbe) -> Image.Image:
        cause, trial = self.maker.material.causes[plan.cause], self.maker.trial(plan)
        if trial is not None:
            trial.picture(probe)  # raises where the rehearsal has no such twin
            return _changed(trial, probe.photo)
        x = _values(probe.photo)
        if plan.donor is None:
            soft = _soft(x, cause.having[number])
            return _image(Filling(x).pictures(soft, FILLS[plan.kind]))
        donor = _values(self.maker.photo(plan.donor))
        return _image(composite(x, donor, _soft(donor, cause.having[plan.donor][:1])[0]))


def _changed(trial: PropertyTrial, photo: Photo) -> Image.Image:
    """A photo with one property changed.

    Raises:
        SaliencyError: It cannot be changed so.
    """
    change, setting = trial.change, trial.setting
    if change in ("quality", "blocks"):
        coarse = (
            saved(photo.pixels, int(setting[0]))
            if change == "quality"
            else saved_as_coarsely(photo.pixels, setting[0])
        )
        return Image.fromarray(coarse)
    pixels: Pixels = np.asarray(_small(photo), np.float32) / np.float32(255)
    if change == "frame":
        own = own_setting(change, pixels)
        if not any((*setting[:4], *own[:4])):
            raise SaliencyError("This photo has no frame.")
        out = framed(pixels, setting) if any(setting[:4]) else unframed(pixels, own)
    else:
        out = CHANGES[change](pixels, setting)
    return Image.fromarray(_bytes(out))


def _soft(x: Tensor, boxes: tuple[Box, ...]) -> Tensor:
    """How far each point of a photo lies in some boxes, ``(1, h, w)``.

    Raises:
        SaliencyError: They are too small or too large.
    """
    mask = torch.from_numpy(Area(boxes).on_photo((x.shape[3], x.shape[2])))
    if int(mask.sum()) < SMALLEST or float(mask.float().mean()) > LARGEST:
        raise SaliencyError("The area is too small or too large.")
    return soft_masks(mask[None], edge_of(x))


def _small(photo: Photo) -> Image.Image:
    image = photo.image.convert("RGB")
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return image


def _values(photo: Photo) -> Tensor:
    """A photo ``(1, 3, h, w)`` in [−0.5, 0.5], so that 0 is the middle."""
    pixels = np.asarray(_small(photo), np.float32) / np.float32(255)
    return torch.from_numpy(pixels).permute(2, 0, 1)[None] - 0.5


def _image(x: Tensor) -> Image.Image:
    return Image.fromarray(_bytes((x[0] + 0.5).permute(1, 2, 0).numpy()))


def _bytes(pixels: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(255 * pixels), 0, 255), np.uint8)
