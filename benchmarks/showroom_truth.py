"""How much of each method's influence falls inside the product: ``python -m benchmarks.showroom_truth``.

Showroom's renderer knows exactly which pixels show the product. For pictures of unseen seeds this measures
the share of the map inside the mask, beside the mask's own area (what a map without knowledge scores), a map
of random values, and a Gaussian in the middle of the picture. A map of 14 × 14 cells spills over the edges
of things, so the share within one cell of the mask is given too.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import models
from benchmarks.placed import placed_attribution
from benchmarks.rendered import add_cache, masked_pictures, unseen_pictures
from saliency.methods.registry import compatible

_SLOW_PASSES = 10
_CLOSE = 1e-12
_CELL = 16  # points, at 224 × 224


def share_inside(influence: Tensor, mask: Tensor) -> float:
    """Share of a map (h, w), magnitudes only, that falls inside a mask (H, W) in {0, 1}."""
    full = F.interpolate(influence.abs()[None, None], mask.shape, mode="bilinear", align_corners=False)[0, 0]
    return float((full * mask).sum() / full.sum().clamp_min(_CLOSE))


def centre_gaussian(side: int, width: float = 0.25) -> Tensor:
    """A Gaussian in the middle, ``width`` in shares of the side."""
    v = (torch.arange(side) + 0.5) / side - 0.5
    line = torch.exp(-0.5 * (v / width) ** 2)
    return line[:, None] * line[None]


def measure(cache: Path, count: int, slow_count: int) -> dict[str, dict[str, float]]:
    """Mean share inside, median, mean share within a cell, number of pictures, per method and control."""
    graph = models.load("showroom").graph
    shares: dict[str, list[tuple[float, float]]] = {}
    generator = torch.Generator().manual_seed(0)
    for number, (x, mask, target) in enumerate(masked_pictures(unseen_pictures(cache), count)):
        near = F.max_pool2d(mask[None], 2 * _CELL + 1, stride=1, padding=_CELL)[0]
        maps = {
            "mask area": torch.ones(14, 14),
            "random values": torch.rand(14, 14, generator=generator),
            "centre Gaussian": centre_gaussian(224),
        }
        for method in compatible(graph):
            if method.passes <= _SLOW_PASSES or number < slow_count:
                maps[method.key] = placed_attribution(graph, x, target, method.key)
        for key, influence in maps.items():
            shares.setdefault(key, []).append((share_inside(influence, mask), share_inside(influence, near)))
    return {key: summary(np.array(pairs)) for key, pairs in shares.items()}


def summary(pairs: np.ndarray) -> dict[str, float]:
    """Figures of shares ``(n, 2)``: inside the mask, and within a cell of it."""
    inside, near = pairs.T
    return {
        "mean": float(inside.mean()),
        "median": float(np.median(inside)),
        "within a cell": float(near.mean()),
        "pictures": len(pairs),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.showroom_truth", description=__doc__)
    add_cache(parser)
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--slow-pictures", type=int, default=40, help="for methods of many passes")
    options = parser.parse_args()
    torch.set_num_threads(2)
    print(json.dumps(measure(options.cache, options.pictures, options.slow_pictures), indent=1))


if __name__ == "__main__":
    main()
