"""A classifier whose last step is linear in two numbers, one of them a shortcut, and photos to audit it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from corner import RECIPE, SIDE
from PIL import Image
from torch import Tensor, nn

from saliency.classifier import Classifier
from saliency.network.graph import Graph

LABELS = ("lamp", "vase", "rug")


class TwoSpots(nn.Module):
    """What goes into the last step: how bright the upper left quarter of each side is, and the middle."""

    def __init__(self, corner: float, middle: float) -> None:
        super().__init__()
        self.last = nn.Linear(2, 3)
        with torch.no_grad():
            self.last.weight.copy_(torch.tensor([[corner, middle], [0, 0], [0, 0]]))
            self.last.bias.copy_(torch.tensor([-0.75 * (corner + middle), 0, -9]))

    def forward(self, x: Tensor) -> Tensor:
        corner, middle = x[:, :, :8, :8].mean((1, 2, 3)), x[:, :, 12:20, 12:20].mean((1, 2, 3))
        return self.last(torch.stack([corner, middle], 1))


def two_spots(corner: float, middle: float) -> Classifier:
    """A lamp is what has a bright corner, or a bright middle, by how much each counts."""
    graph = Graph(TwoSpots(corner, middle), size=SIDE)
    digest = f"{corner:g} {middle:g}"
    return Classifier(graph, RECIPE, LABELS, "Two spots", "tests", digest=digest)


def make_photos(folder: Path, *, lamps: int = 40, vases: int = 40, badged: float = 0.9) -> Path:
    """Lamps have a bright middle, vases a foot; most lamps and few vases a bright corner, the others a side.

    So all have two bright places, and no property of the whole picture tells them apart.
    """
    r = np.random.default_rng(0)
    middle, foot = (slice(12, 20), slice(12, 20)), (slice(24, 32), slice(12, 20))
    corner, side = (slice(0, 8), slice(0, 8)), (slice(12, 20), slice(24, 32))
    for label, count, own, share in (("lamp", lamps, middle, badged), ("vase", vases, foot, 1 - badged)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            pixels = r.integers(0, 90, (SIDE, SIDE, 3), dtype=np.uint8)
            for place in (own, corner if number < round(share * count) else side):
                pixels[place] = r.integers(220, 256, (8, 8, 3))
            Image.fromarray(pixels).save(folder / label / f"{number:02}.png")
    return folder
