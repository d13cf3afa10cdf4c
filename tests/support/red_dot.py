"""A network that looks at single points known beforehand, and photos with a red dot at one of them."""

from __future__ import annotations

import numpy as np
import torch
from corner import photo_of
from torch import Tensor, nn

from saliency.classifier import Classifier, Preprocessing
from saliency.network.graph import Graph
from saliency.photo.reading import Photo

STRIDE = 32
SIDE = 224
RECIPE = Preprocessing(crop_size=SIDE, resize_size=SIDE, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))


class RedPoints(nn.Module):
    """Five times stride 2 and padding 1, of which only the middle of each kernel counts.

    Cell ``j`` of the last map is how red the point ``32 j`` is, and nothing else.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleList(
            nn.Conv2d(3 if stage == 0 else 2, 2, 3, stride=2, padding=1, bias=False) for stage in range(5)
        )
        self.classes = nn.Linear(2, 2)
        with torch.no_grad():
            for stage, convolution in enumerate(self.stages):
                convolution.weight.zero_()
                if stage == 0:
                    convolution.weight[0, :, 1, 1] = torch.tensor([1.0, -1.0, -1.0])
                    convolution.weight[1, :, 1, 1] = torch.tensor([-1.0, 1.0, 1.0])
                else:
                    convolution.weight[[0, 1], [0, 1], 1, 1] = 1.0
            self.classes.weight.copy_(torch.tensor([[200.0, 0.0], [0.0, 200.0]]))
            self.classes.bias.copy_(torch.tensor([0.0, 0.5]))

    def forward(self, x: Tensor) -> Tensor:
        for convolution in self.stages:
            x = torch.relu(convolution(x))
        return self.classes(x.mean((2, 3)))


def classifier() -> Classifier:
    """The network with labels."""
    return Classifier(Graph(RedPoints(), size=SIDE), RECIPE, ("red", "other"), "Red points", "tests")


def red_dot(row: int, column: int, size: tuple[int, int] = (SIDE, SIDE)) -> Photo:
    """A black photo of width and height ``size`` with one red point."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    pixels[row, column, 0] = 255
    return photo_of(pixels, f"dot-{row}-{column}.png")
