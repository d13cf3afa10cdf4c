"""Feature maps and attention blocks are found from what the graph does, not from numbers that are equal."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from models.torchvision_guard import import_torchvision
from saliency.errors import SaliencyError
from saliency.methods.attribution import attribute
from saliency.methods.registry import compatible
from saliency.network.graph import Graph
from saliency.network.structure import Structure
from saliency.network.tracing import traced


def network(channels: int, side: int, after: nn.Module | None = None) -> nn.Module:
    """A map of as many channels, of ``side`` × ``side`` cells for a picture twice as large."""
    return nn.Sequential(
        nn.Conv2d(3, channels, 3, stride=2, padding=1),
        nn.ReLU(),
        after or nn.Identity(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(channels, 4),
    )


@pytest.mark.parametrize(("channels", "side"), [(27, 28), (28, 28), (29, 28), (8, 8), (16, 16)])
def test_as_many_channels_as_rows_are_channels(channels: int, side: int) -> None:
    graph = Graph(network(channels, side), size=2 * side)
    assert [(layer.channels, layer.height, layer.width) for layer in graph.layers] == [(channels, side, side)]
    assert graph.head is not None
    assert attribute(graph, torch.randn(1, 3, 2 * side, 2 * side), 1).shape == (1, side, side)


def test_a_resnet_for_pictures_of_256_points_keeps_its_first_stage() -> None:
    graph = Graph(import_torchvision().models.resnet18(weights=None), size=256)
    shapes = [(layer.channels, layer.height) for layer in graph.layers]
    assert shapes == [(64, 128), (64, 64), (128, 32), (256, 16), (512, 8)]


class ChannelsLast(nn.Module):
    """Keeps its map as ``(B, h, w, C)``, as many of each; only the convolution gives ``(B, C, h, w)``."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.mixed, self.norm, self.out = nn.Linear(8, 8), nn.LayerNorm(8), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        cells = self.mixed(self.patches(x).permute(0, 2, 3, 1)).relu()
        return self.out(self.norm(cells).mean((1, 2)))


def test_a_map_with_its_channels_last_is_no_map_with_channels_first() -> None:
    graph = Graph(ChannelsLast(), size=32)
    assert [layer.name for layer in graph.layers] == ["patches"]


class Turned(nn.Module):
    """Rows and columns change places: the axes are not where they are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.first(x.transpose(2, 3)).relu().mean((2, 3)))


def test_a_map_that_lies_on_its_side_is_none() -> None:
    assert Graph(Turned(), size=16).layers == ()


def test_a_map_need_not_be_square() -> None:
    module = nn.Sequential(
        nn.Conv2d(3, 6, 3, stride=(4, 2), padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(6, 4),
    )
    graph = Graph(module, size=32)
    assert [(layer.height, layer.width) for layer in graph.layers] == [(8, 16)]
    assert attribute(graph, torch.randn(2, 3, 32, 32), 0).shape == (2, 8, 16)


def test_a_map_after_pooling_to_a_fixed_size_is_a_map() -> None:
    """It does not grow with the picture, but convolutions work on maps by definition."""
    module = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(7),
        nn.Conv2d(6, 7, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(7 * 7 * 7, 4),
    )
    graph = Graph(module, size=32)
    assert [(layer.name, layer.channels, layer.height) for layer in graph.layers] == [
        ("_1", 6, 32),
        ("_4", 7, 7),
    ]
    assert graph.any_size


def test_a_windowed_transformer_of_one_size_has_the_maps_between_its_blocks() -> None:
    with torch.device("meta"):
        module = import_torchvision().models.maxvit_t(weights=None)
    structure = Structure(traced(module.eval()), 224)
    assert [layer.height for layer in structure.layers] == [112, 56, 28, 14, 7]
    assert not structure.shapes.any_size


class Tokens(nn.Module):
    """Attention between the cells of a map; ``queries`` are learned, and come from no cell."""

    def __init__(self, *, extra: int = 1, queries: int = 0, first: bool = True) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.extra = nn.Parameter(torch.randn(1, extra, 8))
        self.places = nn.Parameter(torch.randn(1, 16 + extra, 8))
        self.queries = nn.Parameter(torch.randn(1, queries, 8)) if queries else None
        self.norm, self.linear = nn.LayerNorm(8), nn.Linear(8, 4)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.first = first

    def forward(self, x: Tensor) -> Tensor:
        cells = self.patches(x).flatten(2).transpose(1, 2)
        extra = self.extra.expand(x.shape[0], -1, -1)
        tokens = torch.cat((extra, cells) if self.first else (cells, extra), 1) + self.places
        if self.queries is not None:
            tokens = self.queries.expand(x.shape[0], -1, -1) + tokens.mean(1, keepdim=True)
        read = self.norm(tokens)
        tokens = tokens + self.attention(read, read, read, need_weights=False)[0]
        return self.linear(tokens[:, 0])


@pytest.mark.parametrize("extra", [1, 2, 5])
def test_any_number_of_tokens_beside_the_cells(extra: int) -> None:
    graph, x = Graph(Tokens(extra=extra), size=16), torch.randn(2, 3, 16, 16)
    assert [(layer.tokens, layer.channels, layer.height, layer.width) for layer in graph.layers] == [
        (True, 8, 4, 4)
    ]
    assert graph.features(x).values.shape == (2, 8, 4, 4)
    for entry in compatible(graph):
        if "attention" in entry.needs:
            assert attribute(graph, x, 1, method=entry.key).shape == (2, 4, 4)


@pytest.mark.parametrize("module", [Tokens(queries=16), Tokens(queries=17), Tokens(first=False)])
def test_tokens_that_are_not_the_cells_in_order_are_not_drawn_as_such(module: nn.Module) -> None:
    """As many learned queries as cells, or one more: their attention has no place in the picture."""
    graph = Graph(module, size=16)
    assert not any(layer.tokens for layer in graph.layers)
    assert graph.blocks == ()
    assert "attention" not in graph.offers


class OneRow(nn.Module):
    """One row of scores, however many pictures."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))[None]


class ForOne(nn.Module):
    """Lays all pictures into one row."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)).reshape(1, -1)


class Sideways(nn.Module):
    """A column a picture; for one picture and one score it has the shape of a row."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((1, 2, 3))[None]


@pytest.mark.parametrize("module", [OneRow(), ForOne(), Sideways()])
def test_one_row_of_scores_by_chance_is_none_for_each_picture(module: nn.Module) -> None:
    with pytest.raises(SaliencyError, match="one row of scores for each"):
        Graph(module, size=16)
