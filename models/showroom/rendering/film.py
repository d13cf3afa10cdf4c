"""From light to a picture: tone curve, depth of field, and where edges need more rays."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def tone(colour: Tensor, exposure: float) -> Tensor:
    """Linear light to sRGB-like values in [0, 1], highlights rolled off (Narkowicz 2015 film curve)."""
    x = colour * exposure * 0.72
    x = (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14)
    return x.clamp(0, 1) ** (1 / 2.2)


def defocus(picture: Tensor, far: Tensor, amount: float) -> Tensor:
    """Blurs what is far, ``picture`` (3, H, W), without bleeding what is near into it."""
    radius = max(1, round(amount * picture.shape[-1]))
    kernel = torch.hann_window(2 * radius + 3, periodic=False)[1:-1]
    weight = far[None].to(picture.dtype) + 1e-4
    stack = torch.cat([picture * weight, weight])[:, None]
    stack = F.pad(stack, (radius, radius, radius, radius), mode="replicate")
    stack = F.conv2d(F.conv2d(stack, kernel.view(1, 1, 1, -1)), kernel.view(1, 1, -1, 1))[:, 0]
    return torch.where(far[None], stack[:3] / stack[3:], picture)


def edges(picture: Tensor, met: Tensor) -> Tensor:
    """Pixels (H, W) that differ from a neighbour in thing, or strongly in colour."""
    uneven = torch.zeros_like(met, dtype=torch.bool)
    across = (met[:, 1:] != met[:, :-1]) | ((picture[..., 1:] - picture[..., :-1]).abs().amax(0) > 0.14)
    down = (met[1:] != met[:-1]) | ((picture[:, 1:] - picture[:, :-1]).abs().amax(0) > 0.14)
    uneven[:, 1:] |= across
    uneven[:, :-1] |= across
    uneven[1:] |= down
    uneven[:-1] |= down
    return uneven
