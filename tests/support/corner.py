"""Classifiers so simple that what a check must find can be said beforehand."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from saliency.classifier import Classifier, OutputKind, Outputs, Preprocessing
from saliency.network.graph import Graph
from saliency.photo.reading import Photo

SIDE = 32
RECIPE = Preprocessing(crop_size=SIDE, resize_size=SIDE, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))


class Corner(nn.Module):
    """Logits: how bright the upper left quarter of each side is, 20·mean − 15; 0; and −9."""

    def forward(self, x: Tensor) -> Tensor:
        bright = 20 * x[:, :, :8, :8].mean((1, 2, 3)) - 15
        return torch.stack([bright, 0 * bright, 0 * bright - 9], 1)


class CornerNumber(nn.Module):
    """One number: so many times how bright the upper left quarter of each side is, plus so much."""

    def __init__(self, times: float = 10.0, plus: float = 0.0) -> None:
        super().__init__()
        self.times, self.plus = times, plus

    def forward(self, x: Tensor) -> Tensor:
        return self.times * x[:, :, :8, :8].mean((1, 2, 3))[:, None] + self.plus


class Everywhere(nn.Module):
    """Logits: how bright the picture is as a whole, so that every place counts the same; and nothing."""

    def forward(self, x: Tensor) -> Tensor:
        bright = 600 * (x.mean((1, 2, 3)) - 0.5)
        return torch.stack([bright, 0 * bright, 0 * bright - 9], 1)


class Deaf(nn.Module):
    """The same logits whatever the picture."""

    def forward(self, x: Tensor) -> Tensor:
        nothing = 0 * x.mean((1, 2, 3))
        return torch.stack([nothing + 2, nothing, nothing], 1)


class Counted(nn.Module):
    """Calls another module, and notes how many pictures it was given."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module, self.pictures = module, []

    def forward(self, x: Tensor) -> Tensor:
        self.pictures.append(len(x))
        return self.module(x)


def classifier(module: nn.Module) -> Classifier:
    """One of the modules above, with labels."""
    return Classifier(Graph(module, size=SIDE), RECIPE, ("bright", "dark", "none"), "Test", "tests")


def tags(module: nn.Module, threshold: float = 0.5, count: int = 3) -> Classifier:
    """One of the modules above, its logits those of labels of which several may be true."""
    names = ("bright", "dark", "none", *(f"tag {number}" for number in range(3, count)))[:count]
    outputs = Outputs(OutputKind.LABELS, threshold)
    return Classifier.build(module, RECIPE, names, "Tags", "tests", outputs=outputs)


def scale(module: nn.Module, low: float = 0.0, high: float = 10.0, name: str = "ad score") -> Classifier:
    """A module with one number, which usually goes from one value to another."""
    outputs = Outputs(OutputKind.SCORE, usual_range=(low, high))
    return Classifier.build(module, RECIPE, (name,), "Scale", "tests", outputs=outputs)


def counted(one: Classifier) -> list[int]:
    """From now on, how many pictures the classifier is given at a time; only for one without feature maps."""
    assert not one.graph.layers
    one.graph._quick = Counted(one.graph._quick)
    return one.graph._quick.pictures


def photo_of(pixels: np.ndarray, name: str = "test.png") -> Photo:
    """Pixels ``(H, W, 3)`` as a photo."""
    import hashlib

    return Photo(pixels, name, hashlib.sha256(pixels.tobytes()).hexdigest())


def bright_corner(side: int = SIDE, seed: int = 0) -> Photo:
    """White in the upper left quarter of each side, dark noise elsewhere."""
    pixels = np.random.default_rng(seed).integers(0, 60, (side, side, 3), dtype=np.uint8)
    pixels[: side // 4, : side // 4] = 255
    return photo_of(pixels)


def dark(side: int = SIDE, seed: int = 1, width: int | None = None) -> Photo:
    """Dark noise everywhere."""
    shape = (side, width or side, 3)
    return photo_of(np.random.default_rng(seed).integers(0, 60, shape, dtype=np.uint8), f"dark-{seed}.png")
