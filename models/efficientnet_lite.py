"""EfficientNet-Lite: EfficientNet for small devices, without squeeze-and-excitation and with ReLU6.

Tan and Le 2019, EfficientNet (table 1 and section 3.3), as R. Liu 2020, *Higher accuracy on vision models
with EfficientNet-Lite* (TensorFlow blog), made it light: stem and head are not scaled with the rest, and the
first and the last stage are not repeated more often. Convolutions with a stride are padded as TensorFlow's
``SAME`` does: what an even side lacks is added on the right and below only.

Parts are named as in the checkpoints that people publish, so that these load as they are.
"""

from __future__ import annotations

import math

from torch import Tensor, nn
from torch.nn import functional as F

WIDTH_AND_DEPTH = {
    "efficientnet_lite0": (1.0, 1.0),
    "efficientnet_lite1": (1.0, 1.1),
    "efficientnet_lite2": (1.1, 1.2),
    "efficientnet_lite3": (1.2, 1.4),
    "efficientnet_lite4": (1.4, 1.8),
}
"""How many times as wide and as deep as the first each of the five is, by name."""

_STAGES = (  # blocks, kernel, stride, expansion, channels
    *((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80)),
    *((3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)),
)
_STEM, _HEAD, _EPSILON = 32, 1280, 1e-3


class EfficientNetLite(nn.Module):
    """One of the five, with random weights."""

    def __init__(self, name: str, num_classes: int = 1000) -> None:
        """Args: name, a key of :data:`WIDTH_AND_DEPTH`; num_classes, the number of outputs."""
        super().__init__()
        width, depth = WIDTH_AND_DEPTH[name]
        self._conv_stem, self._bn0 = _convolution(3, _STEM, 3, stride=2)
        self._blocks, before = nn.ModuleList(), _STEM
        for number, (repeats, kernel, stride, expansion, channels) in enumerate(_STAGES):
            inside = 0 < number < len(_STAGES) - 1
            after = eights(channels * width)
            for repeat in range(math.ceil(repeats * depth) if inside else repeats):
                step = stride if repeat == 0 else 1
                self._blocks.append(_Block(before, after, kernel, step, expansion))
                before = after
        self._conv_head, self._bn1 = _convolution(before, _HEAD, 1)
        self._fc = nn.Linear(_HEAD, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(B, K)`` of pictures ``(B, 3, H, W)``, normalised as ``(pixel − 127) / 128``."""
        x = F.relu6(self._bn0(self._conv_stem(_padded(x, 3))))
        for block in self._blocks:
            x = block(x)
        x = F.relu6(self._bn1(self._conv_head(x)))
        logits: Tensor = self._fc(x.mean((2, 3)))
        return logits


class _Block(nn.Module):
    """An inverted residual: wider, a convolution of each channel by itself, narrower again."""

    def __init__(self, before: int, after: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = before * expansion
        self._kernel = kernel if stride > 1 else 0
        self._expands, self._residual = expansion > 1, stride == 1 and before == after
        if self._expands:
            self._expand_conv, self._bn0 = _convolution(before, inner, 1)
        self._depthwise_conv, self._bn1 = _convolution(inner, inner, kernel, stride=stride, groups=inner)
        self._project_conv, self._bn2 = _convolution(inner, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = F.relu6(self._bn0(self._expand_conv(x))) if self._expands else x
        y = F.relu6(self._bn1(self._depthwise_conv(_padded(y, self._kernel))))
        y = self._bn2(self._project_conv(y))
        return x + y if self._residual else y


def _convolution(
    before: int, after: int, kernel: int, *, stride: int = 1, groups: int = 1
) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    """A convolution and its normalisation; one with a stride is padded by :func:`_padded`."""
    padding = kernel // 2 if stride == 1 else 0
    convolution = nn.Conv2d(before, after, kernel, stride, padding, groups=groups, bias=False)
    return convolution, nn.BatchNorm2d(after, eps=_EPSILON)


def _padded(x: Tensor, kernel: int) -> Tensor:
    """What a convolution of stride 2 needs at the edges; ``x`` itself for kernel 0.

    ``kernel − 2`` more pixels for an even side and one more for an odd one, the smaller half of them first.
    """
    if not kernel:
        return x
    down, across = kernel - 2 + x.size(2) % 2, kernel - 2 + x.size(3) % 2
    return F.pad(x, (across // 2, across - across // 2, down // 2, down - down // 2))


def eights(channels: float) -> int:
    """The nearest multiple of 8, and never less than 90 % of what was asked for (the paper's code)."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest
