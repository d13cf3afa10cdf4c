"""Insertion and deletion: how fast the score rises or falls as a picture is shown or hidden in a map's order.

Petsiuk 2018, section 4.3, with two substrates for what is hidden: a heavy blur and the mean colour. Figures
are areas under the curve of the class's softmax share; compare them within one run only.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.methods.baselines import gaussian_blur
from saliency.network.graph import Graph

STEPS = 28
_BLUR = 0.1  # standard deviation, as a share of the short side
_CHUNK = 8


def substrates(x: Tensor) -> dict[str, Tensor]:
    """What stands in for hidden parts of ``x (1, 3, H, W)``, by name."""
    return {"blur": gaussian_blur(x, _BLUR * min(x.shape[2:])), "mean colour": torch.zeros_like(x)}


def insertion_less_deletion(
    graph: Graph, x: Tensor, target: int, attribution: Tensor, under: Tensor, steps: int = STEPS
) -> float:
    """Area under the insertion curve less that under the deletion curve, in [-1, 1].

    Args:
        graph: The model.
        x: A picture ``(1, 3, H, W)``.
        target: The class.
        attribution: The map ``(h, w)``; ties are broken at random with a fixed seed.
        under: What stands in for hidden parts.
        steps: In how many it is shown and hidden.
    """
    large = interpolate(
        attribution[None, None].double(), size=x.shape[2:], mode="bilinear", align_corners=False
    )[0, 0].flatten()
    noise = torch.rand(len(large), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    spread = float(large.max() - large.min())
    rank = (large + 1e-9 * max(spread, 1e-30) * noise).argsort(descending=True).argsort()
    cuts = torch.linspace(0, len(large), steps + 1)
    strongest = torch.stack([(rank < cut).view(x.shape[2:]) for cut in cuts])[:, None]
    insertion = _area(graph, torch.where(strongest, x, under), target)
    return insertion - _area(graph, torch.where(strongest, under, x), target)


def _area(graph: Graph, pictures: Tensor, target: int) -> float:
    shares = torch.cat([graph.logits(part).softmax(1)[:, target] for part in pictures.split(_CHUNK)])
    return float(torch.trapezoid(shares) / (len(shares) - 1))
