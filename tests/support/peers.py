"""What the tests against peers share: models whose layers a peer can name, and how maps are compared."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from small_models import SMALL, lively, small_module
from torch import Tensor, nn

from models.torchvision_guard import import_torchvision
from saliency.network.graph import Graph


@dataclass(frozen=True, eq=False)
class Pair:
    """A plain module for a peer to hook, the layer to hook, and our graph of the same module."""

    module: nn.Module
    layer: nn.Module
    graph: Graph
    x: Tensor  # (2, 3, h, w)

    @property
    def targets(self) -> list[int]:
        """A class for each picture: one with a high logit, so that there is evidence."""
        return self.graph.logits(self.x).argmax(1).tolist()


PAIRS = ("plain", "squeeze", "resnet18", "squeezenet1_1")


@functools.cache
def pair(name: str) -> Pair:
    """A small model, or a torchvision model with random weights on small pictures."""
    if name in SMALL:
        module, size = small_module(name), SMALL[name].size
        layer = {"plain": 5, "squeeze": 4}[name]
        hooked = module[layer]
    else:
        with torch.random.fork_rng():
            torch.manual_seed(3)
            module = import_torchvision().models.get_model(name, weights=None)
            if name == "vgg11":  # its own head has 120 million weights
                before, between = nn.Linear(512 * 49, 64), nn.Linear(64, 32)
                module.classifier = nn.Sequential(before, nn.ReLU(), between, nn.ReLU(), nn.Linear(32, 1000))
            module = lively(module)
        size = 64
        hooked = module.layer4 if name == "resnet18" else module.features[-1]
    for weights in module.parameters():
        weights.requires_grad_(True)  # as a peer finds them
    x = torch.randn((2, 3, size, size * 5 // 4), generator=torch.Generator().manual_seed(4))
    return Pair(module, hooked, Graph(module, size=size), x)


def assert_same_maps(found: Tensor, expected: Tensor) -> None:
    """Equal to 1e-4 of the largest value: random weights give maps of any size."""
    assert found.shape == expected.shape
    peak = float(expected.detach().abs().max())
    assert peak > 0, "an empty map tests nothing"
    assert float((found - expected).detach().abs().max()) <= 1e-4 * peak
