"""What a camera does to a picture: exposure, colour cast, blur, noise, vignette, compression.

Pictures are float tensors ``(B, 3, H, W)`` in [0, 1]. Every effect draws a strength for each picture.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

_Y = torch.tensor([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
_FROM_Y = torch.linalg.inv(_Y)
_WAVES = torch.stack(
    [
        torch.cos((torch.arange(8) + 0.5) * math.pi * k / 8) * (math.sqrt(1 / 8) if k == 0 else 0.5)
        for k in range(8)
    ]
)
_ROUGHNESS = 1.0 + torch.arange(8)[:, None] + torch.arange(8)[None]


def blur(x: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, ``sigma`` in pixels."""
    if sigma < 0.2:
        return x
    radius = math.ceil(2.5 * sigma)
    kernel = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).repeat(3, 1)
    x = F.pad(x, (radius,) * 4, mode="replicate")
    x = F.conv2d(x, kernel[:, None, None, :], groups=3)
    return F.conv2d(x, kernel[:, None, :, None], groups=3)


def smear(x: Tensor, length: int, upright: bool) -> Tensor:
    """Motion blur over ``length`` pixels, level or upright."""
    pad = (
        (0, 0, length // 2, length - 1 - length // 2)
        if upright
        else (length // 2, length - 1 - length // 2, 0, 0)
    )
    return F.avg_pool2d(F.pad(x, pad, mode="replicate"), (length, 1) if upright else (1, length), stride=1)


def compress(x: Tensor, coarseness: Tensor) -> Tensor:
    """JPEG's losses: the cosine transform of 8×8 blocks, rounded to steps of ``coarseness`` ``(B,)``.

    Steps grow linearly with frequency; 0.004 is about quality 90, 0.03 about quality 20. Sides are cut to
    multiples of 8 by repeating the edge, and restored.
    """
    height, width = x.shape[-2:]
    padded = F.pad(x - 0.5, (0, -width % 8, 0, -height % 8), mode="replicate")
    planes = torch.einsum("ij,bjhw->bihw", _Y, padded)
    b, _, h, w = planes.shape
    blocks = planes.reshape(b, 3, h // 8, 8, w // 8, 8)
    waves = torch.einsum("ki,bcyixj,lj->bcykxl", _WAVES, blocks, _WAVES)
    step = coarseness.view(-1, 1, 1, 1, 1, 1) * _ROUGHNESS[:, None, :]
    step = step * torch.tensor([1.0, 1.8, 1.8]).view(1, 3, 1, 1, 1, 1)
    waves = torch.round(waves / step) * step
    blocks = torch.einsum("ki,bcykxl,lj->bcyixj", _WAVES, waves, _WAVES)
    planes = blocks.reshape(b, 3, h, w)
    return (torch.einsum("ij,bjhw->bihw", _FROM_Y, planes) + 0.5)[..., :height, :width].clamp(0, 1)


def develop(x: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Exposure, contrast, colour cast, saturation and vignette."""

    def drawn(*shape: int) -> Tensor:
        return torch.randn(x.shape[0], *shape, generator=generator) * strength

    gamma = torch.exp(drawn(1, 1, 1) * 0.3)
    x = x.clamp(1e-4, 1) ** gamma
    x = x * torch.exp(drawn(1, 1, 1) * 0.12) * torch.exp(drawn(3, 1, 1) * 0.07)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * torch.exp(drawn(1, 1, 1) * 0.3)
    middle = x.mean((1, 2, 3), keepdim=True)
    x = middle + (x - middle) * torch.exp(drawn(1, 1, 1) * 0.2)
    v = torch.linspace(-1, 1, x.shape[-2])[:, None] ** 2 + torch.linspace(-1, 1, x.shape[-1])[None] ** 2
    return (x * (1 - v * 0.25 * drawn(1, 1, 1).abs())).clamp(0, 1)


def photograph(x: Tensor, generator: torch.Generator, strength: float = 1.0) -> Tensor:
    """A camera's faults drawn at random; at ``strength`` 1 as in everyday snapshots, none to plainly visible.

    Blur and compression are drawn once for the whole batch, the rest for each picture.
    """

    def uniform() -> float:
        return float(torch.rand((), generator=generator))

    scale = x.shape[-2] / 224
    x = develop(x, generator, strength)
    kind = uniform()
    if kind < 0.5:
        x = blur(x, uniform() ** 2 * 2.4 * strength * scale)
    elif kind < 0.6:
        x = smear(x, 1 + round(uniform() * 7 * strength * scale), uniform() < 0.5)
    if uniform() < 0.5:
        level = torch.rand(x.shape[0], 1, 1, 1, generator=generator) ** 2 * 0.09 * strength
        x = x + level * torch.randn(x.shape, generator=generator)
    if uniform() < 0.4:
        low, high = math.log(0.003), math.log(0.003 + 0.025 * strength)
        x = compress(
            x.clamp(0, 1), torch.exp(low + torch.rand(x.shape[0], generator=generator) * (high - low))
        )
    return x.clamp(0, 1)
