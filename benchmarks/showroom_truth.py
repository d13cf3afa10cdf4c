"""How much of each method's influence falls inside the product: ``python -m benchmarks.showroom_truth``.

Showroom's renderer knows exactly which pixels show the product. For pictures of unseen seeds this measures
the share of the map inside the mask, beside the mask's own area (what a map without knowledge scores), a map
of random values, and a Gaussian in the middle of the picture.
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
import saliency
from models.showroom.evaluate import TEST_COUNT, TEST_SEED
from models.showroom.pictures import open_store
from models.showroom.products import LABELS, NONE
from models.showroom.train import CACHE, as_batch
from models.training import normalised
from saliency.registry import compatible

_SLOW_PASSES = 10
_CLOSE = 1e-12


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
    """Mean share inside, median, and number of pictures, per method and control."""
    store = open_store(cache, TEST_SEED, TEST_COUNT)
    products = np.flatnonzero((store.labels >= 0) & (store.labels != LABELS.index(NONE)))[:count]
    graph = models.load("showroom").graph
    shares: dict[str, list[float]] = {"mask area": [], "random values": [], "centre Gaussian": []}
    generator = torch.Generator().manual_seed(0)
    for number, at in enumerate(products):
        x, masks = as_batch(store, np.array([at]))
        mask, target = masks[0, 0], int(store.labels[at])
        shares["mask area"].append(float(mask.mean()))
        shares["random values"].append(share_inside(torch.rand(14, 14, generator=generator), mask))
        shares["centre Gaussian"].append(share_inside(centre_gaussian(224), mask))
        for method in compatible(graph):
            if method.passes > _SLOW_PASSES and number >= slow_count:
                continue
            found = saliency.attribute(graph, normalised(x), target, method=method.key)
            shares.setdefault(method.key, []).append(share_inside(found[0].float().detach(), mask))
    return {
        key: {"mean": float(np.mean(v)), "median": float(np.median(v)), "pictures": len(v)}
        for key, v in shares.items()
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.showroom_truth", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder with the rendered test pictures")
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--slow-pictures", type=int, default=40, help="for methods of many passes")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(json.dumps(measure(options.cache, options.pictures, options.slow_pictures), indent=1))


if __name__ == "__main__":
    main()
