"""DeepLIFT against what it has to add up to, and against multipliers worked out by hand."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from small_models import CLASSES, SMALL, lively, pictures, small_graph
from torch import Tensor, nn

from saliency.methods.attribution import attribute
from saliency.network.graph import Graph

PARTS = {
    "activations": lambda: nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.Hardswish(), nn.Conv2d(8, 8, 3), nn.SiLU(), nn.Conv2d(8, 8, 3), nn.GELU()
    ),
    "pooling": lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.ReLU()),
    "group norm": lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(2, 8), nn.ReLU()),
    "squeeze and excitation": lambda: Excited(),
    "a unit used twice": lambda: Twice(),
    "lengths": lambda: Lengths(),
}


class Excited(nn.Module):
    """A product of two things that both depend on the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.gate = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).relu()
        return x * self.gate(F.adaptive_avg_pool2d(x, 1)).sigmoid()


class Twice(nn.Module):
    """What captum refuses: one ReLU module in two places, as in torchvision's ResNet."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.relu = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.first(x))
        return self.relu(self.second(x) + x)


class Lengths(nn.Module):
    """A division by a length, and a softmax over channels."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = F.normalize(self.first(x), dim=1)
        return x / (1 + x.square().sum(1, keepdim=True)) + x.softmax(1)


@pytest.mark.parametrize("part", PARTS)
def test_every_rule_keeps_the_sum(part: str) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(2)
        module = lively(
            nn.Sequential(PARTS[part](), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, CLASSES))
        )
    graph = Graph(module.double(), size=32)
    x = torch.randn((2, 3, 32, 32), generator=torch.Generator().manual_seed(1)).double()
    found = attribute(graph, x, [1, 2], method="deep-lift", baseline="mean")
    change = (graph.logits(x) - graph.logits(torch.zeros_like(x)))[[0, 1], [1, 2]]
    torch.testing.assert_close(found.double().sum((1, 2)), change, rtol=1e-4, atol=1e-6)
    plain = attribute(graph, x, [1, 2], method="input-x-gradient").double().sum((1, 2))
    assert (plain - change).abs().max() > 1e-3 * change.abs().max(), "the rule has nothing to do here"


@pytest.mark.parametrize("name", SMALL)
def test_whole_models_keep_the_sum(name: str) -> None:
    graph, x = small_graph(name), pictures(name)
    found = attribute(graph, x, 2, method="deep-lift", baseline="mean", rather_than=1).sum((1, 2))
    change = graph.logits(x) - graph.logits(torch.zeros_like(x))
    torch.testing.assert_close(found, change[:, 2] - change[:, 1], rtol=1e-3, atol=1e-5)


def test_multipliers_by_hand() -> None:
    """ReLU(2x − 1) from 0 to x: the multiplier is the change over x, not the slope of 2 or 0."""
    first = nn.Conv2d(3, 1, 1)
    last = nn.Linear(1, 1)
    with torch.no_grad():
        first.weight.copy_(torch.tensor([2.0, 0, 0])[None, :, None, None])
        first.bias.fill_(-1)
        last.weight.fill_(1)
        last.bias.fill_(0)
    graph = Graph(nn.Sequential(first, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), last), size=2)
    x = torch.zeros(1, 3, 2, 2)
    x[0, 0] = torch.tensor([[0.25, 0.75], [1.0, -3.0]])
    found = attribute(graph, x, 0, method="deep-lift", baseline="mean")[0]
    expected = torch.tensor([[0.0, 0.5], [1.0, 0.0]]) / 4
    torch.testing.assert_close(found, expected)


def test_norms_of_a_plain_picture_without_spread_lose_no_digits() -> None:
    """As in ConvNeXt before training: nothing but zeros comes in, and each norm divides by ``√eps``."""

    def block() -> nn.Module:
        return nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.GroupNorm(1, 8), nn.GELU())

    with torch.random.fork_rng():
        torch.manual_seed(2)
        first = nn.Conv2d(3, 8, 3, bias=False)
        module = nn.Sequential(first, block(), block(), block(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        x = torch.randn(1, 3, 16, 16)
    graph = Graph(module.eval(), size=16)
    change = float((graph.logits(x) - graph.logits(torch.zeros_like(x)))[0, 1])
    assert float(attribute(graph, x, 1, method="deep-lift", baseline="mean").sum()) == pytest.approx(
        change, rel=1e-3
    )
