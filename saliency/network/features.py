"""A feature map as methods read it, ``(B, C, h, w)``, whatever the layout in which a network keeps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from saliency.network.cut import Halves
from saliency.network.layer import Layer


class Features(NamedTuple):
    """What a picture looks like at a layer, and the rest of the model.

    Attributes:
        values: The feature map ``(B, C, h, w)``, whatever its layout; tokens are laid out on their grid.
        logits_from: Logits ``(N, K)`` from feature maps ``(N, C, h, w)``; N is B, or any number if B is 1.
            Differentiable, and without state.
    """

    values: Tensor
    logits_from: Callable[[Tensor], Tensor]


def features_at(layer: Layer, halves: Halves, at_cut: Sequence[Tensor], x: Tensor) -> Features:
    """The feature map at a layer, and what follows.

    Args:
        layer: The layer.
        halves: The graph, cut at the layer and what is beside it.
        at_cut: What the first half gave for the pictures.
        x: The pictures, ``(B, 3, H, W)``.
    """
    values, *others = at_cut
    beside = others[: len(layer.beside)]
    sizes = [tuple(value.shape) for value in others[len(beside) :]]
    height, width = halves.shapes.at(layer.cells, *x.shape[2:])[2:] if layer.tokens else (0, 0)
    extra = values.shape[1] - height * width if layer.tokens else 0

    def logits_from(cells: Tensor) -> Tensor:
        count = len(cells)
        if layer.tokens:
            tokens = cells.flatten(2).transpose(1, 2)
            cells = torch.cat((values[:, :extra].expand(count, -1, -1), tokens), dim=1)
        elif layer.channels_last:
            cells = cells.permute(0, 2, 3, 1)
        residual = [value.expand(count, *value.shape[1:]) for value in beside]
        logits: Tensor = halves.second(cells, *residual, *halves.without_numbers(cells, sizes, len(x)))
        return logits

    if layer.channels_last:
        return Features(values.permute(0, 3, 1, 2), logits_from)
    if not layer.tokens:
        return Features(values, logits_from)
    grid = values[:, extra:].transpose(1, 2).unflatten(2, (height, width))
    return Features(grid, logits_from)
