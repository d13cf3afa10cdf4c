"""Photos of two products, each on ground of a colour, and classifiers that look at one or the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from corner import RECIPE, SIDE
from PIL import Image
from torch import Tensor, nn

from saliency.audit import Source, gather
from saliency.audit.inputs.areas import NamedBox
from saliency.classifier import Classifier
from saliency.network.graph import Graph

PRODUCT = (10, 22)
"""From and to which point of each side the product is."""

BOX = (10 / SIDE, 10 / SIDE, 12 / SIDE, 12 / SIDE)
LABELS = ("square", "dot", "none")
INK, GROUND = {"square": 255, "dot": 0}, {"square": 200, "dot": 60}
"""How bright a product is, in green, and its ground, in red."""


class Ground(nn.Module):
    """Logits: how red the outermost points are, which products do not reach."""

    def forward(self, x: Tensor) -> Tensor:
        edge = torch.cat([x[:, 0, :4].flatten(1), x[:, 0, -4:].flatten(1)], 1).mean(1)
        return torch.stack([40 * (edge - 0.5), 0 * edge, 0 * edge - 9], 1)


class Product(nn.Module):
    """Logits: how green the middle is, where products are."""

    def forward(self, x: Tensor) -> Tensor:
        middle = x[:, 1, 14:18, 14:18].mean((1, 2))
        return torch.stack([40 * (middle - 0.5), 0 * middle, 0 * middle - 9], 1)


def classifier(module: nn.Module) -> Classifier:
    """One of the modules above, with labels."""
    return Classifier(Graph(module, size=SIDE), RECIPE, LABELS, "Test", "tests")


def make_set(folder: Path, count: int = 6, labels: tuple[str, ...] = ("square", "dot")) -> Path:
    """Photos of each product on its ground, in a folder with its name."""
    r = np.random.default_rng(0)
    first, last = PRODUCT
    for label in labels:
        (folder / label).mkdir(parents=True)
        for number in range(count):
            pixels = r.integers(0, 25, (SIDE, SIDE, 3), dtype=np.uint8)
            pixels[..., 0] += GROUND[label]
            pixels[first:last, first:last] = (128, INK[label], 128)
            Image.fromarray(pixels).save(folder / label / f"{number:02}.png")
    return folder


def make_masks(photos: Path, folder: Path) -> Path:
    """A mask of the product for each photo."""
    marked = np.zeros((SIDE, SIDE), np.uint8)
    marked[PRODUCT[0] : PRODUCT[1], PRODUCT[0] : PRODUCT[1]] = 255
    for path in photos.rglob("*.png"):
        target = folder / path.relative_to(photos)
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(marked).save(target)
    return folder


def boxed(photos: Path, name: str = "product", **more: object) -> Source:
    """The set with a box of this name around each product."""
    return gather(photos, everywhere=[NamedBox(name, BOX)], **more)
