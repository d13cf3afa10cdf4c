"""torchvision's classifiers with random weights, on which speed and memory are those of trained ones."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from models.torchvision_guard import import_torchvision
from saliency.network.graph import Graph


def random_module(name: str, **options: Any) -> nn.Module:
    """One of torchvision's classifiers, in eval mode; the same weights each time."""
    torch.manual_seed(0)
    module: nn.Module = import_torchvision().models.get_model(name, weights=None, **options)
    return module.eval()


def random_graph(name: str, size: int = 224, **options: Any) -> Graph:
    """The same as a graph, for pictures of that size."""
    return Graph(random_module(name, **options), size=size)
