"""What a reader gives of a model of one's own, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import nn

Channels = Literal["rgb", "bgr", "grey"]
"""In which order a model takes the colours of a picture."""

Outputs = Literal["softmax", "probabilities", "labels", "yes-no", "score"]
"""What a model's numbers are: logits of classes that exclude each other; their shares, adding up to 1; one
share for each of several labels that may be true at once; one share of yes; or one number."""


@dataclass(frozen=True, eq=False)
class ReadModel:
    """A model as its file gives it; ``None`` wherever the file says nothing.

    Attributes:
        module: From pictures ``(N, C, H, W)``, floating point, to outputs ``(N, K)``; C is 3, or 1 for grey.
        labels: Names of its K outputs, in order.
        size: Height and width of its pictures in pixels.
        mean: Mean of each channel's values in [0, 1], which is subtracted.
        std: Deviation of each channel's values in [0, 1], by which they are divided then.
        channels: The order of colours that it takes.
        outputs: What its numbers are.
        notes: What people should know of how it was read, in sentences.
        outside: Why it can only be asked from outside, as half a sentence; empty where a graph may be made.
    """

    module: nn.Module
    labels: tuple[str, ...] | None = None
    size: tuple[int, int] | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    channels: Channels | None = None
    outputs: Outputs | None = None
    notes: tuple[str, ...] = ()
    outside: str = ""
