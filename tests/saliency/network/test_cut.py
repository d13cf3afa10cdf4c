"""A classifier in two halves: values flow through the cut, sizes are read around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
from saliency.network.graph import Graph

ENDS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "flatten": lambda x, y: y.flatten(1),
    "its own size": lambda x, y: y.view(y.size(0), -1),
    "size of an axis": lambda x, y: y.view(x.size(0), -1),
    "size": lambda x, y: y.view(x.size()[0], -1),
    "shape": lambda x, y: y.reshape(x.shape[0], y.shape[1]),
    "getattr": lambda x, y: y.view(getattr(x, "shape")[0], -1),  # noqa: B009
    "arithmetic": lambda x, y: y.view(x.shape[0] * 2 // 2, -1),
    "dim": lambda x, y: y.flatten(x.dim() - 3),
    "ndim": lambda x, y: y.flatten(x.ndim - 3),
    "numel": lambda x, y: y.view(torch.numel(x) // x[0].numel(), -1),
    "method numel": lambda x, y: y.view(x.numel() // (x.size(1) * x.size(2) * x.size(3)), -1),
    "dtype": lambda x, y: y.flatten(1).to(x.dtype),
    "zeros like": lambda x, y: (y + torch.zeros_like(x).mean((1, 2, 3), keepdim=True)).flatten(1),
    "new zeros": lambda x, y: y.flatten(1) + x.new_zeros(x.shape[0], 1),
}


class Ending(nn.Module):
    """A classifier whose end reads the size of what it began with."""

    def __init__(self, end: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 6, 3, 2, 1), nn.Conv2d(6, 8, 3, 2, 1)
        self.linear = nn.Linear(8, 5)
        self.end = end

    def forward(self, x: Tensor) -> Tensor:
        cells = self.second(self.first(x).relu()).relu()
        return self.linear(self.end(x, functional.adaptive_avg_pool2d(cells, 1)))


def ending(name: str) -> nn.Module:
    torch.manual_seed(0)
    return Ending(ENDS[name]).eval()


@pytest.mark.parametrize("name", ENDS)
def test_reading_a_size_is_no_flow_of_values(name: str) -> None:
    module = ending(name)
    graph, plain = Graph(module, size=32), Graph(ending("flatten"), size=32)
    assert [layer.height for layer in graph.layers] == [layer.height for layer in plain.layers] == [16, 8]
    assert graph.any_size
    x = torch.randn(2, 3, 32, 48)
    with torch.no_grad():
        expected = module(x)
        for layer in graph.layers:
            values, logits_from = graph.features(x, layer.name)
            torch.testing.assert_close(logits_from(values), expected)
    for method in ("grad-cam", "layer-cam", "ablation-cam", "score-cam"):
        torch.testing.assert_close(
            attribute(graph, x, 1, method=method), attribute(plain, x, 1, method=method)
        )


@pytest.mark.parametrize("name", ENDS)
def test_the_second_half_takes_any_number_of_variants(name: str) -> None:
    graph, x = Graph(ending(name), size=32), torch.randn(1, 3, 32, 40)
    for layer in graph.layers:
        values, logits_from = graph.features(x, layer.name)
        variants = torch.cat([values, values * 0.5, values * 0])
        alone = torch.cat([logits_from(variant[None]) for variant in variants])
        torch.testing.assert_close(logits_from(variants), alone)


@pytest.mark.parametrize("name", sorted(ENDS.keys() - {"zeros like"}))
def test_the_halves_of_a_split_take_pictures_of_every_size(name: str) -> None:
    graph = Graph(ending(name), size=32)
    prefix, suffix = graph.split()
    for shape in ((1, 3, 32, 32), (3, 3, 32, 32), (2, 3, 48, 40)):
        x = torch.randn(shape)
        torch.testing.assert_close(suffix(prefix(x)), graph(x))
    assert graph.head is not None


class Resized(nn.Module):
    """Enlarges its map to the picture's own size again."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 6, 3, 2, 1), nn.Conv2d(6, 6, 3, padding=1)
        self.linear = nn.Linear(6, 5)

    def forward(self, x: Tensor) -> Tensor:
        cells = functional.interpolate(self.first(x).relu(), size=x.shape[2:])
        return self.linear(self.last(cells).relu().amax((2, 3)))


def test_a_size_that_follows_the_picture_is_that_of_the_picture_asked_about() -> None:
    module = Resized().eval()
    graph = Graph(module, size=32)
    layer = graph.layers[-2] if len(graph.layers) > 1 else graph.layers[0]
    assert layer.height == 16
    for shape in ((2, 3, 32, 32), (1, 3, 32, 52)):
        x = torch.randn(shape)
        values, logits_from = graph.features(x, layer.name)
        with torch.no_grad():
            torch.testing.assert_close(logits_from(values), module(x))
    with pytest.raises(SaliencyError, match="the picture's size is read after it"):
        graph.split(layer.name)
