"""What may happen to a picture before a model gets it, for the robustness figures of a model card."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from models.showroom.rendering.effects import blur, photograph

Change = Callable[[Tensor, torch.Generator], Tensor]
"""Pictures ``(B, 3, H, W)`` in [0, 1], and what draws chance, to changed pictures."""


def changes() -> dict[str, Change]:
    """The changes that the model cards report."""
    return {
        "as rendered": as_rendered,
        "snapshot faults": photograph,
        **{f"blur, sigma {sigma} px": _certain(blur, sigma) for sigma in (1, 2, 3)},
        **{f"noise, deviation {level}": partial(_noisy, level=level) for level in (0.05, 0.1, 0.15)},
        **{f"JPEG quality {quality}": _certain(_jpeg, quality) for quality in (50, 20, 10)},
        **{f"brightness × {factor}": _certain(_exposed, factor) for factor in (0.4, 1.6)},
        "wide, 224 × 298": _certain(F.pad, (37, 37, 0, 0), "reflect"),
    }


def as_rendered(x: Tensor, _: torch.Generator) -> Tensor:
    """No change at all."""
    return x


def _certain(change: Callable[..., Tensor], *arguments: Any) -> Change:
    """A change in which nothing is left to chance."""
    return lambda x, _: change(x, *arguments)


def _noisy(x: Tensor, generator: torch.Generator, level: float) -> Tensor:
    return (x + level * torch.randn(x.shape, generator=generator)).clamp(0, 1)


def _exposed(x: Tensor, factor: float) -> Tensor:
    return (x * factor).clamp(0, 1)


def _jpeg(x: Tensor, quality: int) -> Tensor:
    """The pictures as real JPEG files hold them."""
    files = []
    for picture in x:
        file = io.BytesIO()
        pixels = (picture.permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
        Image.fromarray(pixels).save(file, "JPEG", quality=quality)
        files.append(torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1).float() / 255)
    return torch.stack(files)
