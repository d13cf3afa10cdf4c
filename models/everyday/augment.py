"""Training photos varied on the fly, against the shortcuts that their sources offer.

The sources differ in resolution, framing, light and compression, so every one of these is drawn at random:
crops, mirrored or not; exposure and colour; blur, noise and compression; pictures shrunk and grown again;
a part of another photo pasted in, and counted in the answer by its area (CutMix, Yun 2019).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from models.showroom.rendering.effects import photograph
from models.torchvision_guard import import_torchvision

import_torchvision()
from torchvision.transforms.v2 import CutMix  # noqa: E402  after the guard
from torchvision.transforms.v2 import functional as change  # noqa: E402

_LEAST = 0.3  # share of the photo that a crop keeps at least
_STRETCH = 0.29  # log of the largest change of a crop's aspect ratio


def uniform(low: float, high: float, generator: torch.Generator) -> float:
    """One number in [low, high)."""
    return low + (high - low) * float(torch.rand((), generator=generator))


def cropped(photo: Tensor, size: tuple[int, int], generator: torch.Generator, least: float) -> Tensor:
    """A random part ``(3, h, w)`` of a photo ``(3, H, W)``, uint8, mirrored half of the time.

    Its area is at least the share ``least`` of the photo's, but for what does not fit into it.
    """
    height, width = photo.shape[-2:]
    area = height * width * uniform(least, 1.0, generator)
    aspect = size[1] / size[0] * math.exp(uniform(-_STRETCH, _STRETCH, generator))
    tall = min(height, round(math.sqrt(area / aspect)))
    wide = min(width, round(math.sqrt(area * aspect)))
    top = int(uniform(0, height - tall + 1, generator))
    left = int(uniform(0, width - wide + 1, generator))
    out: Tensor = change.resized_crop(photo, top, left, tall, wide, list(size), antialias=True)
    return out.flip(2) if uniform(0, 1, generator) < 0.5 else out


def shrunk_and_grown(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Takes detail from a share of the pictures ``(B, 3, H, W)``, as a low resolution would."""
    at = (torch.rand(len(x), generator=generator) < share).nonzero().squeeze(1)
    if at.numel():
        factor = uniform(0.3, 0.8, generator)
        small = F.interpolate(x[at], scale_factor=factor, mode="bilinear", antialias=True)
        grow = "bilinear" if uniform(0, 1, generator) < 0.7 else "nearest"
        x[at] = F.interpolate(small, size=x.shape[-2:], mode=grow)
    return x


def batch(
    photos: list[Tensor],
    labels: Tensor,
    classes: int,
    size: tuple[int, int],
    generator: torch.Generator,
    *,
    mix: float,
    strength: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """One batch.

    Args:
        photos: ``(3, H, W)`` uint8 of any sizes.
        labels: ``(B,)``.
        classes: how many there are.
        size: (height, width) of the result.
        generator: draws everything.
        mix: share of batches with parts of other photos pasted in.
        strength: how far photos are changed.

    Returns:
        Pictures ``(B, 3, h, w)`` in [0, 1] and answers ``(B, classes)`` that add up to 1.
    """
    least = 1 - (1 - _LEAST) * strength
    x = torch.stack([cropped(photo, size, generator, least) for photo in photos]).float() / 255
    x = shrunk_and_grown(x, 0.3 * strength, generator)
    x = photograph(x, generator, strength * uniform(0.3, 1.2, generator))
    if uniform(0, 1, generator) >= mix:
        return x, F.one_hot(labels, classes).float()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**62, (), generator=generator)))
        mixed, answers = CutMix(num_classes=classes)(x, labels)
    return mixed, answers


def sizes(progress: float) -> list[tuple[int, int]]:
    """Input sizes to train at, small ones first; the app feeds photos at their own aspect ratio."""
    if progress < 0.4:
        return [(112, 112), (112, 112), (96, 128), (128, 96)]
    if progress < 0.8:
        return [(128, 128), (128, 128), (112, 144), (144, 112)]
    return [(160, 160), (160, 160), (144, 192), (192, 144)]


def strength(progress: float) -> float:
    """How far photos are changed: less towards the end, when the model meets them as it will in use."""
    return 1.0 if progress < 0.85 else 0.5
