"""What paths to the picture begin from, and contributions are counted from: pictures that say little.

Which suits a view was measured (``docs/quality.md``, ``python -m benchmarks.baselines``).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from saliency.methods.registry import Setting
from saliency.network.graph import Graph

CHOICES = ("black", "mean", "own", "blur")
_BLUR = 0.1  # standard deviation, as a share of the short side

BASELINE = Setting(
    "baseline",
    "own",
    choices=CHOICES,
    sentence="What it begins from: black, the training pictures' mean colour, the photo's own, or its blur.",
)
"""The setting of every view that has a baseline."""


def baseline_of(graph: Graph, x: Tensor, name: str) -> Tensor:
    """The baselines of pictures ``x``, normalised, ``(B, 3, H, W)`` as these are.

    * ``black``: ``(0 − mean) / std``, which the graph knows as ``graph.black``;
    * ``mean``: 0 in normalised values, the mean colour of the pictures the model learned from;
    * ``own``: the mean colour of the picture itself;
    * ``blur``: the picture under a Gaussian blur of a tenth of its short side.
    """
    if name == "black":
        return graph.black.to(x)[:, None, None].expand_as(x)
    if name == "own":
        return x.mean((2, 3), keepdim=True).expand_as(x)
    return gaussian_blur(x, _BLUR * min(x.shape[2:])) if name == "blur" else torch.zeros_like(x)


def gaussian_blur(x: Tensor, deviation: float) -> Tensor:
    """Gaussian blur of pictures ``(B, C, H, W)``, ``deviation`` in points; edges are mirrored.

    As two products with matrices: for wide blurs ten times as quick as a convolution a channel.
    """
    if deviation < 0.2:
        return x
    rows, columns = (_blurring(side, deviation).to(x) for side in x.shape[2:])
    return rows @ x @ columns.T


def _blurring(side: int, deviation: float) -> Tensor:
    """The blur of a line of ``side`` points as a matrix, in float64."""
    radius = min(math.ceil(3 * deviation), side - 1)
    reach = torch.arange(-radius, radius + 1)
    kernel = torch.exp(-0.5 * (reach.double() / deviation) ** 2)
    sources = (torch.arange(side)[:, None] + reach).abs()
    mirrored = torch.minimum(sources, 2 * (side - 1) - sources)
    matrix = torch.zeros((side, side), dtype=torch.float64)
    return matrix.scatter_add_(1, mirrored, (kernel / kernel.sum()).expand(side, -1))
