"""Sets of small pictures that differ in light or colour, and models that respond to just that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from corner import RECIPE, SIDE
from PIL import Image
from torch import Tensor, nn

from saliency.audit import Audit, audit, gather, start
from saliency.audit.workers.pool import Pool
from saliency.classifier import Classifier
from saliency.network.graph import Graph


class Linear(nn.Module):
    """Logits of two classes: a weighted sum of the mean channels less a limit, and nothing."""

    def __init__(self, weights: tuple[float, float, float], limit: float) -> None:
        super().__init__()
        self.weights, self.limit = torch.tensor(weights), limit

    def forward(self, x: Tensor) -> Tensor:
        figure = 30 * ((x.mean((2, 3)) * self.weights).sum(1) - self.limit)
        return torch.stack([figure, 0 * figure], 1)


class Colours(nn.Module):
    """Logits of two classes: how far the channels lie apart on average, less a limit, and nothing."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self.limit = limit

    def forward(self, x: Tensor) -> Tensor:
        figure = 30 * ((x.amax(1) - x.amin(1)).mean((1, 2)) - self.limit)
        return torch.stack([figure, 0 * figure], 1)


def judge(module: nn.Module, labels: tuple[str, ...] = ("mug", "lamp")) -> Classifier:
    """A model of two classes."""
    return Classifier(Graph(module, size=SIDE), RECIPE, labels, "Test", "tests")


LIGHT = judge(Linear((0.299, 0.587, 0.114), 0.5))
GREY = judge(Colours(0.08))
WARMTH = judge(Linear((1.0, 0.0, -1.0), 0.1))

Paint = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]
"""What makes a picture ``(h, w, 3)`` in [0, 1] of smooth noise around 0.5, by its number."""


def make_set(folder: Path, paint: Paint, count: int = 48) -> Path:
    """So many pictures."""
    r = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for number in range(count):
        small = Image.fromarray(r.integers(96, 160, (6, 6, 3), dtype=np.uint8))
        smooth = np.asarray(small.resize((2 * SIDE, 2 * SIDE), Image.Resampling.BICUBIC), float) / 255
        pixels = np.clip(paint(smooth, number, r), 0, 1)
        Image.fromarray(np.uint8(255 * pixels)).save(folder / f"{number:03}.png")
    return folder


def audited(job: Path, photos: Path, classifier: Classifier, pool: Pool | None = None) -> Audit:
    """An audit of it."""
    with start(job, classifier, gather(photos), method="input-x-gradient") as begun:
        return audit(begun, classifier, photos, pool=pool)
