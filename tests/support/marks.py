"""A classifier that answers by small coloured marks, wherever they are, and photos with such marks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from saliency.classifier import Classifier, Preprocessing
from saliency.network.graph import Graph

SIDE, MARK = 64, 12
RECIPE = Preprocessing(crop_size=SIDE, resize_size=SIDE, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
LABELS = ("mug", "lamp", "nothing")
MAGENTA, GREEN, YELLOW = (255, 0, 255), (0, 255, 0), (255, 255, 0)


class Marks(nn.Module):
    """Cells of 4 × 4 points; how magenta, green and yellow each is, and how light.

    Of the picture's mean, magenta is 40 points for a mug, green 40 for a lamp; nothing has 0.9.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.Conv2d(3, 4, 4, stride=4)
        self.classes = nn.Linear(4, 3)
        colours = [[0.5, -1.0, 0.5], [-1.0, 1.0, -1.0], [0.5, 0.5, -1.0], [0.33, 0.33, 0.33]]
        with torch.no_grad():
            self.cells.weight.copy_(torch.tensor(colours)[:, :, None, None].expand(-1, -1, 4, 4) / 16)
            self.cells.bias.zero_()
            self.classes.weight.zero_()
            self.classes.weight[0, 0] = self.classes.weight[1, 1] = 40
            self.classes.bias.copy_(torch.tensor([0.0, 0.0, 0.9]))

    def forward(self, x: Tensor) -> Tensor:
        return self.classes(torch.relu(self.cells(x)).mean((2, 3)))


@cache
def classifier() -> Classifier:
    """The network with labels."""
    return Classifier(Graph(Marks(), size=SIDE), RECIPE, LABELS, "Marks", "tests")


def photo(r: np.random.Generator, *marks: tuple[int, int, int]) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Grey noise with a mark of each colour somewhere, and where each begins: row and column."""
    grey = r.integers(60, 180, (SIDE, SIDE, 1), dtype=np.uint8)
    pixels, corners = np.repeat(grey, 3, 2), []
    while len(corners) < len(marks):
        row, column = (int(v) for v in r.integers(0, SIDE - MARK, 2))
        if all(max(abs(row - other[0]), abs(column - other[1])) > MARK + 8 for other in corners):
            pixels[row : row + MARK, column : column + MARK] = marks[len(corners)]
            corners.append((row, column))
    return pixels, corners


def make_set(folder: Path, *kinds: tuple[int, tuple[tuple[int, int, int], ...]]) -> dict[str, list]:
    """So many photos with marks of each of some kinds, in a folder; where the marks are, by file."""
    r, corners = np.random.default_rng(0), {}
    folder.mkdir(parents=True)
    for kind, (count, marks) in enumerate(kinds):
        for number in range(count):
            pixels, places = photo(r, *marks)
            file = f"{kind}-{number:02}.png"
            Image.fromarray(pixels).save(folder / file)
            corners[file] = places
    return corners


def on_mark(box: tuple[float, float, float, float], corner: tuple[int, int]) -> float:
    """The share of a mark that lies in a box."""
    left, top, width, height = (SIDE * value for value in box)
    across = min(left + width, corner[1] + MARK) - max(left, corner[1])
    down = min(top + height, corner[0] + MARK) - max(top, corner[0])
    return max(0.0, across) * max(0.0, down) / MARK**2
