"""What stands in for a part of a picture that is covered.

No fill is neutral: a classifier may respond to the fill itself. So two that have little in common are used,
and a finding needs both:

* *blur*: a heavy Gaussian blur of the picture, which keeps the rough colours of what was there;
* *grown*: the surroundings grown inwards, which keeps nothing of it. A pyramid of means of the known points
  (push and pull: Gortler 1996, The Lumigraph, section 3.4.2), relaxed towards Laplace's equation at each
  level.

The edge is soft, as a hard one would be a thing of its own.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from saliency.classifier import Classifier
from saliency.methods.paths import blurred

EDGE = 0.015  # width of the soft edge, as a share of the picture's short side
_BLUR = 0.1  # standard deviation of the blur, as a share of the short side
_RELAXED = 6  # steps a level


class Fill(StrEnum):
    """What stands in for what is covered."""

    BLUR = "blur"
    GROWN = "grown"


def widened(mask: Tensor) -> Tensor:
    """A mask ``(h, w)`` bool with the ring that the soft edge needs around it."""
    edge = _edge(mask)
    return F.max_pool2d(mask[None].float(), 2 * edge + 1, stride=1, padding=edge)[0] > 0


def softened(masks: Tensor) -> Tensor:
    """How far masks ``(n, h, w)`` bool from :func:`widened` cover each point, ``(n, h, w)`` in [0, 1].

    0 outside, rising inwards to 1 at the edge of what was widened. The picture's border is no edge.
    """
    edge = _edge(masks[0])
    if edge == 0:
        return masks.float()
    padded = F.pad(masks[:, None].float(), (edge,) * 4, mode="replicate")
    mean = F.avg_pool2d(padded, 2 * edge + 1, stride=1)[:, 0]
    return torch.where(masks, (2 * mean - 1).clamp(0, 1), 0.0)


def blur_of(x: Tensor, area: float = 0.0) -> Tensor:
    """The picture ``(1, 3, h, w)`` under a heavy blur, heavier for an ``area`` of many points."""
    deviation = max(_BLUR * min(x.shape[2:]), 0.4 * math.sqrt(area))
    return blurred(x, deviation)


def filled(x: Tensor, covered: Tensor, fill: Fill) -> Tensor:
    """Copies of a picture with parts of it filled in.

    Args:
        x: The picture ``(1, 3, h, w)``.
        covered: How far each point is covered, ``(n, h, w)`` in [0, 1].
        fill: What stands in for it.

    Returns:
        ``(n, 3, h, w)``.
    """
    soft = covered[:, None].to(x)
    if fill is Fill.BLUR:
        under = blur_of(x, float(covered[0].sum()) if len(covered) else 0.0)
    else:
        under = grown(x.expand(len(covered), -1, -1, -1), soft == 0)
    return x + soft * (under - x)


def grown(x: Tensor, known: Tensor) -> Tensor:
    """Pictures ``(n, 3, h, w)`` whose unknown points are grown from the known ones.

    Args:
        x: The pictures.
        known: ``(n, 1, h, w)`` bool. Where nothing at all is known, the result is 0, the mean colour.
    """
    weight = known.to(x)
    return _pulled(x * weight, weight)


def pixels(classifier: Classifier, x: Tensor) -> NDArray[np.uint8]:
    """A picture ``(1, 3, h, w)`` or ``(3, h, w)`` as the model receives it, as ``(h, w, 3)`` uint8 sRGB."""
    mean, std = (
        torch.tensor(v)[:, None, None] for v in (classifier.preprocessing.mean, classifier.preprocessing.std)
    )
    values = (x.reshape(x.shape[-3:]).cpu() * std + mean).mul(255).round().clamp(0, 255)
    shown: NDArray[np.uint8] = values.permute(1, 2, 0).to(torch.uint8).numpy()
    return shown


def _pulled(total: Tensor, weight: Tensor) -> Tensor:
    """The pyramid: sums ``(n, 3, h, w)`` and how much they weigh ``(n, 1, h, w)``."""
    mean = total / weight.clamp(min=1e-6)
    known = weight > 0
    if bool(known.all()):
        return mean
    height, width = total.shape[2:]
    if height * width == 1:
        return mean * known
    padding = (0, width % 2 if width > 1 else 0, 0, height % 2 if height > 1 else 0)
    window = (min(2, height), min(2, width))
    coarse = _pulled(*(F.avg_pool2d(F.pad(part, padding), window) for part in (total, weight)))
    out = torch.where(known, mean, F.interpolate(coarse, size=(height, width), mode="bilinear"))
    for _ in range(_RELAXED):
        around = F.avg_pool2d(F.pad(out, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
        out = torch.where(known, mean, around)
    return out


def _edge(mask: Tensor) -> int:
    """Width of the soft edge in points."""
    return round(EDGE * min(mask.shape))
