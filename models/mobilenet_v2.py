"""MobileNetV2, whose parts are named as torchvision names them, so that the same weights load.

Sandler et al. 2018, *MobileNetV2: inverted residuals and linear bottlenecks* (table 2). The small built-in
models have its blocks; built here, they need no torchvision.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.efficientnet_lite import eights

_BLOCKS = (  # expansion, channels, blocks, stride
    *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
    *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
)
_STEM, _HEAD, _DROPOUT = 32, 1280, 0.2


class MobileNetV2(nn.Module):
    """With random weights, at the published width."""

    def __init__(
        self, num_classes: int = 1000, inverted_residual_setting: Sequence[Sequence[int]] | None = None
    ) -> None:
        """Args: num_classes, the number of outputs; inverted_residual_setting, rows of four as in table 2.

        Raises:
            ValueError: A row does not hold four numbers.
        """
        super().__init__()
        rows = _BLOCKS if inverted_residual_setting is None else inverted_residual_setting
        if not rows or any(len(row) != 4 for row in rows):
            raise ValueError("inverted_residual_setting should hold rows of four numbers")
        before, parts = _STEM, list[nn.Module]([_convolution(3, _STEM, 3, stride=2)])
        for expansion, channels, repeats, stride in rows:
            for repeat in range(repeats):
                after = eights(channels)
                parts.append(_Block(before, after, stride if repeat == 0 else 1, expansion))
                before = after
        self.features = nn.Sequential(*parts, _convolution(before, _HEAD, 1))
        self.classifier = nn.Sequential(nn.Dropout(_DROPOUT), nn.Linear(_HEAD, num_classes))

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` of normalised pictures ``(B, 3, H, W)``."""
        pooled = F.adaptive_avg_pool2d(self.features(x), (1, 1))
        logits: Tensor = self.classifier(torch.flatten(pooled, 1))
        return logits


class _Block(nn.Module):
    """An inverted residual: wider, a convolution of each channel by itself, narrower again."""

    def __init__(self, before: int, after: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = round(before * expansion)
        self._residual = stride == 1 and before == after
        self.conv = nn.Sequential(
            *([] if expansion == 1 else [_convolution(before, inner, 1)]),
            _convolution(inner, inner, 3, stride=stride, groups=inner),
            nn.Conv2d(inner, after, 1, bias=False),
            nn.BatchNorm2d(after),
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(x)
        return x + y if self._residual else y


def _convolution(before: int, after: int, kernel: int, *, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU6(inplace=True),
    )
